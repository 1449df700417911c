"""The parameters that several data sets share, as fields of their settings."""

from typing import Any

from gmmlab.settings import integer, real


def n_samples(default: int) -> Any:
    return integer(
        default, low=1, high=20_000, label="Points", more=True, help="How many points to draw."
    )


def seed() -> Any:
    return integer(
        0,
        low=0,
        high=9_999,
        label="Data seed",
        more=True,
        help="Another number draws other points.",
    )


def noise(default: float) -> Any:
    return real(
        default,
        low=0.0,
        high=0.5,
        step=0.01,
        label="Noise",
        help="Standard deviation of the noise that blurs the curves.",
    )


def centers(default: int) -> Any:
    return integer(
        default, low=1, high=12, label="Centres", help="How many groups the points come from."
    )


def cluster_std(default: float) -> Any:
    return real(
        default,
        low=0.05,
        high=3.0,
        step=0.05,
        label="Spread",
        help="Standard deviation of each group, before any stretching.",
    )
