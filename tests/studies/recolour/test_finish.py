"""Dither, dots, large pixels, smooth areas and tones: against brute force and plain properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy.ndimage import uniform_filter
from sklearn.datasets import load_sample_image

from gmmlab.studies.recolour import finish as module
from gmmlab.studies.recolour.color_histogram import color_histogram
from gmmlab.studies.recolour.color_model import color_model
from gmmlab.studies.recolour.color_space import bytes_of_oklab, oklab_of
from gmmlab.studies.recolour.finish import enlarged, grained, screened, smoothed, spread_out
from gmmlab.studies.recolour.recolor import assign
from gmmlab.studies.recolour.tones import TONES, toned

FLOWER = Image.fromarray(load_sample_image("flower.jpg"))
SMALL = color_histogram(FLOWER.resize((160, 107)))
INK = np.array([[0, 0, 0], [255, 255, 255]], dtype=np.uint8)


@pytest.mark.parametrize("screen", ["pattern", "dots"])
@pytest.mark.parametrize("grey", [0, 20, 77, 128, 200, 255])
def test_a_grey_is_printed_with_as_much_white_as_it_is_light(screen, grey):
    flat = color_histogram(Image.new("RGB", (320, 320), (grey,) * 3))
    white = screened(flat, INK, screen, 1.0).mean()
    assert white == pytest.approx(grey / 255, abs=0.02)


@given(seed=st.integers(0, 50), K=st.integers(1, 7))
def test_each_colour_is_mixed_of_the_pair_that_comes_closest(seed, K):
    rng = np.random.default_rng(seed)
    colors = rng.integers(0, 256, (6, 3)).astype(np.uint8)
    palette = rng.integers(0, 256, (K, 3)).astype(np.uint8)
    dark, light, share = module._pairs(colors, palette)
    lightness = oklab_of(palette)[:, 0]
    assert (lightness[dark] <= lightness[light]).all()
    apart = ((colors[:, None].astype(float) - palette) ** 2).sum(axis=2)

    def cost(color, a, b, part):
        a, b = palette[a].astype(float), palette[b].astype(float)
        mean = a + part * (b - a)
        unlike = 0.15 * part * (1 - part) * ((a - b) ** 2).sum()
        return ((mean - color) ** 2).sum() + unlike

    for place, color in enumerate(colors.astype(float)):
        nearest = int(apart[place].argmin())
        mixed = [
            cost(color, nearest, other, part)
            for other in range(K)
            if (part := _along(color, palette, nearest, other)) > 0
        ]
        best = min(mixed, default=cost(color, nearest, nearest, 0))
        ours = cost(color, light[place], dark[place], share[place])
        assert ours <= best + 1e-3 * max(best, 1)


def _along(color, palette, a, b):
    step = palette[b].astype(float) - palette[a]
    length = step @ step
    return 0.0 if length == 0 else float(np.clip((color - palette[a]) @ step / length, 0, 1))


def test_thresholds_are_each_as_frequent():
    rows, columns = np.arange(700)[:, None], np.arange(700)[None]
    for threshold in (module._dots, module._pattern):
        for side in (40, 700, 1234):
            found = np.asarray(threshold(side)(rows, columns)).ravel()
            for level in (0.1, 0.3, 0.5, 0.8):
                assert (found < level).mean() == pytest.approx(level, abs=0.05)


@pytest.mark.parametrize("dither", ["grain", "pattern", "dots"])
def test_areas_keep_their_mean_and_less_strength_changes_less(dither):
    model = color_model(SMALL, 6)
    plain = assign(SMALL, model).painted()

    def places(strength):
        if dither == "grain":
            return grained(SMALL, model.palette, plain.labels, strength)
        return screened(SMALL, model.palette, dither, strength)

    mean = SMALL.pixels.mean(axis=(0, 1))
    off = [np.abs(model.palette[places(s)].mean(axis=(0, 1)) - mean).max() for s in (1.0, 0.1)]
    assert off[0] < 6
    changed = [(places(strength) != plain.labels).mean() for strength in (0.1, 0.5, 1.0)]
    assert changed[0] < changed[1] < changed[2]
    assert changed[0] < 0.1


def test_the_majority_decides():
    rng = np.random.default_rng(0)
    places = rng.integers(0, 4, (50, 100)).astype(np.uint8)
    found = smoothed(places, 4, 20, None)  # two pixels to each side
    votes = np.stack(
        [uniform_filter((places == k).astype(float), 5, mode="nearest") for k in range(4)]
    )
    inside = (slice(3, -3), slice(3, -3))
    ours = np.take_along_axis(votes, found[None].astype(int), axis=0)[0]
    np.testing.assert_allclose(ours[inside], votes.max(axis=0)[inside], atol=1e-9)


def test_specks_go_and_edges_stay():
    places = np.zeros((200, 200), dtype=np.uint8)
    places[:, 100:] = 1
    speck = places.copy()
    speck[50, 50] = speck[150, 150] = 2
    np.testing.assert_array_equal(smoothed(speck, 3, 10, None), places)


def test_what_cannot_be_seen_has_no_vote_and_large_palettes_stay():
    places = np.zeros((40, 40), dtype=np.uint8)
    places[18:22, 18:22] = 1
    np.testing.assert_array_equal(smoothed(places, 2, 50, places == 1)[18:22, 18:22], 1)
    np.testing.assert_array_equal(smoothed(places, 33, 50, None), places)


@pytest.mark.parametrize("size", [(160, 107), (1, 300), (300, 1), (96, 96), (7, 5)])
def test_large_pixels_are_means_and_fill_the_picture(size):
    counted = color_histogram(FLOWER.resize(size))
    base = enlarged(counted, 48)
    assert max(base.size) == min(48, max(size))
    labels = np.arange(base.pixels[..., 0].size).reshape(base.size[::-1]).astype(np.uint8)
    assert spread_out(labels, size).shape == size[::-1]
    np.testing.assert_array_equal(np.unique(spread_out(labels, size)), np.unique(labels))
    if size == (96, 96):
        means = counted.pixels.reshape(48, 2, 48, 2, 3).mean(axis=(1, 3))
        np.testing.assert_allclose(base.pixels, means, atol=1.01)


def test_tones():
    palette = np.random.default_rng(0).integers(60, 220, (200, 3)).astype(np.uint8)
    assert toned(palette, "found") is palette
    grey = toned(palette, "grey")
    assert np.ptp(grey.astype(int), axis=1).max() <= 1
    lab, vivid = oklab_of(palette), oklab_of(toned(palette, "vivid"))
    # Others would leave what a screen can show, or are dark enough to become black.
    dull = (np.hypot(*lab[:, 1:].T) < 0.08) & (np.abs(lab[:, 0] - 0.65) < 0.15)
    assert dull.sum() > 10
    assert (np.hypot(*vivid[dull, 1:].T) >= np.hypot(*lab[dull, 1:].T) - 0.01).all()
    for inks in ("duotone", "ink"):
        found = oklab_of(toned(palette, inks)).astype(float)
        order = np.argsort(lab[:, 0])
        line = found[order] - found[order[0]]
        along = line @ line[-1] / (line[-1] @ line[-1])
        assert (np.diff(along) > -0.02).all()
        np.testing.assert_allclose(line, along[:, None] * line[-1], atol=0.01)


@pytest.mark.parametrize("tones", TONES)
@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (10, 200, 30)])
def test_one_colour_has_tones_too(tones, color):
    assert toned(np.array([color], dtype=np.uint8), tones).shape == (1, 3)
    assert bytes_of_oklab(oklab_of(np.array([color], dtype=np.uint8))).tolist() == [list(color)]
