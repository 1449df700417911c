"""Orders, matchings, curves and clouds of palettes."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sklearn.datasets import load_sample_image

from gmmlab.data.pictures.encoding import indexed_png
from gmmlab.studies.recolour.color_counts import cloud, how_many
from gmmlab.studies.recolour.color_histogram import color_histogram
from gmmlab.studies.recolour.color_space import oklab_of
from gmmlab.studies.recolour.palettes import ORDERS, borrowed, order_of
from gmmlab.studies.recolour.recolor import recolor

SMALL = Image.fromarray(load_sample_image("flower.jpg")).resize((160, 107))
RAINBOW = np.array(
    [[255, 0, 0], [255, 160, 0], [255, 255, 0], [0, 200, 0], [0, 200, 255], [0, 0, 255]],
    dtype=np.uint8,
)
GREYS = np.array([[0] * 3, [90] * 3, [255] * 3], dtype=np.uint8)


def palettes(size: int):
    colors = st.tuples(*[st.integers(0, 255)] * 3)
    return st.lists(colors, min_size=size, max_size=size).map(lambda c: np.array(c, np.uint8))


@pytest.mark.parametrize("by", ORDERS)
@given(palette=palettes(9))
def test_an_order_is_a_permutation(by, palette):
    shares = np.arange(9) / 36
    order = order_of(palette, shares, by)
    assert sorted(order) == list(range(9))
    if by == "share":
        assert order.tolist() == list(range(8, -1, -1))
    if by == "lightness":
        assert (np.diff(oklab_of(palette[order])[:, 0]) >= 0).all()


def test_hue_goes_round_and_greys_come_last():
    mixed = np.concatenate([GREYS[::-1], RAINBOW[::-1]])
    order = order_of(mixed, np.ones(9) / 9, "hue")
    np.testing.assert_array_equal(mixed[order], np.concatenate([RAINBOW, GREYS]))


def test_an_unknown_order():
    with pytest.raises(ValueError, match="share, lightness, hue; got 'name'"):
        order_of(RAINBOW, np.ones(6), "name")


@given(palette=palettes(5), other=palettes(5), seed=st.integers(0, 9))
def test_borrowed_colours_fit_as_well_as_can_be(palette, other, seed):
    shares = np.random.default_rng(seed).dirichlet(np.ones(5))
    found = borrowed(palette, other, shares)
    assert sorted(map(tuple, found.tolist())) == sorted(map(tuple, other.tolist()))

    def cost(colors):
        apart = (oklab_of(palette).astype(float) - oklab_of(colors)) ** 2
        return apart.sum(axis=1) @ shares

    best = min(cost(other[list(p)]) for p in permutations(range(5)))
    assert cost(found) == pytest.approx(best, rel=1e-6, abs=1e-12)


def test_an_own_palette_in_another_order_changes_nothing():
    palette = recolor(SMALL, 12).palette
    np.testing.assert_array_equal(borrowed(palette, palette[::-1]), palette)


def test_few_colours_serve_several_times_and_many_are_chosen_from():
    few = borrowed(RAINBOW, GREYS)
    assert np.unique(few, axis=0, return_counts=True)[1].tolist() == [2, 2, 2]
    many = borrowed(GREYS, np.concatenate([RAINBOW, GREYS + 0]))
    np.testing.assert_array_equal(many, GREYS)
    with pytest.raises(ValueError, match="no colours"):
        borrowed(RAINBOW, RAINBOW[:0])


def test_how_many_colours_comes_one_at_a_time():
    counted = color_histogram(SMALL)
    curve = how_many(counted, (2, 8, 32))
    first = next(curve)
    two = recolor(SMALL, 2)
    assert (first.n_colors, first.mse) == (2, two.mse)
    assert first.n_bytes == len(indexed_png(two.labels, two.palette).data)
    rest = list(curve)
    assert [point.n_colors for point in rest] == [8, 32]
    assert first.mse > rest[0].mse > rest[1].mse
    assert first.psnr < rest[0].psnr < rest[1].psnr
    assert first.n_bytes < rest[0].n_bytes < rest[1].n_bytes


def test_how_many_ends_where_the_colours_do():
    image = Image.fromarray(np.tile(RAINBOW, (5, 1, 1)))
    found = list(how_many(color_histogram(image)))
    assert [point.n_colors for point in found] == [2, 3, 4, 6]
    assert found[-1].mse == 0


def test_a_cloud_is_a_sample_in_proportion():
    counted = color_histogram(SMALL)
    found = cloud(counted, size=500)
    assert len(found.points) == len(found.colors) == len(found.counts) == 500
    assert found.n_all == len(counted)
    assert len(np.unique(found.colors, axis=0)) == 500
    np.testing.assert_array_equal(found.points, found.colors)
    # A pixel drawn at random has a colour of so many pixels, on average.
    counts = counted.counts.astype(float)
    expected = (counts**2).sum() / counts.sum()
    drawn = [cloud(counted, size=50, seed=seed).counts.mean() for seed in range(100)]
    assert np.mean(drawn) == pytest.approx(expected, rel=0.15)
    assert expected > 1.5 * counts.mean()
    lab = cloud(counted, "oklab", size=500)
    np.testing.assert_allclose(lab.points, oklab_of(lab.colors))


def test_a_small_cloud_is_all_of_it():
    found = cloud(color_histogram(Image.fromarray(RAINBOW[None])))
    assert found.counts.tolist() == [1] * 6
