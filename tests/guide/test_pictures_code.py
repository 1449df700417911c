"""The scripts of the pages Recolour a photo and New digits get the page's pictures."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_image

from gmmlab.data.image_sets.digits import digit_images
from gmmlab.guide.code import digits as digits_code
from gmmlab.guide.code import recolour as recolour_code
from gmmlab.guide.code.script import FLAVOURS
from gmmlab.studies.digits import study as digits
from gmmlab.studies.digits.page import STEPS, DigitsSettings, DigitsView
from gmmlab.studies.digits.presets import GeneratorSettings
from gmmlab.studies.recolour import page, study
from gmmlab.studies.recolour.finish import Finish
from gmmlab.studies.recolour.page import PaletteSettings, PictureSettings, RecolorSettings
from gmmlab.studies.recolour.photo import Photo
from gmmlab.studies.recolour.play import played
from tests.guide.running import run

PLAIN = PaletteSettings(6)
RECOLOURINGS = {
    "k-means": RecolorSettings(model=PLAIN),
    "OKLab": RecolorSettings(model=replace(PLAIN, space="oklab", seed=3)),
    "both": RecolorSettings(model=replace(PLAIN, model="both", covariance_type="tied")),
    "soft": RecolorSettings(model=replace(PLAIN, model="gmm", soft=True, space="oklab")),
    "pinned": RecolorSettings(model=replace(PLAIN, pinned="ff0000_00ff00")),
    "a file": RecolorSettings(
        model=PLAIN, view=page.PlaySettings(borrow="file", colors="ff000000ff000000ff")
    ),
    "finished": RecolorSettings(
        model=PLAIN, view=page.PlaySettings(finish=Finish(dither="grain", smooth=1))
    ),
}


@pytest.fixture
def photo(tmp_path, monkeypatch):
    """A small photo in a file whose name is not harmless, beside the script."""
    monkeypatch.chdir(tmp_path)
    name = "my \"best\" 'photo'.png"
    Image.fromarray(load_sample_image("china.jpg")[::8, ::8].copy()).save(tmp_path / name)
    return Photo(name, (tmp_path / name).read_bytes())


def page_pictures(photo, settings, lender=None):
    for finder in settings.finders:
        chosen = settings.model.for_one(finder)
        if finder == "file":
            model = study_of_file(settings, chosen)
        else:
            model = study.palette(photo, chosen)
        other = None if lender is None else study.palette(lender, chosen).palette
        play = page.play_of(settings.view, finder, other)
        yield finder, played(photo.pixels.small, model, play).result


def study_of_file(settings, chosen):
    from gmmlab.studies.recolour.changes import colors_of
    from gmmlab.studies.recolour.color_model import of_colors

    return of_colors(colors_of(settings.view.colors), chosen.space)


@pytest.mark.parametrize("name", RECOLOURINGS)
def test_our_script_paints_the_pages_picture(name, photo):
    settings = replace(RECOLOURINGS[name], picture=PictureSettings("own"))
    names = run(recolour_code.script(settings, photo.name, None, "gmmlab"))
    for finder, expected in page_pictures(photo, settings):
        found = names["results"][finder]
        assert np.array_equal(found.palette, expected.palette)
        assert np.array_equal(np.asarray(found.image), np.asarray(expected.image))
        assert np.isclose(found.mse, expected.mse)


def test_our_script_borrows_and_changes_colours(photo):
    first = study.palette(photo, PLAIN).palette[0]
    code = bytes(first).hex()
    settings = replace(RECOLOURINGS["k-means"], picture=PictureSettings("own"))
    settings = page.with_color(settings, "kmeans", code, "123456")
    settings = replace(settings, view=replace(settings.view, borrow="second"))
    names = run(recolour_code.script(settings, photo.name, photo.name, "gmmlab"))
    ((_, expected),) = page_pictures(photo, settings, photo)
    assert np.array_equal(names["results"]["kmeans"].palette, expected.palette)
    assert [0x12, 0x34, 0x56] in names["results"]["kmeans"].palette.tolist()


@pytest.mark.parametrize("name", RECOLOURINGS)
def test_scikit_learns_picture_is_nearly_as_good(name, photo):
    settings = replace(RECOLOURINGS[name], picture=PictureSettings("own"))
    names = run(recolour_code.script(settings, photo.name, None, "scikit-learn"), drawn=True)
    original = np.asarray(Image.open(photo.name), dtype=float)
    for finder, expected in page_pictures(photo, settings):
        painted = names["results"][finder]
        assert painted.shape == original.shape
        assert painted.dtype == np.uint8
        error = ((painted - original) ** 2).mean()
        if name not in ("pinned", "finished"):  # those are ours
            assert error < 1.5 * expected.mse + 1


def small_generator(**changes):
    return GeneratorSettings(n_components=20, averaged=1, variance_kept=0.8, **changes)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("step", [name for name in STEPS if name not in ("sweep", "judge")])
def test_every_step_of_new_digits(step, flavour):
    settings = DigitsSettings(model=small_generator(), view=DigitsView(step, n_new=12, only="7"))
    script = digits_code.script(settings, flavour, has_classes=True, n_train=1203)
    names = run(script, drawn=step == "pca")
    if step == "generate":
        assert names["new"].shape == (12, 8, 8)
    if step == "generate" and flavour == "gmmlab":
        made = digits.fitted_to(digit_images(), settings.model)
        sheet = digits.drawn_beside(made, digit_images(), 12, 0, "7")
        assert np.allclose(names["new"], sheet.drawn.images)
    if step == "pca":
        space = digits.space_of(digit_images(), 0.8, True)
        assert names["pca"].n_components_ == space.n_axes
        assert np.isclose(names["held"], space.kept)


@pytest.mark.parametrize("model", [
    {"per_class": False, "shrinkage": 0, "tails": 0.0, "pixels": "clipped"},
    {"per_class": True, "covariance_type": "diag", "floor": 0.1},
])  # fmt: skip
def test_the_chapters_generator_is_scikit_learns(model):
    settings = DigitsSettings(model=small_generator(**model), view=DigitsView("generate", n_new=9))
    names = run(digits_code.script(settings, "scikit-learn", has_classes=True, n_train=1203))
    assert names["new"].shape == (9, 8, 8)
    assert 0 <= names["new"].min() <= names["new"].max() <= 16
    if not model["per_class"]:
        made = digits.fitted_to(digit_images(), settings.model)
        score = names["gmm"].score(names["pca"].transform(digit_images().images.reshape(1797, -1)))
        assert np.isclose(score, made.score(digit_images().images), atol=1e-2)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_judge_and_images_of_ones_own(flavour, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    few = digit_images().part(np.arange(80))
    np.savez(tmp_path / "images.npz", images=few.images)
    model = small_generator(per_class=False, shrinkage=0, tails=0.0, pixels="clipped")
    own = replace(DigitsSettings().corpus, source="own")
    settings = DigitsSettings(own, replace(model, n_components=3), DigitsView("judge", n_new=50))
    names = run(digits_code.script(settings, flavour, has_classes=False, n_train=53))
    if flavour == "gmmlab":
        expected = digits.judged(replace(few, labels=None), settings.model)
        assert np.isclose(names["judged"].copying, expected.copying)
    else:
        assert 0.3 < names["copying"] < 3


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_sweep_of_a_small_set(flavour, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez(tmp_path / "images.npz", images=digit_images().images[:400])
    own = replace(DigitsSettings().corpus, source="own")
    model = small_generator(covariance_type="diag")
    settings = DigitsSettings(own, model, DigitsView("sweep"))
    names = run(digits_code.script(settings, flavour, has_classes=False, n_train=268))
    assert list(names["Ks"]) == [50]
    assert names["aics"][0] < names["bics"][0]
