"""The ten colours: apart for every eye, readable on both grounds, never alone."""

from itertools import combinations

import numpy as np
import pytest

from gmmlab.figures import palette

# Machado, Oliveira and Fernandes (2009), severity 1.0, for linear RGB.
SIGHT = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def light(colors) -> np.ndarray:
    coded = np.array([palette.channels(c) for c in colors]) / 255
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


def oklab(linear: np.ndarray) -> np.ndarray:
    return np.cbrt(np.clip(linear, 0, 1) @ TO_LMS.T) @ TO_LAB.T


@pytest.mark.parametrize("matrix", SIGHT.values(), ids=SIGHT)
def test_any_two_colours_are_apart(matrix):
    seen = oklab(np.clip(light(palette.COLORS) @ np.transpose(matrix), 0, 1))
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 0.09


@pytest.mark.parametrize(("ground", "least"), [("#ffffff", 2.3), ("#0f1115", 3.3)])
def test_colours_read_on_both_grounds(ground, least):
    weights = np.array([0.2126, 0.7152, 0.0722])
    luminances, base = light(palette.COLORS) @ weights, light([ground]) @ weights
    contrast = (np.maximum(luminances, base) + 0.05) / (np.minimum(luminances, base) + 0.05)
    assert contrast.min() >= least


def test_the_first_twenty_clusters_differ_in_colour_or_shape():
    assert len({(palette.color(k), palette.symbol(k)) for k in range(20)}) == 20


def test_blends():
    pure = palette.blended(np.eye(10))
    assert pure == list(palette.COLORS)
    red, green, blue = palette.channels(palette.blended(np.array([[0.5, 0.5]]))[0])
    low, high = np.sort([palette.channels(palette.color(k)) for k in (0, 1)], axis=0)
    for value, least, most in zip((red, green, blue), low, high, strict=True):
        assert least <= value <= most
