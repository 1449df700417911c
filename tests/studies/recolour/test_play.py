"""A picture that is played with is what it says: its colours, its error, its opacity."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_image

from gmmlab.studies.recolour.changes import Change
from gmmlab.studies.recolour.color_histogram import color_histogram, n_distinct
from gmmlab.studies.recolour.color_model import color_model
from gmmlab.studies.recolour.finish import Finish
from gmmlab.studies.recolour.looks import LOOKS, thumbnails
from gmmlab.studies.recolour.page import RecolorSettings, look_of, with_look
from gmmlab.studies.recolour.play import Play, played
from gmmlab.studies.recolour.recolor import assign

FLOWER = Image.fromarray(load_sample_image("flower.jpg")).resize((120, 80))
SMALL = color_histogram(FLOWER)
TINY = [(1, 1), (1, 7), (3, 3), (300, 1), (9, 30)]


def clear(image):
    result = image.copy()
    result.putalpha(Image.linear_gradient("L").resize(image.size))
    return result


def error(ours, theirs) -> float:
    apart = np.asarray(ours.convert("RGB")).astype(float) - np.asarray(theirs.convert("RGB"))
    return float((apart**2).mean())


def test_nothing_played_is_the_plain_picture():
    model = color_model(SMALL, 5)
    found = played(SMALL, model, Play())
    assert found.changed.are_none
    np.testing.assert_array_equal(found.result.labels, assign(SMALL, model).painted().labels)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_look_has_the_error_that_it_says(look):
    model = color_model(SMALL, look.n_colors, model=look.model, space=look.space, soft=look.soft)
    found = played(SMALL, model, Play(finish=look.finish)).result
    assert found.image.size == FLOWER.size
    assert found.mse == pytest.approx(error(found.image, FLOWER), rel=1e-9)
    assert found.shares.sum() == pytest.approx(1)
    if not look.soft:
        assert n_distinct(np.asarray(found.image)) <= look.n_colors


@pytest.mark.exhaustive
@pytest.mark.parametrize("size", TINY)
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_look_of_a_tiny_or_odd_photo(look, size):
    for image in (FLOWER.resize(size), clear(FLOWER.resize(size)), Image.new("RGBA", size)):
        counted = color_histogram(image)
        model = color_model(
            counted, look.n_colors, model=look.model, space=look.space, soft=look.soft
        )
        found = played(counted, model, Play(finish=look.finish)).result
        assert found.image.size == size
        assert np.isfinite(found.mse)
        assert found.shares.sum() == pytest.approx(1)


def test_every_look_has_its_thumbnail_of_any_photo():
    for image in (FLOWER.resize((1, 1)), clear(FLOWER.resize((3, 90))), FLOWER.resize((400, 6))):
        found = thumbnails(image)
        assert len(found) == len(LOOKS)
        sizes = {Image.open(io.BytesIO(each)).size for each in found}
        assert len(sizes) == 1
        assert max(sizes.pop()) <= 160
    shown = thumbnails(FLOWER)
    wide = [np.asarray(Image.open(io.BytesIO(each)).convert("RGB")) for each in shown]
    for place, one in enumerate(wide):
        for other in wide[place + 1 :]:
            assert np.abs(one.astype(int) - other).mean() > 1  # each is seen to be another


def test_a_soft_picture_stays_soft_when_a_colour_is_changed():
    model = color_model(SMALL, 4, model="gmm", soft=True)
    plain = played(SMALL, model, Play()).result
    code = bytes(model.palette[0]).hex()
    changed = played(SMALL, model, Play((Change("gmm", code, "ff0000"),)))
    assert changed.changed.places == {0}
    assert changed.result.blend is not None
    assert n_distinct(changed.result.blend) > 100
    # Where the first component has nothing to say, nothing changes.
    responsibilities = model.fit.responsibilities(SMALL.pixels.reshape(-1, 3).astype(float))
    without = (responsibilities[:, 0] < 1e-6).reshape(SMALL.pixels.shape[:2])
    assert without.any()
    np.testing.assert_array_equal(changed.result.blend[without], plain.blend[without])
    assert changed.result.mse == pytest.approx(error(changed.result.image, FLOWER), rel=1e-9)


def test_a_changed_colour_does_not_move_the_dither():
    model = color_model(SMALL, 4)
    code = bytes(model.palette[1]).hex()
    finish = Finish(dither="grain")
    plain = played(SMALL, model, Play(finish=finish)).result
    changed = played(SMALL, model, Play((Change("kmeans", code, "00ff00"),), finish)).result
    np.testing.assert_array_equal(plain.labels, changed.labels)
    assert changed.palette[1].tolist() == [0, 255, 0]


def test_merged_places_are_left_by_their_pixels():
    model = color_model(SMALL, 4)
    first, second = (bytes(color).hex() for color in model.palette[:2])
    plain = assign(SMALL, model).painted()
    found = played(SMALL, model, Play((Change("kmeans", first, second, merges=True),))).result
    assert found.shares[0] == 0
    assert found.shares[1] == pytest.approx(plain.shares[:2].sum())
    assert n_distinct(np.asarray(found.image)) == 3


def test_a_look_keeps_photo_palette_and_panel():
    settings = RecolorSettings()
    settings = replace(
        settings,
        picture=replace(settings.picture, picture="own", digest="0123"),
        model=replace(settings.model, pinned="ff0000", seed=7),
        view=replace(settings.view, panel="counts", edits="kc-010203-040506", borrow="flower"),
    )
    for name, look in LOOKS.items():
        found = with_look(settings, look)
        assert look_of(found) == name
        assert found.picture == settings.picture
        kept = ("panel", "edits", "borrow", "order")
        assert [getattr(found.view, n) for n in kept] == [getattr(settings.view, n) for n in kept]
        assert (found.model.pinned, found.model.seed) == ("ff0000", 7)
    assert look_of(RecolorSettings()) == "plain"
