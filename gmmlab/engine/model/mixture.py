"""A Gaussian mixture as a value: what it says of points, and the points it generates."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.engine.arrays import Array, Labels, as_points, pairs, read_only
from gmmlab.engine.model.covariance import (
    Moments,
    covariance_family,
    inverse_factors,
    sharpness,
)
from gmmlab.engine.model.density import log_joint_exact, posterior

_LOG_2_PI = float(np.log(2 * np.pi))


@dataclass(frozen=True, eq=False)
class Mixture:
    """A mixture of K Gaussians in d dimensions.

    `weights` (K,) sum to 1; `means` (K, d); `covariances` are (K,) for spherical, (K, d) for diag,
    (d, d) for tied and (K, d, d) for full: scikit-learn's shapes. The arrays are read-only.
    """

    weights: Array
    means: Array
    covariances: Array
    covariance_type: str = "full"

    def __post_init__(self) -> None:
        for name in ("weights", "means", "covariances"):
            object.__setattr__(self, name, read_only(np.array(getattr(self, name), dtype=float)))
        K, d = self.means.shape
        expected = covariance_family(self.covariance_type).shape(K, d)
        if self.weights.shape != (K,) or self.covariances.shape != expected:
            raise ValueError(
                f"A {self.covariance_type} mixture with means {self.means.shape} needs weights "
                f"({K},) and covariances {expected}; got {self.weights.shape} and "
                f"{self.covariances.shape}."
            )

    @classmethod
    def trusted(
        cls, weights: Array, means: Array, covariances: Array, covariance_type: str
    ) -> "Mixture":
        """A mixture of arrays that the engine has just made: neither copied nor checked."""
        mixture = object.__new__(cls)
        mixture.__dict__.update(
            weights=read_only(weights),
            means=read_only(means),
            covariances=read_only(covariances),
            covariance_type=covariance_type,
        )
        return mixture

    @property
    def n_components(self) -> int:
        """K, the number of components."""
        return self.means.shape[0]

    @property
    def n_features(self) -> int:
        """d, the number of dimensions."""
        return self.means.shape[1]

    @property
    def diagonal(self) -> bool:
        """Whether only the variances along the axes are modelled."""
        return covariance_family(self.covariance_type).diagonal

    @property
    def n_parameters(self) -> int:
        """Free parameters: K − 1 weights, K·d means, and those of the covariances."""
        K, d = self.means.shape
        return (K - 1) + K * d + covariance_family(self.covariance_type).n_parameters(K, d)

    @cached_property
    def expanded(self) -> Array:
        """Covariances as the engine uses them: (K or 1, d) variances or (K or 1, d, d) matrices."""
        return covariance_family(self.covariance_type).expand(self.covariances, self.n_features)

    @cached_property
    def factors(self) -> tuple[Array, Array]:
        """Inverse factors of the covariances and their log-determinants, both of K (or 1) rows."""
        return inverse_factors(self.expanded)

    @cached_property
    def full_covariances(self) -> Array:
        """One matrix per component whatever the type, (K, d, d): what pictures need."""
        expanded, d = self.expanded, self.n_features
        matrices = expanded[:, :, None] * np.eye(d) if expanded.ndim == 2 else expanded
        return read_only(np.array(np.broadcast_to(matrices, (self.n_components, d, d))))

    @cached_property
    def log_normalizers(self) -> Array:
        """log π_k − (d/2) log 2π − ½ log det Σ_k, the constant of each component, (K,)."""
        # A component of weight zero has log-weight −inf.
        none = np.full(self.n_components, -np.inf)
        log_weights = np.log(self.weights, out=none, where=self.weights > 0)
        return log_weights - 0.5 * self.n_features * _LOG_2_PI + self.factors[1]

    @cached_property
    def sharpness(self) -> Array:
        """Bounds on 1 / σ² of each component in its thinnest direction, (K,), or (1,) if shared."""
        return sharpness(self.factors[0])

    @cached_property
    def sharpest(self) -> float:
        """The largest of `sharpness`."""
        return float(self.sharpness.max())

    @property
    def features(self) -> Moments:
        """Which φ(x) the log-density of a component is linear in, a kind of `Chunk.features`."""
        family = covariance_family(self.covariance_type)
        return "products" if family.least == "pooled" else family.least

    @cached_property
    def natural_parameters(self) -> Array:
        """Θ with Θ φ(x) = log π_k N(x | μ_k, Σ_k), φ of the kind `features`: (K, features)."""
        factors, means = self.factors[0], self.means
        K, d = means.shape
        if factors.ndim == 2:
            precisions = factors**2
            linear = precisions * means
            quadratic = precisions[:, :1] if self.features == "norms" else precisions
            theta = np.empty((K, 1 + d + quadratic.shape[1]))
            theta[:, d + 1 :] = -0.5 * quadratic
        else:
            precisions = factors.transpose(0, 2, 1) @ factors
            linear = (precisions @ means[:, :, None])[:, :, 0]
            both = pairs(d)
            theta = np.empty((K, 1 + d + len(both.flat)))
            flat = precisions.reshape(len(precisions), d * d)
            theta[:, d + 1 :] = both.halved * flat.take(both.flat, axis=1)
        theta[:, 0] = self.log_normalizers - 0.5 * (linear * means).sum(axis=1)
        theta[:, 1 : d + 1] = linear
        return theta

    def log_joint(self, X: ArrayLike) -> Array:
        """log π_k N(x | μ_k, Σ_k) for every point and component, (n, K)."""
        return log_joint_exact(self, as_points(X).T).T

    def score_samples(self, X: ArrayLike) -> Array:
        """The log-density log p(x) of every point, (n,)."""
        return posterior(log_joint_exact(self, as_points(X).T))

    def responsibilities(self, X: ArrayLike) -> Array:
        """The posterior probability of each component given each point, (n, K); rows sum to 1."""
        joint = log_joint_exact(self, as_points(X).T)
        posterior(joint)
        return joint.T

    def sample(self, n: int, seed: int = 0) -> tuple[Array, Labels]:
        """`n` new points (n, d), shuffled, and the component (n,) that each came from."""
        rng = np.random.default_rng(seed)
        labels = rng.choice(self.n_components, size=n, p=self.weights / self.weights.sum())
        points = rng.standard_normal((n, self.n_features))
        for k, root in enumerate(np.linalg.cholesky(self.full_covariances)):
            own = labels == k
            points[own] = self.means[k] + points[own] @ root.T
        return points, labels

    def reordered(self, order: Labels) -> "Mixture":
        """The same mixture with its components in another order, a permutation (K,)."""
        shared = covariance_family(self.covariance_type).shared
        covariances = self.covariances if shared else self.covariances[order]
        return Mixture(self.weights[order], self.means[order], covariances, self.covariance_type)
