"""Figures checked by plotly: the app sends them unchecked, so the tests check every one."""

from types import ModuleType
from typing import Any

import plotly.graph_objects as go

from gmmlab.figures.figure import Figure


class Validated:
    """A module of figures whose functions give plotly's own, which refuse what plotly does not."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        if not callable(found):
            return found
        return lambda *arguments, **options: validated(found(*arguments, **options))


def validated(value: Any) -> Any:
    """A figure as plotly's own, wherever it stands in tuples and lists; the rest as it is."""
    if isinstance(value, Figure):
        return go.Figure(data=value.data, layout=value.layout, frames=value.frames)
    if isinstance(value, tuple | list):
        made = [validated(each) for each in value]
        return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)
    return value
