"""Data sets that teach: each one a registry entry, drawn anew from its parameters and its seed.

A data set is a frozen dataclass whose fields are its parameters and whose `draw` makes the points.
Registering it gives it a place on every page, its own controls and its own URL parameters.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from hashlib import blake2b
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import make_blobs, make_circles, make_moons

from gmmlab.data.points import parameters
from gmmlab.settings import build, integer, real

Points = NDArray[np.float64]
Groups = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Points `X` (n, 2), the true group `y` (n,) of each or None, and what the axes are.

    `paper` (x low, x high, y low, y high) is the part of the plane that its pictures show, whatever
    lies there; None leaves it to them.
    """

    X: Points
    y: Groups | None
    name: str
    columns: tuple[str, str] = ("x", "y")
    paper: tuple[float, float, float, float] | None = None

    @cached_property
    def identity(self) -> str:
        """A digest of the points and all that is said of them."""
        digest = blake2b(self.X.tobytes(), digest_size=16)
        digest.update(b"" if self.y is None else self.y.tobytes())
        digest.update(repr((self.X.shape, self.name, self.columns, self.paper)).encode())
        return digest.hexdigest()


class Source(Protocol):
    """What a registry entry offers: words for people, and points."""

    title: ClassVar[str]
    lesson: ClassVar[str]

    @property
    def n_groups(self) -> int | None:
        """How many groups the points come from: K to begin with; None if no point has a group."""

    @property
    def n_gaussians(self) -> int | None:
        """How many Gaussians it takes to follow the points' density closely."""

    def draw(self) -> tuple[Points, Groups | None]:
        """Points (n, 2) and the true group of each, or None where there is none."""


SOURCES: dict[str, type[Any]] = {}
E_ = TypeVar("E_", bound=type[Any])


def register(name: str) -> Callable[[E_], E_]:
    """Enter a source under `name`, its name in URLs."""

    def enter(cls: E_) -> E_:
        SOURCES[name] = cls
        return cls

    return enter


def load(name: str, **parameters: Any) -> Dataset:
    """The data set `name` with these parameters; the defaults are the chapter's.

    Raises ValueError for an unknown name, an unknown parameter or a value out of its range.
    """
    if name not in SOURCES:
        raise ValueError(f"There is no data set {name!r}; choose one of {', '.join(SOURCES)}.")
    known = [field.name for field in fields(SOURCES[name])]
    if unknown := sorted(set(parameters) - set(known)):
        raise ValueError(f"{name} has no parameter {unknown[0]!r}; it has {', '.join(known)}.")
    try:
        source = build(SOURCES[name], parameters)
    except ValueError as problem:
        raise ValueError(f"A parameter of {name} must be {problem}.") from None
    return drawn(name, source)


def drawn(name: str, source: Source) -> Dataset:
    """The data set that a source, registered under `name`, draws."""
    X, y = source.draw()
    X.setflags(write=False)
    return Dataset(X, y, name, getattr(source, "columns", ("x", "y")))


class _ACloudEach:
    """Data whose groups are as many as their centres, and each a Gaussian."""

    centers: int

    @property
    def n_groups(self) -> int:
        return self.centers

    @property
    def n_gaussians(self) -> int:
        return self.centers


@register("blobs")
@dataclass(frozen=True)
class Blobs(_ACloudEach):
    """Round clouds of one size: scikit-learn's `make_blobs`, with its columns swapped."""

    title: ClassVar[str] = "Blobs"
    lesson: ClassVar[str] = "Round clouds of one size: just what k-means assumes."

    n_samples: int = parameters.n_samples(400)
    centers: int = parameters.centers(4)
    cluster_std: float = parameters.cluster_std(0.6)
    seed: int = parameters.seed()

    def draw(self) -> tuple[Points, Groups | None]:
        X, y = make_blobs(
            self.n_samples,
            centers=self.centers,
            cluster_std=self.cluster_std,
            random_state=self.seed,
        )
        return np.ascontiguousarray(X[:, ::-1]), y.astype(np.intp)


@register("stretched")
@dataclass(frozen=True)
class Stretched(_ACloudEach):
    """The blobs, multiplied by a random matrix."""

    title: ClassVar[str] = "Stretched"
    lesson: ClassVar[str] = "The same clouds, sheared: no disc fits them."

    n_samples: int = parameters.n_samples(400)
    centers: int = parameters.centers(4)
    cluster_std: float = parameters.cluster_std(0.6)
    stretch_seed: int = integer(
        13,
        low=0,
        high=9_999,
        label="Stretch seed",
        more=True,
        help="Another number stretches another way.",
    )
    seed: int = parameters.seed()

    def draw(self) -> tuple[Points, Groups | None]:
        X, y = Blobs(self.n_samples, self.centers, self.cluster_std, self.seed).draw()
        return X @ np.random.RandomState(self.stretch_seed).randn(2, 2), y


@register("moons")
@dataclass(frozen=True)
class Moons:
    """Two interleaved half circles: scikit-learn's `make_moons`."""

    title: ClassVar[str] = "Moons"
    lesson: ClassVar[str] = "Two curved groups: no ellipse is a moon, but many together are."
    n_groups: ClassVar[int] = 2
    n_gaussians: ClassVar[int] = 16

    n_samples: int = parameters.n_samples(200)
    noise: float = parameters.noise(0.05)
    seed: int = parameters.seed()

    def draw(self) -> tuple[Points, Groups | None]:
        X, y = make_moons(self.n_samples, noise=self.noise, random_state=self.seed)
        return X, y.astype(np.intp)


@register("circles")
@dataclass(frozen=True)
class Circles:
    """One ring within another: scikit-learn's `make_circles`."""

    title: ClassVar[str] = "Circles"
    lesson: ClassVar[str] = (
        "A ring within a ring: both have the same centre, so centres cannot help."
    )
    n_groups: ClassVar[int] = 2
    n_gaussians: ClassVar[int] = 12

    n_samples: int = parameters.n_samples(400)
    noise: float = parameters.noise(0.05)
    factor: float = real(
        0.5,
        low=0.1,
        high=0.9,
        step=0.05,
        label="Inner ring",
        help="Radius of the inner ring; the outer one has radius 1.",
    )
    seed: int = parameters.seed()

    def draw(self) -> tuple[Points, Groups | None]:
        X, y = make_circles(
            self.n_samples, noise=self.noise, factor=self.factor, random_state=self.seed
        )
        return X, y.astype(np.intp)


@register("unequal")
@dataclass(frozen=True)
class Unequal:
    """Three groups of different size and shape: 70 %, 22 % and 8 % of the points."""

    title: ClassVar[str] = "Unequal"
    lesson: ClassVar[str] = "One large, one long, one small group: k-means cuts the large one up."
    n_groups: ClassVar[int] = 3
    n_gaussians: ClassVar[int] = 3

    n_samples: int = parameters.n_samples(400)
    seed: int = parameters.seed()

    def draw(self) -> tuple[Points, Groups | None]:
        rng = np.random.default_rng(self.seed)
        means = np.array([[0.0, 0.0], [4.2, 1.0], [2.2, 3.6]])
        shapes = np.array(
            [[[1.5, 0.0], [0.0, 1.2]], [[0.2, 0.0], [0.5, 1.3]], [[0.3, 0], [0, 0.25]]]
        )
        y = rng.choice(3, size=self.n_samples, p=[0.70, 0.22, 0.08])
        noise = rng.standard_normal((self.n_samples, 2))
        return means[y] + np.einsum("nij,nj->ni", shapes[y], noise), y.astype(np.intp)


@register("uniform")
@dataclass(frozen=True)
class Uniform:
    """A square filled evenly: there is nothing to find, and both models find it all the same."""

    title: ClassVar[str] = "Uniform noise"
    lesson: ClassVar[str] = "Nothing to find. Both models find K groups all the same."
    n_groups: ClassVar[None] = None
    n_gaussians: ClassVar[None] = None

    n_samples: int = parameters.n_samples(400)
    seed: int = parameters.seed()

    def draw(self) -> tuple[Points, Groups | None]:
        rng = np.random.default_rng(self.seed)
        return rng.uniform(-1, 1, size=(self.n_samples, 2)), None


@register("geyser")
@dataclass(frozen=True)
class Geyser:
    """Eruptions of a geyser like Old Faithful: short ones before short waits, long before long.

    Drawn from two Gaussians with the moments that a two-component mixture finds in the classic
    272 eruptions (Azzalini and Bowman, Applied Statistics 39, 1990); waits in tens of minutes.
    """

    title: ClassVar[str] = "Geyser (simulated)"
    lesson: ClassVar[str] = "Simulated, like Old Faithful: a short and a long kind of eruption."
    columns: ClassVar[tuple[str, str]] = ("eruption (minutes)", "wait for the next (10 minutes)")
    n_groups: ClassVar[int] = 2
    n_gaussians: ClassVar[int] = 2

    n_samples: int = parameters.n_samples(272)
    seed: int = parameters.seed()

    def draw(self) -> tuple[Points, Groups | None]:
        rng = np.random.default_rng(self.seed)
        means = np.array([[2.04, 5.45], [4.29, 8.00]])
        covariances = np.array(
            [[[0.069, 0.0435], [0.0435, 0.337]], [[0.170, 0.094], [0.094, 0.360]]]
        )
        y = (rng.uniform(size=self.n_samples) > 0.356).astype(np.intp)
        noise = rng.standard_normal((self.n_samples, 2))
        return means[y] + np.einsum("nij,nj->ni", np.linalg.cholesky(covariances)[y], noise), y
