"""Which of two ways is quicker for a shape: a model of their cost, with its measured constants.

All constants are nanoseconds on one core at 3 GHz with AVX2, fitted to timings over d = 2 … 100
and K = 2 … 100; only their ratios matter. A product with few rows is bound by memory, not
arithmetic, so that the many features of a point are dear where components are few.
"""

from gmmlab.engine.step.chunks import Chunk, n_features_of

_READ, _MADE = 0.6, 0.65  # a feature read from cache by a product; a feature made
_WIDE, _NARROW = 0.045, 0.064  # a multiplication in a product over features; one over axes
_HALF = 0.035  # a multiplication in A Aᵀ, of which BLAS works out one half
_AXIS, _PAIR = 0.8, 2.0  # handling one axis of a point for a component; a point for a component
_SOUGHT = 1.5  # looking whether a responsibility matters


def products_pay(n_components: int, chunk: Chunk) -> bool:
    """Whether log-joints of full covariances cost less from features than from differences."""
    d = len(chunk.points)
    features = n_features_of(d, "products")
    made = 0.0 if chunk.has_room_for("products") else _MADE
    by_products = features * (_WIDE * n_components + _READ + made)
    by_differences = n_components * (_NARROW * d * d + _AXIS * d + _PAIR)
    return by_products < by_differences


def sparse_sums_might_pay(n_components: int, d: int) -> bool:
    """Whether it is worth a look how many responsibilities matter to the second moments."""
    by_products = n_features_of(d, "products") * (_WIDE * n_components + _READ)
    return 2 * _SOUGHT * n_components < by_products


def sums_about_pay(n_components: int, chunk: Chunk, matter: float) -> bool:
    """Whether second moments cost less about each mean, over the share of responsibilities that
    `matter`, than from features."""
    d = len(chunk.points)
    features = n_features_of(d, "products")
    made = 0.0 if chunk.has_room_for("products") else _MADE
    by_products = features * (_WIDE * n_components + _READ + made)
    about = n_components * (matter * (_HALF * d * d + 2 * _AXIS * d) + _PAIR + _SOUGHT)
    return about < by_products
