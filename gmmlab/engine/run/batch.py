"""Short runs of EM from many starts at once: B mixtures share each matrix product.

For a few hundred points EM costs little arithmetic and many calls. B mixtures of K components are
B·K components to the kernels; only the sum over components knows which belong together.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gmmlab.engine.arrays import Array, Labels
from gmmlab.engine.model.covariance import (
    DegenerateCovariance,
    covariance_family,
    inverse_factors,
    sharpness,
    with_ridge,
)
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.run.loop import Run, iterate, run
from gmmlab.engine.step.chunks import Chunk
from gmmlab.engine.step.kernels import (
    PRODUCT_KERNEL_LIMIT,
    log_joint_by_products,
    moments_by_products,
    normalize,
)
from gmmlab.engine.step.steps import centred_moments

_MOST_NUMBERS = 4_000_000  # of all responsibilities at once: 32 MB


def short_runs(
    firsts: Sequence[Mixture], data: Chunk, *, steps: int, reg_covar: float | Array = 0.0
) -> list[Run]:
    """`steps` iterations of EM from each of `firsts`, mixtures of one K and covariance type.

    Runs that break down are left out; all others come in the order of their starts. Mixtures too
    sharp for the shared products are run on their own.
    """
    return [each for each in short_run_of_each(firsts, data, steps, reg_covar) if each is not None]


def short_run_of_each(
    firsts: Sequence[Mixture], data: Chunk, steps: int, reg_covar: float | Array
) -> list[Run | None]:
    """The same with None for a run that breaks down."""
    if not firsts:
        return []
    size = max(1, _MOST_NUMBERS // (firsts[0].n_components * data.points.shape[1]))
    return [
        each
        for i in range(0, len(firsts), size)
        for each in _batch(firsts[i : i + size], data, steps, reg_covar)
    ]


def _batch(
    firsts: Sequence[Mixture], data: Chunk, steps: int, reg_covar: float | Array
) -> list[Run | None]:
    K = firsts[0].n_components
    wide = _side_by_side(firsts)
    alive: Labels = np.arange(len(firsts))
    alone: list[int] = []
    histories: list[list[float]] = [[] for _ in firsts]
    for step in range(steps + 1):
        fit, sharp = _state(wide, K, data)
        alone += [int(b) for b in alive[sharp]]
        wide, alive = _chosen(wide, fit, K), alive[fit]
        if len(alive) == 0:
            break
        joint = log_joint_by_products(wide, data)
        gained = normalize(joint.reshape(len(alive), K, -1), data.weights) / data.total
        for b, objective in zip(alive, gained, strict=True):
            histories[b].append(float(objective))
        if step < steps:
            moments = moments_by_products(joint, data, wide.means, wide.features)
            wide = _next(wide, moments, K, firsts[0].covariance_type, reg_covar)
    runs = {
        int(b): Run(mixture, tuple(histories[b]), "max_iter")
        for b, mixture in zip(alive, _apart(wide, K, firsts[0].covariance_type), strict=True)
    }
    for b in alone:
        try:
            runs[b] = run(iterate([data], firsts[b], reg_covar=reg_covar), 0.0, steps)
        except DegenerateCovariance:
            continue
    return [runs.get(b) for b in range(len(firsts))]


def _side_by_side(mixtures: Sequence[Mixture]) -> Mixture:
    """All components of all mixtures in one, with a variance vector or a matrix for each."""
    K = mixtures[0].n_components
    expanded = [np.broadcast_to(m.expanded, (K, *m.expanded.shape[1:])) for m in mixtures]
    return Mixture.trusted(
        np.concatenate([m.weights for m in mixtures]),
        np.concatenate([m.means for m in mixtures]),
        np.concatenate(expanded),
        "diag" if mixtures[0].diagonal else "full",
    )


def _apart(wide: Mixture, K: int, covariance_type: str) -> list[Mixture]:
    """The mixtures that `_side_by_side` has put together."""
    family = covariance_family(covariance_type)
    parts = []
    for i in range(0, wide.n_components, K):
        weights, means = wide.weights[i : i + K].copy(), wide.means[i : i + K].copy()
        # Each covariance has its family's shape already, so that pooling gives it back.
        covariances = family.pool(weights, wide.covariances[i : i + K].copy())
        parts.append(Mixture.trusted(weights, means, covariances, covariance_type))
    return parts


def _next(
    wide: Mixture,
    moments: tuple[Array, Array, Array],
    K: int,
    covariance_type: str,
    reg_covar: float | Array,
) -> Mixture:
    """The M-step of every mixture."""
    counts = moments[0]
    family = covariance_family(covariance_type)
    step, scatter = centred_moments(*moments)
    scatter = with_ridge(scatter, reg_covar)
    d = wide.n_features
    if family.shared:
        pooled = [
            family.pool(counts[i : i + K], scatter[i : i + K]) for i in range(0, len(counts), K)
        ]
        scatter = np.repeat(np.stack(pooled), K, axis=0)
    else:
        scatter = np.array(family.expand(family.pool(counts, scatter), d))
    shares = counts.reshape(-1, K)
    weights = (shares / shares.sum(axis=1, keepdims=True)).ravel()
    return Mixture.trusted(weights, wide.means + step, scatter, wide.covariance_type)


def _state(wide: Mixture, K: int, data: Chunk) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which mixtures can go on together, and which are too sharp for that (collapsed: neither)."""
    B = wide.n_components // K
    try:
        sharp = sharpness(wide.factors[0]).reshape(B, K).max(axis=1)
        whole = np.ones(B, dtype=bool)
    except DegenerateCovariance:
        whole, sharp = _one_by_one(wide, K)
    fine = sharp * data.largest_square <= PRODUCT_KERNEL_LIMIT
    return whole & fine, whole & ~fine


def _one_by_one(wide: Mixture, K: int) -> tuple[NDArray[np.bool_], Array]:
    whole, sharp = [], []
    for i in range(0, wide.n_components, K):
        part = wide.expanded[i : i + K]
        try:
            sharp.append(sharpness(inverse_factors(part)[0]).max())
            whole.append(True)
        except DegenerateCovariance:
            sharp.append(0.0)
            whole.append(False)
    return np.array(whole), np.array(sharp)


def _chosen(wide: Mixture, chosen: NDArray[np.bool_], K: int) -> Mixture:
    if chosen.all():
        return wide
    rows = np.repeat(chosen, K)
    return Mixture.trusted(
        wide.weights[rows], wide.means[rows], wide.covariances[rows], wide.covariance_type
    )
