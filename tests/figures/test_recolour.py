"""The colours of a picture in space, and its error and bytes, read back as data."""

import numpy as np
import pytest
from PIL import Image

from gmmlab.data.pictures.swatches import hex_codes
from gmmlab.figures import recolour
from gmmlab.studies.recolour.color_counts import cloud, how_many
from gmmlab.studies.recolour.color_histogram import color_histogram
from gmmlab.studies.recolour.color_model import color_model
from tests.figures.validated import Validated

figures = Validated(recolour)

RNG = np.random.default_rng(0)
PICTURE = Image.fromarray(RNG.integers(0, 256, (40, 50, 3), dtype=np.uint8))


@pytest.mark.parametrize("space", ["rgb", "oklab"])
@pytest.mark.parametrize("model", ["kmeans", "gmm"])
def test_points_have_their_own_colours_and_mixtures_have_ellipsoids(space, model):
    counted = color_histogram(PICTURE)
    found = color_model(counted, 4, model=model, space=space)
    figure = figures.space_figure(cloud(counted, space, size=300), found)
    points, centers, *ellipsoids = figure.data
    assert len(points.x) == 300
    assert set(points.text) <= set(hex_codes(counted.colors))
    assert list(centers.text) == list(hex_codes(found.palette))
    assert len(ellipsoids) == (4 if model == "gmm" else 0)
    # The middle of an ellipsoid is the centre of its colour.
    for place, surface in enumerate(ellipsoids):
        assert np.mean([surface.x.min(), surface.x.max()]) == pytest.approx(
            float(centers.x[place]), abs=1e-3 * np.ptp(surface.x)
        )


def test_error_and_bytes_are_beside_each_other():
    counts = list(how_many(color_histogram(PICTURE), (2, 4, 8)))
    error, size = figures.counts_figure(counts, 4).data
    assert list(error.x) == list(size.x) == [2, 4, 8]
    assert list(error.y) == sorted(error.y)
    assert list(size.y) == [each.n_bytes / 1000 for each in counts]
