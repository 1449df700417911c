"""What the pages about points in the plane have in common: data and K go from one to the next."""

from collections.abc import Collection, Mapping
from typing import Any

from gmmlab.settings import updated


class PointsPage:
    """Settings with the parts `data` and `model`, which another page's data and K can become.

    A page whose K is not `model.n_components` says in its own way what K is to it.
    """

    data: Any
    model: Any

    @property
    def k(self) -> int | None:
        """K as it is shown; None where the page shows none in particular."""
        return int(self.model.n_components)

    def with_k(self, K: int) -> Any:
        """The settings with this K, or as they are if the page cannot have it."""
        return updated(self, {"n_components": K})

    def with_own_k(self, before: int | None = None) -> Any:
        """The settings with the K that their data suggest; `before` where they suggest none."""
        K = getattr(self.data, "n_groups", None) or before
        return self if K is None else self.with_k(K)

    def since(self, before: Any) -> Any:
        """The settings as they go on from those that were shown `before` on the same page."""
        return self

    @property
    def left_out(self) -> Mapping[str, Collection[str]]:
        """The settings that do nothing here, by their flat names, and which options of them.

        No options mean the whole setting.
        """
        return {} if knows_groups(self.data) else {"color": ("truth",)}


def knows_groups(data: Any) -> bool:
    """Whether it is known of these data from which group each point comes."""
    return getattr(data, "n_groups", None) is not None
