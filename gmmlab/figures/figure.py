"""A figure as plain values: what plotly.js is given, built without plotly's checks.

Checking a figure takes longer than all else that a page does for it, and what is checked does not
change from visit to visit: so the tests check every figure, with plotly's own `Figure`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from plotly.colors import get_colorscale

Trace = dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """Traces, a layout whose `meta` has the figure in words as "alt", and perhaps frames."""

    data: list[Trace]
    layout: Trace
    frames: list[Trace] = field(default_factory=list)

    @property
    def alt(self) -> str:
        """The figure in words."""
        return str(self.layout.get("meta", {}).get("alt", ""))

    def with_layout(self, **changes: Any) -> "Figure":
        """The same figure with a changed layout; what a part of it does not mention stays."""
        return replace(self, layout=_merged(self.layout, changes))

    def with_traces(self, *traces: Trace) -> "Figure":
        """The same figure with more traces, above the others."""
        return replace(self, data=[*self.data, *traces])


@cache
def colorscale(name: str) -> list[list[Any]]:
    """One of plotly's colour scales, spelled out: under one name Python and browser may differ."""
    return [list(each) for each in get_colorscale(name)]


def _merged(old: Mapping[str, Any], changes: Mapping[str, Any]) -> Trace:
    both = [name for name in changes if isinstance(old.get(name), dict)]
    merged = {name: _merged(old[name], changes[name]) for name in both}
    return {**old, **changes, **merged}
