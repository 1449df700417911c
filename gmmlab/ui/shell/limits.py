"""What one visitor, one question and all together may take, by the environment.

`.streamlit/config.toml` says what each means, with the values that hold when nothing is said.
"""

import math
import os
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple


class Limits(NamedTuple):
    """Each is set by GMMLAB_ and its name; those in MB are of a million bytes."""

    cpu_seconds: float = 60
    memory_mb: float = 1024
    processes: float = 0  # as many as cores
    answers_mb: float = 300
    session_files: float = 12
    session_mb: float = 100
    uploads_mb: float = 500
    sessions: float = 400


@cache
def limits() -> Limits:
    """The limits of this server."""
    return limits_in(os.environ)


def limits_in(environment: Mapping[str, str]) -> Limits:
    """The limits that an environment names; ValueError, in a sentence, on what is no number."""
    found = {}
    for name, default in Limits()._asdict().items():
        variable = f"GMMLAB_{name.upper()}"
        text = environment.get(variable, "").strip()
        try:
            value = float(text or default)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value >= 0 and (value > 0 or default == 0)):
            raise ValueError(f"{variable} is to be a number above 0, and is {text!r}.")
        found[name] = value
    return Limits(**found)
