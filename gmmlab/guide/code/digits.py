"""Scripts for the page New digits, one for each step of its story."""

from dataclasses import fields

from gmmlab.guide.code.data import NUMPY
from gmmlab.guide.code.models import needs
from gmmlab.guide.code.plane import PYPLOT
from gmmlab.guide.code.script import Flavour, Raw, Script, Step, call, indented, step
from gmmlab.studies.digits.page import STEPS, DigitsSettings
from gmmlab.studies.digits.presets import GeneratorSettings
from gmmlab.studies.digits.sweep import SWEEP

OWN_FILE = "images.npz"
_SPLIT = "from gmmlab.data.image_sets.digits import split"
_STUDY = "from gmmlab.studies.digits.study import"


def script(
    settings: DigitsSettings, flavour: Flavour, *, has_classes: bool, n_train: int
) -> Script:
    """The step that is shown as a script; `n_train` images are left when a third is kept out."""
    made = {
        "corpus": _corpus,
        "pca": _pca,
        "sweep": _sweep,
        "generate": _generate,
        "judge": _judge,
    }[settings.view.step](settings, flavour, has_classes, n_train)
    steps = (_images(settings, flavour, has_classes), *made)
    title = f"GMM Lab, New digits: {STEPS[settings.view.step]}."
    return Script(title, needs(flavour, steps), steps)


def _images(settings: DigitsSettings, flavour: Flavour, has_classes: bool) -> Step:
    """The step that makes images (n, h, w) and, where there are any, labels (n,)."""
    if settings.corpus.source != "own" and flavour == "gmmlab":
        return step(
            "1,797 handwritten digits of 8 × 8 pixels.",
            "digits = digit_images()\nimages, labels = digits.images, digits.labels",
            "from gmmlab.data.image_sets.digits import digit_images",
        )
    if settings.corpus.source != "own":
        return step(
            "1,797 handwritten digits of 8 × 8 pixels.",
            "digits = load_digits()\nimages, labels = digits.images, digits.target",
            "from sklearn.datasets import load_digits",
        )
    labels = '\nlabels = file["labels"]' if has_classes else ""
    return step(
        f"Your images: put the file beside this script, as {OWN_FILE}.",
        f'file = np.load("{OWN_FILE}")\nimages = file["images"].astype(float){labels}',
        NUMPY,
    )


def _corpus(settings: DigitsSettings, flavour: Flavour, has_classes: bool, _: int) -> list[Step]:
    view = settings.view
    own = f"images[labels == {int(view.only)}]" if view.only and has_classes else "images"
    return [_sheet(), step("", f"show({own}[:{view.n_new}])\nplt.show()", PYPLOT)]


def _pca(settings: DigitsSettings, flavour: Flavour, has_classes: bool, _: int) -> list[Step]:
    kept = settings.model.variance_kept
    fitted = step(
        "PCA: the fewest axes that hold this share of the variance.",
        f"""
    pixels = images.reshape(len(images), -1)
    pca = PCA({kept}).fit(pixels)
    held = pca.explained_variance_ratio_.sum()
    print(f"{{pca.n_components_}} axes hold {{held:.1%}} of the variance")
    """,
        "from sklearn.decomposition import PCA",
    )
    picture = step(
        "The scree; images, and what the axes keep of them; the first axes as pictures.",
        """
    plt.plot(PCA().fit(pixels).explained_variance_ratio_.cumsum(), marker=".")
    plt.axvline(pca.n_components_ - 1, linestyle=":")
    plt.xlabel("axis")
    plt.ylabel("share of the variance, together")
    kept = pca.inverse_transform(pca.transform(pixels[:10])).reshape(-1, *images.shape[1:])
    show([*images[:10], *kept])
    show(pca.components_[:20].reshape(-1, *images.shape[1:]))
    plt.show()
    """,
        PYPLOT,
    )
    return [fitted, _sheet(), picture]


def _sweep(settings: DigitsSettings, flavour: Flavour, has_classes: bool, n: int) -> list[Step]:
    model = settings.model
    Ks = [K for K in SWEEP if n > 5 * K] or [1]
    kind = None if model.covariance_type == "full" else model.covariance_type
    if flavour == "gmmlab":
        made = call(
            "fit",
            Raw("scores"),
            Raw("K"),
            *(() if kind is None else (kind,)),
            seed=model.seed or None,
            reg_covar=1e-6,
        )
        aic, bic, imported = "mixture.aic", "mixture.bic", "from gmmlab.engine.em import fit"
    else:
        made = call(
            "GaussianMixture",
            Raw("K"),
            covariance_type=kind,
            random_state=model.seed,
            then=".fit(scores)",
        )
        aic, bic = "mixture.aic(scores)", "mixture.bic(scores)"
        imported = "from sklearn.mixture import GaussianMixture"
    scores = step(
        "Images as points of a few axes.",
        f"""
    pixels = images.reshape(len(images), -1)
    scores = PCA({model.variance_kept}, whiten=True).fit_transform(pixels)
    """,
        "from sklearn.decomposition import PCA",
    )
    code = f"""Ks = range({Ks[0]}, {Ks[-1] + 1}, 10)
aics, bics = [], []
for K in Ks:
    mixture = {indented(made)}
    aics.append({aic})
    bics.append({bic})
    print(f"K = {{K}}: AIC {{aics[-1]:.0f}}, BIC {{bics[-1]:.0f}}")
plt.plot(Ks, aics, marker="o", label="AIC")
plt.plot(Ks, bics, marker="o", label="BIC")
plt.xlabel("K")
plt.legend()
plt.show()"""
    words = "The chapter's sweep: AIC goes on falling, for there are few images a component."
    return [scores, step(words, code, PYPLOT, imported)]


def _generate(settings: DigitsSettings, flavour: Flavour, has_classes: bool, _: int) -> list[Step]:
    view, per_class = settings.view, settings.model.per_class and has_classes
    only = int(view.only) if view.only and per_class else None
    if flavour == "gmmlab":
        draw = call(
            "made.sample",
            view.n_new,
            seed=view.draw_seed or None,
            label=only,
        )
        made = step(
            "The generator: PCA, a mixture over its scores, and back to pixels.",
            f"made = {_fit_generator(settings.model, 'images', 'labels' if per_class else None)}\n"
            f"new = {draw}",
            f"{_STUDY} fit_generator",
        )
        return [made, _sheet(), step("", "show(new)\nplt.show()", PYPLOT)]
    return [
        *_chapters_generator(settings, "images", "labels" if per_class else None, only),
        _sheet(),
        step("", "show(new)\nplt.show()", PYPLOT),
    ]


def _judge(settings: DigitsSettings, flavour: Flavour, has_classes: bool, _: int) -> list[Step]:
    if flavour == "gmmlab":
        per_class = settings.model.per_class and has_classes
        own = settings.corpus.source == "own"
        labels = "labels.astype(int)" if has_classes else "None"
        whole = f"ImageSet(images.astype(np.uint8), {labels}, 'own')" if own else "digits"
        made = _fit_generator(settings.model, "train.images", "train.labels" if per_class else None)
        imports = [f"{_STUDY} evaluate, fit_generator", _SPLIT]
        if own:
            imports += ["from gmmlab.data.image_sets.image_set import ImageSet", NUMPY]
        code = f"""train, held_out = split({whole})
made = {made}
judged = evaluate(made, train.images, held_out.images)
print(f"held-out log-likelihood {{judged.held_out:.1f}}")
print(f"copying {{judged.copying:.2f}}, tell-apart {{judged.tell_apart:.2f}}")"""
        words = "A generator of two thirds, judged by the third that it has not seen."
        return [step(words, code, *imports)]
    parts = step(
        "A third of the images is kept out.",
        "train, held_out = train_test_split(images, test_size=0.33, random_state=0"
        + (", stratify=labels)" if has_classes else ")"),
        "from sklearn.model_selection import train_test_split",
    )
    verdict = step(
        "Copying: are new images nearer to training images than held-out ones are?",
        """
    seen = train.reshape(len(train), -1)
    unseen = held_out.reshape(len(held_out), -1)
    new_to_seen = pairwise_distances(new.reshape(len(new), -1), seen).min(axis=1)
    real_to_seen = pairwise_distances(unseen, seen).min(axis=1)
    copying = np.median(new_to_seen) / np.median(real_to_seen)
    print(f"held-out log-likelihood {gmm.score(pca.transform(unseen)):.1f}")
    print(f"copying {copying:.2f} (1 is right, below 1 is copying)")
    """,
        NUMPY,
        "from sklearn.metrics import pairwise_distances",
    )
    return [parts, *_chapters_generator(settings, "train", None, None), verdict]


def _fit_generator(model: GeneratorSettings, images: str, labels: str | None) -> str:
    """The call that fits our generator, with the settings that are not its defaults."""
    plain = GeneratorSettings()
    changed = {
        each.name: getattr(model, each.name)
        for each in fields(model)
        if getattr(model, each.name) != getattr(plain, each.name)
    }
    values = [Raw(images), *([Raw(labels)] if labels else [])]
    if labels is None:
        changed["per_class"] = False
    return call("fit_generator", *values, **changed)


def _chapters_generator(
    settings: DigitsSettings, images: str, labels: str | None, only: int | None
) -> list[Step]:
    """PCA, scikit-learn's mixture (one for each class with `labels`), new scores, and back."""
    model, view = settings.model, settings.view
    kind = None if model.covariance_type == "full" else model.covariance_type
    floor = None if model.floor == 1e-6 else model.floor

    def fitted(K: Raw | int, points: str) -> str:
        options = {"covariance_type": kind, "reg_covar": floor}
        return call(
            "GaussianMixture", K, **options, random_state=model.seed, then=f".fit({points})"
        )

    pca = step(
        "PCA: images as points of a few axes.",
        f"""
    pixels = {images}.reshape(len({images}), -1)
    pca = PCA({model.variance_kept}, whiten={model.whiten}).fit(pixels)
    scores = pca.transform(pixels)
    """,
        "from sklearn.decomposition import PCA",
    )
    words = "A mixture over the scores, and new scores as images."
    extras = [
        words_
        for words_, on in (
            ("shrunken covariances", model.shrinkage > 0),
            ("averaged starts", model.averaged > 1),
            ("heavier tails", model.tails > 0),
            ("matched pixels", model.pixels == "matched"),
        )
        if on
    ]
    if extras:
        words += f" scikit-learn has no {', no '.join(extras)}:\nfor those see the gmmlab script."
    n = view.n_new
    if labels is None:
        code = f"gmm = {fitted(model.n_components, 'scores')}\n"
        code += f"gmm.set_params(random_state={view.draw_seed})\n"
        code += f"drawn = gmm.sample({n})[0]\n"
    elif only is not None:
        own = f"scores[{labels} == {only}]"
        code = f"share = {model.n_components} // len(np.unique({labels}))\n"
        code += f"gmm = {fitted(Raw('max(1, share)'), own)}\n"
        code += f"drawn = gmm.set_params(random_state={view.draw_seed}).sample({n})[0]\n"
    else:
        code = f"""classes, sizes = np.unique({labels}, return_counts=True)
random = np.random.default_rng({view.draw_seed})
drawn = []
for label, n in zip(classes, random.multinomial({n}, sizes / sizes.sum())):
    K = max(1, {model.n_components} // len(classes))
    gmm = {indented(fitted(Raw("K"), f"scores[{labels} == label]"))}
    drawn += [*gmm.sample(n)[0]] if n else []
"""
    shape = f"{images}.shape[1:]"
    code += f"new = pca.inverse_transform(drawn).reshape(-1, *{shape})"
    if model.pixels != "raw":
        code += f".clip(0, {images}.max())"
    imports = [NUMPY] if "np." in code else []
    return [pca, step(words, code, "from sklearn.mixture import GaussianMixture", *imports)]


def _sheet() -> Step:
    return step(
        "",
        '''
    def show(pictures):
        """Small pictures, ten in a row."""
        rows = -(-len(pictures) // 10)
        fig, axes = plt.subplots(rows, 10, figsize=(8, 0.8 * rows), squeeze=False)
        for ax in axes.flat:
            ax.axis("off")
        for ax, picture in zip(axes.flat, pictures):
            ax.imshow(picture, cmap="gray_r")
    ''',
        PYPLOT,
    )
