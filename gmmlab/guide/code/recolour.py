"""Scripts for the page Recolour a photo: a palette, and the picture painted with it."""

from gmmlab.data.pictures.images import SHIPPED
from gmmlab.guide.code.data import NUMPY
from gmmlab.guide.code.models import needs
from gmmlab.guide.code.plane import PYPLOT
from gmmlab.guide.code.script import Flavour, Raw, Script, Step, call, indented, quoted, step
from gmmlab.studies.recolour.changes import changes_of, colors_of, pins_of
from gmmlab.studies.recolour.finish import Finish
from gmmlab.studies.recolour.page import RecolorSettings

_COLOR_MODEL = "gmmlab.studies.recolour.color_model"
_TITLES = {"kmeans": "k-means", "gmm": "mixture", "file": "palette file"}


def script(settings: RecolorSettings, photo: str, lender: str | None, flavour: Flavour) -> Script:
    """The page's picture as a script; `photo` and `lender` are names of files, or of SHIPPED."""
    if flavour == "gmmlab":
        steps = _by_gmmlab(settings, photo, lender)
    else:
        steps = _by_scikit_learn(settings, photo)
    K = len(settings.view.colors) // 6 if settings.paints_with_file else settings.model.n_colors
    title = f"GMM Lab, Recolour a photo: {K} colours."
    return Script(title, needs(flavour, steps), (*steps, _picture(settings, flavour)))


def _opened(name: str) -> str:
    """The bytes of a picture that comes along, or of a file beside the script."""
    if name in SHIPPED:
        return f'shipped_bytes("{name}")'
    return f"Path({quoted(name)}).read_bytes()"


def _by_gmmlab(settings: RecolorSettings, photo: str, lender: str | None) -> list[Step]:
    own = [name for name in (photo, lender) if name is not None]
    imports = [
        "from gmmlab.data.pictures.images import open_image",
        "from gmmlab.studies.recolour.color_histogram import color_histogram",
    ]
    if any(name in SHIPPED for name in own):
        imports.append("from gmmlab.data.pictures.images import shipped_bytes")
    if any(name not in SHIPPED for name in own):
        imports.append("from pathlib import Path")
    code = f"photo = open_image({_opened(photo)})\ncounted = color_histogram(photo)"
    if lender is not None:
        code += f"\nlender = color_histogram(open_image({_opened(lender)}))"
    beside = "" if photo in SHIPPED else " Put your file beside this script."
    steps = [step(f"The photo, its colours counted.{beside}", code, *imports)]
    return [*steps, *_palette_and_play(settings, lender)]


def _palette_and_play(settings: RecolorSettings, lender: str | None) -> list[Step]:
    model, view = settings.model, settings.view
    imports = ["from gmmlab.studies.recolour.play import Play, played"]
    before: list[Step] = []

    def found(counted: str) -> str:
        mixture = "gmm" in settings.finders
        return call(
            "color_model",
            Raw(counted),
            model.n_colors,
            model=Raw("finder"),
            covariance_type=None
            if model.covariance_type == "full" or not mixture
            else model.covariance_type,
            soft=True if model.soft and mixture else None,
            space=None if model.space == "rgb" else model.space,
            seed=model.seed or None,
            pinned=Raw("pinned") if model.pinned else None,
        )

    if settings.paints_with_file:
        colors = colors_of(view.colors).tolist()
        before.append(
            step("The colours of the palette file.", _bytes_code("colors", colors), NUMPY)
        )
        space = None if model.space == "rgb" else model.space
        made = call("of_colors", Raw("colors"), space=space)
        imports.append(f"from {_COLOR_MODEL} import of_colors")
    else:
        made = found("counted")
        imports.append(f"from {_COLOR_MODEL} import color_model")
        if model.pinned:
            pins = colors_of("".join(pins_of(model.pinned))).tolist()
            before.append(
                step("Colours that the palette holds.", _bytes_code("pinned", pins), NUMPY)
            )
    options: list[str] = []
    changes = changes_of(view.edits)
    if changes:
        listed = ",\n    ".join(
            call("Change", c.finder, c.found, c.color, merges=c.merges or None) for c in changes
        )
        before.append(
            step(
                "Found colours, and what they are shown as.",
                f"changes = [\n    {listed},\n]",
                "from gmmlab.studies.recolour.changes import Change",
            )
        )
        options.append("changes=tuple(c for c in changes if c.finder == finder)")
    if not view.finish.is_none:
        plain = Finish()
        changed = {
            name: getattr(view.finish, name)
            for name in ("tones", "dither", "strength", "smooth", "pixels")
            if getattr(view.finish, name) != getattr(plain, name)
        }
        options.append("finish=" + call("Finish", **changed))
        imports.append("from gmmlab.studies.recolour.finish import Finish")
    if lender is not None and not settings.paints_with_file:
        options.append(f"other={found('lender')}.palette")
    play = f"Play({', '.join(options)})"
    if len(play) > 60:
        play = "Play(\n" + "".join(f"    {indented(each)},\n" for each in options) + ")"
    body = f"""model = {made}
play = {play}
painted = played(counted, model, play).result
print(f"{{finder}}: {{len(painted.palette)}} colours, mean squared error {{painted.mse:.1f}}")
results[finder] = painted"""
    code = f"results = {{}}\nfor finder in {_spelled(settings.finders)}:\n    {indented(body)}"
    return [*before, step("The palette, and the picture painted with it.", code, *imports)]


def _by_scikit_learn(settings: RecolorSettings, photo: str) -> list[Step]:
    if photo in SHIPPED:
        opened = step(
            "The photo.",
            f'photo = load_sample_image("{photo}.jpg")',
            "from sklearn.datasets import load_sample_image",
        )
    else:
        opened = step(
            "The photo: put your file beside this script.",
            f"""
        photo = Image.open({quoted(photo)})
        photo = np.asarray(ImageOps.exif_transpose(photo).convert("RGB"))
        """,
            NUMPY,
            "from PIL import Image, ImageOps",
        )
    oklab = settings.model.space == "oklab"
    into, out_of = ("oklab(colors)", "bytes_of(centers)") if oklab else (
        "colors.astype(float)", "np.clip(np.rint(centers), 0, 255).astype(np.uint8)",
    )  # fmt: skip
    counted = step(
        "Its distinct colours; models are fitted to a sample of its pixels.",
        f"""
    colors, place = np.unique(photo.reshape(-1, 3), axis=0, return_inverse=True)
    points = {into}
    random = np.random.default_rng({settings.model.seed})
    sample = points[random.choice(place.ravel(), size=10_000)]
    """,
        NUMPY,
    )
    fits = [_finder(settings, finder, out_of) for finder in settings.finders]
    steps = [opened, *([_OKLAB] if oklab else []), counted]
    return [*steps, step("", "results = {}"), *fits]


def _finder(settings: RecolorSettings, finder: str, out_of: str) -> Step:
    model, view = settings.model, settings.view
    seed = model.seed
    imports = [NUMPY]
    remark = "GMM Lab fits to all pixels, from a coarse histogram to a fine one: its palette is"
    remark += "\na little better, and its colours a little other ones."
    if view.edits or model.pinned or view.borrow != "none" or not view.finish.is_none:
        remark += "\nWhat is played with it (pins, changes, finish) is in the gmmlab script."
    words = f"{_TITLES[finder]}. {remark}"
    if finder == "file":
        colors = colors_of(view.colors).tolist()
        given = "oklab(palette)" if model.space == "oklab" else "palette.astype(float)"
        code = _bytes_code("palette", colors)
        code += f"\nlabels = pairwise_distances_argmin(points, {given})"
        imports.append("from sklearn.metrics import pairwise_distances_argmin")
        words = "The colours of the palette file: each pixel gets the nearest."
    elif finder == "kmeans":
        code = f"kmeans = KMeans({model.n_colors}, random_state={seed}).fit(sample)\n"
        code += "centers, labels = kmeans.cluster_centers_, kmeans.predict(points)\n"
        code += f"palette = {out_of}"
        imports.append("from sklearn.cluster import KMeans")
    else:
        kind = None if model.covariance_type == "full" else model.covariance_type
        ridge = "1 / 12 / 255**2" if model.space == "oklab" else "1 / 12"
        made = call(
            "GaussianMixture",
            model.n_colors,
            covariance_type=kind,
            reg_covar=Raw(ridge),
            random_state=seed,
            then=".fit(sample)",
        )
        code = f"gmm = {made}\ncenters, labels = gmm.means_, gmm.predict(points)\n"
        code += f"palette = {out_of}"
        imports.append("from sklearn.mixture import GaussianMixture")
        words += "\nA byte is rounded by up to half a step: a variance of 1/12."
    painted = "palette[labels]"
    if finder == "gmm" and model.soft:
        painted = out_of.replace("centers", "gmm.predict_proba(points) @ centers")
    code += f"""
painted = {painted}[place.ravel()].reshape(photo.shape)
error = ((painted - photo.astype(float)) ** 2).mean()
print(f"{_TITLES[finder]}: mean squared error {{error:.1f}}")
results["{finder}"] = painted"""
    return step(words, code, *imports)


def _picture(settings: RecolorSettings, flavour: Flavour) -> Step:
    n = len(settings.finders) + 1
    image = "painted.image" if flavour == "gmmlab" else "painted"
    save = "painted.image.save" if flavour == "gmmlab" else "Image.fromarray(painted).save"
    code = f"""
    fig, axes = plt.subplots(1, {n}, figsize=({6 * n}, 4.5))
    axes[0].imshow(photo)
    axes[0].set_title("original")
    for ax, (finder, painted) in zip(axes[1:], results.items()):
        ax.imshow({image})
        ax.set_title(finder)
        {save}(f"painted-by-{{finder}}.png")
    for ax in axes:
        ax.axis("off")
    plt.show()
    """
    imports = [] if flavour == "gmmlab" else ["from PIL import Image"]
    return step("The picture, also as files.", code, PYPLOT, *imports)


_OKLAB = step(
    "OKLab: coordinates in which distance is what an eye sees (Björn Ottosson, 2020).",
    '''
    to_cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )


    def oklab(colors):
        """sRGB bytes (n, 3) as OKLab."""
        coded = colors / 255
        light = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
        return np.cbrt(light @ to_cones.T) @ to_lab.T


    def bytes_of(lab):
        """OKLab (n, 3) as the nearest sRGB bytes."""
        cones = (lab @ np.linalg.inv(to_lab).T) ** 3
        light = np.clip(cones @ np.linalg.inv(to_cones).T, 0, 1)
        coded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
        return np.clip(np.rint(255 * coded), 0, 255).astype(np.uint8)
    ''',
    NUMPY,
)


def _bytes_code(name: str, colors: list[list[int]]) -> str:
    rows = "".join(f"        {color},\n" for color in colors)
    return f"{name} = np.array(\n    [\n{rows}    ],\n    dtype=np.uint8,\n)"


def _spelled(names: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"
