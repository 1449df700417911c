"""Generated sets of points with known groups: clouds, rings, moons, lines, bananas, squares, noise.

What is right for a set is the number of groups that it is drawn from, with two exceptions. Round
Gaussians of equal size that overlap are one cluster up to 4.3 standard deviations apart, by the
rule of `gmmlab.studies.selection.merging`: such a set says that it is `by_rule`. And noise may be
a cluster of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.datasets import make_circles, make_moons

from gmmlab.data.points.datasets import load
from gmmlab.engine.arrays import Array

Draw = Callable[[np.random.Generator], Array]


@dataclass(frozen=True)
class GeneratedSet:
    """A set that can be drawn anew, (n, d): which numbers of clusters are right, and by what."""

    name: str
    right: tuple[int, ...]
    draw: Draw
    by_rule: bool = False


def clouds(centers: Array, n: int, sigma: ArrayLike = 1.0) -> Draw:
    """Round Gaussians about centres (groups, d), of one σ or one for each."""

    def draw(rng: np.random.Generator) -> Array:
        y = rng.integers(len(centers), size=n)
        sigmas = np.broadcast_to(sigma, len(centers))[y, None]
        return np.asarray(centers[y] + sigmas * rng.normal(size=(n, centers.shape[1])))

    return draw


def apart(distance: float, n: int) -> Draw:
    """Two round Gaussians so many standard deviations apart."""
    return clouds(np.array([[0.0, 0.0], [distance, 0.0]]), n)


def triangle(side: float, n: int) -> Draw:
    """Three round Gaussians."""
    return clouds(side * np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 0.75**0.5]]), n)


def built_in(name: str) -> Draw:
    """A data set of the pages, with another seed each time."""
    return lambda rng: load(name, seed=int(rng.integers(10_000))).X


def moons(noise: float, n: int) -> Draw:
    """Two half circles."""
    return lambda rng: make_moons(n, noise=noise, random_state=int(rng.integers(10_000)))[0]


def rings(noise: float, n: int, factor: float) -> Draw:
    """A ring within a ring."""

    def draw(rng: np.random.Generator) -> Array:
        seed = int(rng.integers(10_000))
        return np.asarray(make_circles(n, noise=noise, factor=factor, random_state=seed)[0])

    return draw


def crossing(length: float, n: int, *, evenly: bool = False) -> Draw:
    """Two lines, so many times as long as wide, each Gaussian or filled evenly along its length."""

    def draw(rng: np.random.Generator) -> Array:
        along = rng.uniform(-(3**0.5), 3**0.5, n) if evenly else rng.normal(size=n)
        points = np.column_stack([along, rng.normal(size=n) / length])
        second = _half(rng, n)
        points[second] = points[second, ::-1]
        return points

    return draw


def two_crosses(rng: np.random.Generator) -> Array:
    """Two crosses of Gaussians and two tilted clouds: after Baudry et al., section 4.1."""
    flat, tall = np.diag([1.0, 0.1]), np.diag([0.1, 1.0])
    tilted = np.array([[0.5, 0.3], [0.3, 0.5]])
    parts = [
        (120, [1.0, 5.0], flat),
        (120, [1.0, 5.0], tall),
        (60, [8.0, 0.0], flat),
        (60, [8.0, 0.0], tall),
        (120, [0.0, 0.0], tilted),
        (120, [8.0, 5.0], tilted),
    ]
    return np.vstack([rng.multivariate_normal(mean, cov, size=n) for n, mean, cov in parts])


def stretched(rng: np.random.Generator) -> Array:
    """The blobs, sheared by a random matrix."""
    return _BLOBS(rng) @ rng.normal(size=(2, 2))


def banana(rng: np.random.Generator) -> Array:
    """One bent cluster."""
    x = rng.normal(size=300)
    return np.column_stack([x, 0.7 * x**2 + 0.3 * rng.normal(size=300)])


def two_bananas(rng: np.random.Generator) -> Array:
    """One bent cluster above another."""
    x = rng.normal(size=400)
    y = 0.5 * x**2 + 0.25 * rng.normal(size=400)
    return np.column_stack([x, y + 2.5 * _half(rng, 400)])


def skewed(rng: np.random.Generator) -> Array:
    """One cluster with a long tail to the right: a gamma of shape 1.5."""
    return np.column_stack([rng.gamma(1.5, size=300), 0.7 * rng.normal(size=300)])


def lognormal(rng: np.random.Generator) -> Array:
    """One cluster with long tails along both axes."""
    return np.asarray(np.exp(0.5 * rng.normal(size=(300, 2))))


def heavy_tailed(rng: np.random.Generator) -> Array:
    """One cluster: Student's t with three degrees of freedom on both axes."""
    return rng.standard_t(3, size=(300, 2))


def two_skewed(rng: np.random.Generator) -> Array:
    """Two skewed clusters with their tails side by side."""
    points = np.vstack([skewed(rng), skewed(rng)])
    points[300:] = [0, 6] - points[300:]
    return points


def skewed_in_five(rng: np.random.Generator) -> Array:
    """Two skewed clusters in five dimensions."""
    return rng.gamma(2, 0.6, size=(600, 5)) + 3.5 * _half(rng, 600)[:, None]


def squares(gap: float) -> Draw:
    """Two squares filled evenly, so many sides apart."""

    def draw(rng: np.random.Generator) -> Array:
        points = rng.uniform(size=(300, 2))
        points[:, 0] += (1 + gap) * _half(rng, 300)
        return points

    return draw


def rectangles(rng: np.random.Generator) -> Array:
    """A flat, a tall and a square rectangle, filled evenly."""
    y = rng.integers(3, size=500)
    middles = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 3.0]])[y]
    halves = np.array([[2.0, 0.3], [0.3, 1.5], [1.0, 1.0]])[y]
    return np.asarray(middles + halves * rng.uniform(-1, 1, size=(500, 2)))


def bars(rng: np.random.Generator) -> Array:
    """Three long bars side by side, filled evenly along their length."""
    y = rng.integers(3, size=300)
    return np.column_stack([rng.uniform(-4, 4, 300), 0.25 * rng.normal(size=300) + 1.8 * y])


def ring_and_dot(rng: np.random.Generator) -> Array:
    """A ring with a cloud in the middle."""
    angle = rng.uniform(0, 2 * np.pi, 260)
    ring = 3 * np.column_stack([np.cos(angle), np.sin(angle)]) + 0.2 * rng.normal(size=(260, 2))
    return np.vstack([ring, 0.5 * rng.normal(size=(140, 2))])


def arcs(rng: np.random.Generator) -> Array:
    """A ring broken into three arcs."""
    angle = rng.uniform(0, 1.6, 500) + 2.1 * rng.integers(3, size=500)
    return 3 * np.column_stack([np.cos(angle), np.sin(angle)]) + 0.15 * rng.normal(size=(500, 2))


def spirals(rng: np.random.Generator) -> Array:
    """Two spirals wound into each other."""
    turn = 2.2 * np.pi * np.sqrt(rng.uniform(0.1, 1, 400))
    angle = turn + np.pi * _half(rng, 400)
    points = turn[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return points + 0.35 * rng.normal(size=(400, 2))


def dense_spot(rng: np.random.Generator) -> Array:
    """A small dense group within a wide one."""
    return np.vstack([3 * rng.normal(size=(350, 2)), [1, 1] + 0.2 * rng.normal(size=(150, 2))])


def small_beside_large(rng: np.random.Generator) -> Array:
    """A wide cloud and a small one at its side."""
    return np.vstack([rng.normal(size=(255, 2)), [5, 0] + 0.6 * rng.normal(size=(45, 2))])


def noisy(inner: Draw, share: float) -> Draw:
    """A set with a share of noise spread evenly over and around it."""

    def draw(rng: np.random.Generator) -> Array:
        points = inner(rng)
        low, high = points.min(axis=0), points.max(axis=0)
        margin = 0.1 * (high - low)
        size = (int(share * len(points)), points.shape[1])
        return np.vstack([points, rng.uniform(low - margin, high + margin, size=size)])

    return draw


def _half(rng: np.random.Generator, n: int) -> NDArray[np.bool_]:
    """About half of n places, picked at random."""
    return rng.uniform(size=n) < 0.5


# Where the default blobs lie; other seeds of theirs would put groups on top of each other.
_BLOBS = clouds(np.array([[4.3, 1.0], [0.9, 2.1], [2.9, -1.5], [7.8, -1.2]]), 400, 0.6)
_FIVE = np.array([[0.0, 0.0], [6.0, 0.0], [0.0, 6.0], [6.0, 6.0], [3.0, 12.0]])
_FIVE_CLOUDS = clouds(_FIVE, 500, [1.0, 1.3, 0.8, 0.6, 1.0])

SETS = (
    *(
        GeneratedSet(name, (right,), built_in(name))
        for name, right in (
            ("unequal", 3),
            ("moons", 2),
            ("circles", 2),
            ("geyser", 2),
            ("uniform", 1),
        )
    ),
    GeneratedSet("blobs", (4,), _BLOBS),
    GeneratedSet("stretched", (4,), stretched),
    GeneratedSet("2 clouds, 3 σ apart", (1,), apart(3, 200), by_rule=True),
    GeneratedSet("2 clouds, 3 σ apart, 1,000 points", (1,), apart(3, 1000), by_rule=True),
    GeneratedSet("2 clouds, 3.5 σ apart", (1,), apart(3.5, 200), by_rule=True),
    GeneratedSet("2 clouds, 4 σ apart", (1,), apart(4, 200), by_rule=True),
    GeneratedSet("2 clouds, 4.6 σ apart", (2,), apart(4.6, 200), by_rule=True),
    GeneratedSet("2 clouds, 5 σ apart", (2,), apart(5, 200)),
    GeneratedSet("2 clouds, 6 σ apart", (2,), apart(6, 200)),
    GeneratedSet("small beside large", (2,), small_beside_large),
    GeneratedSet("3 clouds, 5 σ apart", (3,), triangle(5, 300)),
    GeneratedSet("3 clouds, 6 σ apart", (3,), triangle(6, 300)),
    GeneratedSet("5 clouds", (5,), _FIVE_CLOUDS),
    GeneratedSet("3 clouds in 5 dimensions", (3,), clouds(4.5 * np.eye(3, 5), 500)),
    GeneratedSet("moons, 150 points", (2,), moons(0.05, 150)),
    GeneratedSet("moons, noise 0.10", (2,), moons(0.1, 300)),
    GeneratedSet("moons, 1,000 points", (2,), moons(0.07, 1000)),
    GeneratedSet("circles, noise 0.08", (2,), rings(0.08, 500, 0.4)),
    GeneratedSet("circles, 1,000 points", (2,), rings(0.05, 1000, 0.5)),
    GeneratedSet("ring and dot", (2,), ring_and_dot),
    GeneratedSet("3 arcs", (3,), arcs),
    GeneratedSet("2 spirals", (2,), spirals),
    GeneratedSet("banana", (1,), banana),
    GeneratedSet("2 bananas", (2,), two_bananas),
    GeneratedSet("skewed", (1,), skewed),
    GeneratedSet("lognormal", (1,), lognormal),
    GeneratedSet("heavy-tailed", (1,), heavy_tailed),
    GeneratedSet("2 skewed", (2,), two_skewed),
    GeneratedSet("2 skewed in 5 dimensions", (2,), skewed_in_five),
    GeneratedSet("2 squares, 1/2 side apart", (2,), squares(0.5)),
    GeneratedSet("2 squares, 1/4 side apart", (2,), squares(0.25)),
    GeneratedSet("3 rectangles", (3,), rectangles),
    GeneratedSet("3 bars", (3,), bars),
    GeneratedSet("crossing lines, 10 : 1", (2,), crossing(10, 300)),
    GeneratedSet("crossing lines, 20 : 1", (2,), crossing(20, 300)),
    GeneratedSet("crossing lines, 30 : 1, even", (2,), crossing(30, 300, evenly=True)),
    GeneratedSet("two crosses, two clouds", (4,), two_crosses),
    GeneratedSet("dense spot", (2,), dense_spot),
    GeneratedSet("3 clouds in noise", (3, 4), noisy(triangle(6, 400), 0.1)),
    GeneratedSet("5 clouds in noise", (5, 6), noisy(_FIVE_CLOUDS, 0.05)),
    GeneratedSet("moons in noise", (2, 3), noisy(moons(0.05, 400), 0.08)),
)
