"""Changed, merged and pinned colours: whose they are, and what becomes of them with another K."""

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_image

from gmmlab.studies.recolour.changes import (
    MOST_CHANGES,
    Change,
    applied,
    changes_of,
    colors_of,
    pins_of,
    with_change,
    without_change,
)
from gmmlab.studies.recolour.color_histogram import color_histogram
from gmmlab.studies.recolour.color_model import color_model, of_colors
from gmmlab.studies.recolour.color_space import SPACES
from gmmlab.studies.recolour.recolor import assign

CHINA = color_histogram(Image.fromarray(load_sample_image("china.jpg")).resize((160, 107)))
REDS = np.array([[200, 30, 30], [30, 160, 40], [20, 40, 200], [240, 240, 240]], dtype=np.uint8)
RED, GREEN, BLUE = "c81e1e", "1ea028", "1428c8"


def test_a_text_and_its_changes():
    code = with_change("", Change("kmeans", RED, "ff0000"))
    code = with_change(code, Change("gmm", GREEN, BLUE, merges=True))
    assert code == f"kc-{RED}-ff0000_gm-{GREEN}-{BLUE}"
    assert "_".join(each.code for each in changes_of(code)) == code
    assert with_change(code, Change("kmeans", RED, "00ff00")).endswith(f"_kc-{RED}-00ff00")
    assert without_change(code, "kmeans", RED) == f"gm-{GREEN}-{BLUE}"
    assert with_change("", Change("kmeans", RED, RED)) == ""
    for place in range(60):
        code = with_change(code, Change("kmeans", f"{place:06x}", "ffffff"))
    assert len(changes_of(code)) == MOST_CHANGES
    assert changes_of(code)[-1].found == "00003b"


@pytest.mark.parametrize(
    "code",
    ["x", "3-ff0000", "kc-ff0000", "kc-ff0000-gg0000", "kx-ff0000-00ff00", "kc-f-f", "_", "qc--"],
)
def test_garbled_changes_are_refused(code):
    with pytest.raises(ValueError, match="changed colours, as"):
        changes_of(code)


@pytest.mark.parametrize("code", ["f", "ff0000_ff0000", "_".join(f"{i:06x}" for i in range(33))])
def test_garbled_pins_are_refused(code):
    with pytest.raises(ValueError, match="at most 32 colours"):
        pins_of(code)
    assert pins_of("ff0000_00ff00") == ("ff0000", "00ff00")


def test_a_change_follows_the_colour_that_is_most_alike():
    changes = [Change("kmeans", RED, "ffff00")]
    near = np.clip(REDS.astype(int)[::-1] + 6, 0, 255).astype(np.uint8)
    found = applied(changes, near, near)
    assert found.palette[3].tolist() == [255, 255, 0]
    np.testing.assert_array_equal(found.palette[:3], near[:3])
    assert (found.places, found.resting) == ({3}, 0)


def test_a_change_without_a_like_rests_and_touches_nothing():
    found = applied([Change("kmeans", "ff00ff", "ffff00")], REDS, REDS)
    np.testing.assert_array_equal(found.palette, REDS)
    assert (found.places, found.resting) == (frozenset(), 1)


def test_merged_colours_are_one():
    chain = [Change("kmeans", RED, GREEN, merges=True), Change("kmeans", GREEN, BLUE, merges=True)]
    found = applied(chain, REDS, REDS)
    assert found.joins.tolist() == [2, 2, 2, 3]
    assert found.palette.tolist() == [REDS[2].tolist()] * 3 + [REDS[3].tolist()]
    circle = [*chain, Change("kmeans", BLUE, RED, merges=True)]
    assert applied(circle, REDS, REDS).joins.tolist() == [2, 2, 2, 3]
    # What is joined takes the other's changed colour.
    changed = applied([*chain, Change("kmeans", BLUE, "010203")], REDS, REDS)
    assert changed.palette[:3].tolist() == [[1, 2, 3]] * 3


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("model", ["kmeans", "gmm"])
@pytest.mark.parametrize("n_colors", [2, 3, 16])
def test_pinned_colours_are_in_every_palette(n_colors, model, space):
    pinned = np.array([[255, 0, 0], [0, 0, 0]], dtype=np.uint8)
    found = color_model(CHINA, n_colors, model=model, space=space, pinned=pinned)
    assert len(found.palette) == n_colors
    assert {tuple(color) for color in pinned.tolist()} <= {tuple(c) for c in found.palette.tolist()}


def test_the_other_colours_are_found_around_those_that_are_pinned():
    pinned = np.array([[255, 0, 0]], dtype=np.uint8)
    found = color_model(CHINA, 8, pinned=pinned)
    painted = assign(CHINA, found)
    # k-means with one centre that cannot move: each other one is the mean of its own.
    for place in np.flatnonzero((found.palette != pinned[0]).any(axis=1)):
        own = painted.places == place
        mean = np.average(CHINA.colors[own].astype(float), axis=0, weights=CHINA.counts[own])
        np.testing.assert_allclose(found.palette[place], mean, atol=6)
    # Worse than seven and a free one at the worst by a little; better than seven by nothing less.
    assert painted.mse < 1.05 * assign(CHINA, color_model(CHINA, 7)).mse


def test_pinning_what_was_found_changes_hardly_anything():
    plain = color_model(CHINA, 12)
    again = color_model(CHINA, 12, pinned=plain.palette[[3, 7]])
    assert assign(CHINA, again).mse <= 1.02 * assign(CHINA, plain).mse


def test_more_pins_than_colours_and_fewer_colours_than_pins():
    pins = colors_of("ff000000ff000000ffffff00")
    assert color_model(CHINA, 3, pinned=pins).palette.tolist() != []
    assert len(color_model(CHINA, 3, pinned=pins).palette) == 3
    flat = color_histogram(Image.new("RGB", (9, 9), (9, 200, 9)))
    found = color_model(flat, 16, pinned=pins)
    assert assign(flat, found).mse == 0  # the picture's only colour has its place


def test_a_palette_of_ones_own_is_the_nearest_colour_of_it():
    found = assign(CHINA, of_colors(REDS))
    apart = ((CHINA.colors[:, None].astype(int) - REDS) ** 2).sum(axis=2)
    np.testing.assert_array_equal(found.places, apart.argmin(axis=1))
