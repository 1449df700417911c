"""Few colours: as good as scikit-learn's, exactly assigned, and the same whichever way round."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy.spatial import cKDTree
from sklearn.cluster import KMeans
from sklearn.datasets import load_sample_image
from sklearn.mixture import GaussianMixture

from gmmlab.data.pictures.encoding import indexed_png
from gmmlab.data.pictures.images import open_image
from gmmlab.studies.recolour import color_histogram as census_module
from gmmlab.studies.recolour.color_histogram import color_histogram
from gmmlab.studies.recolour.color_model import color_model
from gmmlab.studies.recolour.color_space import SPACES, bytes_of_oklab, oklab_of
from gmmlab.studies.recolour.recolor import assign, measured, psnr, recolor, repaint

CHINA = Image.fromarray(load_sample_image("china.jpg"))
SMALL = CHINA.resize((160, 107))
WAYS = [
    {"model": "kmeans"},
    {"model": "kmeans", "space": "oklab"},
    {"model": "gmm"},
    {"model": "gmm", "covariance_type": "diag", "soft": True},
    {"model": "gmm", "space": "oklab", "soft": True},
]


def error(image, other) -> float:
    difference = np.asarray(image.convert("RGB")).astype(float) - np.asarray(other.convert("RGB"))
    return float((difference**2).mean())


def translucent(image=SMALL) -> Image.Image:
    alpha = np.zeros(image.size[::-1], dtype=np.uint8)
    alpha[20:90, 30:140] = 255
    alpha[40:60, 30:60] = 100
    result = image.copy()
    result.putalpha(Image.fromarray(alpha))
    return result


@pytest.mark.parametrize("K", [2, 16])
def test_kmeans_is_no_worse_than_scikit_learns_on_all_pixels(K):
    pixels = np.asarray(CHINA).reshape(-1, 3).astype(np.float32)
    theirs = KMeans(K, n_init=1, random_state=0).fit(pixels).inertia_ / pixels.size
    found = recolor(CHINA, K)
    assert found.palette.shape == (K, 3)
    assert found.mse <= 1.005 * theirs


@pytest.mark.parametrize("options", WAYS, ids=str)
def test_the_numbers_are_those_of_the_picture(options):
    found = recolor(SMALL, 8, **options)
    assert found.image.size == SMALL.size
    assert found.mse == pytest.approx(error(found.image, SMALL), rel=1e-12)
    assert found.psnr == pytest.approx(10 * np.log10(255**2 / found.mse))
    counts = np.bincount(found.labels.ravel(), minlength=8)
    np.testing.assert_allclose(found.shares, counts / counts.sum(), rtol=1e-12)
    if not options.get("soft"):
        np.testing.assert_array_equal(np.asarray(found.image), found.palette[found.labels])


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("K", [5, 256])
def test_every_pixel_gets_the_nearest_colour_of_the_palette(space, K):
    found = recolor(SMALL, K, space=space)
    into = SPACES[space].into
    pixels = into(np.asarray(SMALL).reshape(-1, 3)).astype(float)
    tree = cKDTree(into(found.palette).astype(float))
    own = np.linalg.norm(pixels - tree.data[found.labels.ravel()], axis=1)
    np.testing.assert_allclose(own, tree.query(pixels)[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("covariance_type", ["full", "diag", "tied", "spherical"])
def test_the_mixture_is_at_an_optimum_of_scikit_learns(covariance_type):
    """Begun where ours ended, it finds nothing better than one more small step."""
    found = color_model(color_histogram(SMALL), 6, model="gmm", covariance_type=covariance_type)
    pixels = np.asarray(SMALL).reshape(-1, 3).astype(float)
    mixture = found.mixture
    inverse = np.linalg.inv if covariance_type in ("full", "tied") else np.reciprocal
    theirs = GaussianMixture(
        6,
        covariance_type=covariance_type,
        weights_init=mixture.weights,
        means_init=mixture.means,
        precisions_init=inverse(mixture.covariances),
        reg_covar=1 / 12,
    ).fit(pixels)
    assert theirs.n_iter_ <= 2
    assert mixture.score_samples(pixels).mean() == pytest.approx(theirs.score(pixels), abs=1e-3)
    labels = recolor(SMALL, 6, model="gmm", covariance_type=covariance_type).labels
    np.testing.assert_array_equal(labels.ravel(), found.mixture.responsibilities(pixels).argmax(1))


@pytest.mark.parametrize("space", SPACES)
def test_a_soft_pixel_is_the_mean_colour_of_its_responsibilities(space):
    options = {"model": "gmm", "soft": True, "space": space}
    found, shown = color_model(color_histogram(SMALL), 5, **options), recolor(SMALL, 5, **options)
    into, out_of = SPACES[space].into, SPACES[space].out_of
    pixels = into(np.asarray(SMALL).reshape(-1, 3)).astype(float)
    expected = out_of(found.mixture.responsibilities(pixels) @ found.mixture.means)
    difference = np.asarray(shown.image).reshape(-1, 3).astype(int) - expected
    assert np.abs(difference).max() <= 1  # where a half is rounded
    assert (difference == 0).mean() > 0.999
    assert len(np.unique(shown.blend.reshape(-1, 3), axis=0)) > 100
    assert shown.mse < recolor(SMALL, 5, model="gmm", space=space).mse


@pytest.mark.parametrize("options", WAYS, ids=str)
def test_one_seed_one_picture(options):
    first, second = (recolor(SMALL, 7, seed=3, **options) for _ in range(2))
    np.testing.assert_array_equal(first.palette, second.palette)
    np.testing.assert_array_equal(np.asarray(first.image), np.asarray(second.image))


@pytest.mark.parametrize("options", WAYS, ids=str)
def test_a_palette_starts_with_the_largest_share(options):
    shares = recolor(SMALL, 8, **options).shares
    if options["model"] == "kmeans":
        assert (np.diff(shares) < 0.01).all()
    assert shares.sum() == pytest.approx(1)


@pytest.mark.parametrize("options", WAYS, ids=str)
@pytest.mark.parametrize("colors", [[(9, 8, 7)], [(0, 0, 0), (255, 255, 255)], [(1, 1, 1)] * 3])
def test_fewer_colours_than_asked_for(colors, options):
    pixels = np.array(colors, dtype=np.uint8)[np.arange(60) % len(colors)].reshape(6, 10, 3)
    found = recolor(Image.fromarray(pixels), 16, **options)
    assert len(found.palette) == len(np.unique(colors, axis=0))
    assert "palette has no more" in found.notes[0]
    assert found.mse == 0
    assert found.psnr == np.inf
    np.testing.assert_array_equal(np.asarray(found.image), pixels)


@pytest.mark.parametrize("size", [(1, 1), (1, 6000), (6000, 1), (3, 2)])
def test_pictures_of_any_shape(size):
    values = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3)).astype(np.uint8)
    found = recolor(Image.fromarray(values), 4)
    assert found.image.size == size
    assert found.mse == pytest.approx(error(found.image, Image.fromarray(values)))


@pytest.mark.parametrize("options", WAYS, ids=str)
def test_what_cannot_be_seen_does_not_count(options):
    image = translucent()
    found = recolor(image, 8, **options)
    assert found.image.mode == "RGBA"
    alpha = np.asarray(image)[:, :, 3]
    np.testing.assert_array_equal(np.asarray(found.image)[:, :, 3], alpha)
    seen = alpha > 0
    inside = Image.fromarray(np.asarray(image)[seen][None, :, :3])
    alone = recolor(inside, 8, **options)
    np.testing.assert_array_equal(found.palette, alone.palette)
    assert found.mse == pytest.approx(alone.mse)
    np.testing.assert_array_equal(found.labels[seen], alone.labels.ravel())


def test_a_picture_of_which_nothing_can_be_seen():
    found = recolor(Image.new("RGBA", (9, 9), (10, 20, 30, 0)), 4)
    assert found.image.getextrema()[3] == (0, 0)
    assert found.shares.sum() == 1


def test_transparency_keeps_one_of_256_places():
    found = recolor(translucent(CHINA.resize((320, 214))), 256)
    assert len(found.palette) == 255
    assert "kept for transparency" in found.notes[0]


@pytest.mark.parametrize("image", [SMALL, translucent()], ids=["RGB", "RGBA"])
@pytest.mark.parametrize("K", [2, 3, 16, 60])
def test_the_indexed_png_decodes_to_the_colours_shown(image, K):
    found = recolor(image, K)
    file = indexed_png(found.labels, found.palette, found.alpha)
    again, shown = np.asarray(open_image(file.data)), np.asarray(found.image)
    seen = slice(None) if image.mode == "RGB" else shown[:, :, 3] > 0
    np.testing.assert_array_equal(again[seen], shown[seen])
    assert file.bit_depth == (1 if K == 2 and image.mode == "RGB" else file.bit_depth)


def test_above_a_million_colours_a_histogram_serves_and_pixels_are_still_exact(monkeypatch):
    monkeypatch.setattr(census_module, "MANY_COLORS", 1000)
    counted = color_histogram(CHINA)
    fine = counted.for_mixture("rgb")
    assert 1000 < len(fine) < len(counted)
    # Bins keep the sums of their colours, so the mean of all is exact.
    pixels = np.asarray(CHINA).reshape(-1, 3)
    mean = fine.weights @ fine.points.astype(float) / fine.weights.sum()
    np.testing.assert_allclose(mean, pixels.mean(axis=0), rtol=1e-6)
    found = recolor(CHINA, 6, model="gmm")
    assert found.mse == pytest.approx(error(found.image, CHINA), rel=1e-12)


def test_levels_are_one_picture_from_coarse_to_fine():
    counted = color_histogram(CHINA)
    for space in SPACES:
        levels = counted.levels(space)
        assert [len(level) for level in levels] == sorted(len(level) for level in levels)
        assert len(levels) == 4
        sums = [level.moments.sum(axis=1) for level in levels]
        np.testing.assert_allclose(sums, np.broadcast_to(sums[-1], (4, 4)), rtol=1e-5, atol=1)


def test_the_census_counts_every_colour():
    counted = color_histogram(CHINA)
    colors, counts = np.unique(np.asarray(CHINA).reshape(-1, 3), axis=0, return_counts=True)
    np.testing.assert_array_equal(counted.colors, colors)
    np.testing.assert_array_equal(counted.counts, counts)
    assert len(counted) == 96_615


def test_a_preview_is_painted_with_the_photos_own_model():
    model = color_model(color_histogram(CHINA), 12)
    small = assign(color_histogram(SMALL), model).painted()
    np.testing.assert_array_equal(small.palette, model.palette)
    assert small.mse == pytest.approx(error(small.image, SMALL))


@given(seed=st.integers(0, 99), K=st.integers(1, 256))
def test_repainting_is_a_look_up(seed, K):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, K, (5, 7)).astype(np.uint8)
    palette = rng.integers(0, 256, (K, 3)).astype(np.uint8)
    np.testing.assert_array_equal(np.asarray(repaint(labels, palette)), palette[labels])
    alpha = rng.integers(0, 256, (5, 7)).astype(np.uint8)
    shown = np.asarray(repaint(labels, palette, alpha))
    np.testing.assert_array_equal(shown, np.dstack([palette[labels], alpha]))


@pytest.mark.parametrize("image", [SMALL, translucent()], ids=["RGB", "RGBA"])
def test_another_palette_has_another_error(image):
    counted, found = color_histogram(image), recolor(image, 6)
    again = measured(found, counted)
    assert again.mse == pytest.approx(found.mse, rel=1e-12)
    np.testing.assert_allclose(again.shares, found.shares, rtol=1e-12)
    changed = found.palette.copy()
    changed[0] = 255 - changed[0]
    edited = measured(replace(found, palette=changed), counted)
    assert edited.mse > found.mse
    np.testing.assert_array_equal(edited.labels, found.labels)
    if image.mode == "RGB":
        assert edited.mse == pytest.approx(error(edited.image, image))


def test_a_picture_is_measured_against_its_own_original():
    with pytest.raises(ValueError, match="differ in size"):
        measured(recolor(SMALL, 3), color_histogram(CHINA))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"n_colors": 1}, "from 2 to 256; got 1"),
        ({"n_colors": 257}, "from 2 to 256; got 257"),
        ({"n_colors": 3.5}, "whole number"),
        ({"n_colors": True}, "whole number"),
        ({"model": "som"}, "kmeans, gmm; got 'som'"),
        ({"space": "cmyk"}, "rgb, oklab; got 'cmyk'"),
        ({"model": "gmm", "covariance_type": "round"}, "round"),
    ],
)
def test_refuses_what_it_cannot_do(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        recolor(SMALL, **{"n_colors": 4, **options})


@pytest.mark.parametrize("image", [Image.new("L", (5, 5)), Image.new("RGB", (0, 5))])
def test_refuses_what_is_no_picture_in_rgb(image):
    with pytest.raises(ValueError, match=r"not L; convert it|no pixels"):
        recolor(image, 4)


def test_oklab_is_the_published_one():
    """White, and the primaries as the CSS Color 4 specification lists them."""
    colors = np.array([[255] * 3, [255, 0, 0], [0, 255, 0], [0, 0, 255], [0] * 3], dtype=np.uint8)
    expected = [
        [1, 0, 0],
        [0.62796, 0.22486, 0.12585],
        [0.86644, -0.23389, 0.17950],
        [0.45201, -0.03246, -0.31153],
        [0, 0, 0],
    ]
    np.testing.assert_allclose(oklab_of(colors), expected, atol=1e-4)


def test_every_colour_comes_back_from_oklab():
    packed = np.arange(0, 1 << 24, 97)
    colors = np.stack([packed >> 16, packed >> 8, packed], axis=1).astype(np.uint8)
    np.testing.assert_array_equal(bytes_of_oklab(oklab_of(colors)), colors)


def test_psnr_of_no_error_is_infinite():
    assert psnr(0) == np.inf
    assert psnr(255**2) == 0
