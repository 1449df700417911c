"""Pictures on a page: before and after under one wipe, and a palette as swatches."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from gmmlab.data.pictures.swatches import hex_codes
from gmmlab.engine.arrays import Array
from gmmlab.studies.recolour.color_space import Bytes
from gmmlab.ui.chart.component import component, fall_back, fell_back
from gmmlab.ui.chart.packing import packed

_FEW_PIXELS = 40_000  # a picture of fewer is shown with its pixels to be seen


def wipe(
    key: str,
    before: bytes,
    after: bytes,
    *,
    size: tuple[int, int],
    names: Sequence[str],
    alt: str,
) -> None:
    """Two files of one picture, with a line to drag between them and one zoom for all of a page."""
    if fell_back():
        left, right = st.columns(2)
        left.image(before, caption=names[0])
        right.image(after, caption=names[1])
        return
    content = {
        "before": np.frombuffer(before, dtype=np.uint8),
        "original": hashlib.blake2b(before, digest_size=8).hexdigest(),
        "after": np.frombuffer(after, dtype=np.uint8),
        "names": list(names),
        "alt": alt,
        "width": size[0],
        "height": size[1],
        "pixelated": size[0] * size[1] < _FEW_PIXELS,
    }
    component("wipe", "gmm-wipe")(
        key=key, data=packed(content), height="content", on_failed_change=fall_back
    )


def swatches(
    key: str,
    palette: Bytes,
    shares: Array,
    order: Iterable[int],
    changed: Mapping[int, str],
    edited: Callable[[int, str], None],
) -> None:
    """The palette (K, 3) in some order, with shares; a colour that is changed goes to `edited`."""
    codes = hex_codes(palette)
    listed = [
        {
            "place": int(place),
            "code": codes[place],
            "share": f"{shares[place]:.1%}",
            "changed": int(place) in changed,
        }
        for place in order
    ]
    if fell_back():
        st.caption(" · ".join(f"{each['code']} {each['share']}" for each in listed))
        return

    def take() -> None:
        event: dict[str, Any] = st.session_state[key]["edited"]
        edited(int(event["place"]), str(event["code"]))

    component("swatches", "gmm-swatches")(
        key=key,
        data=packed({"swatches": listed}),
        height="content",
        on_failed_change=fall_back,
        on_edited_change=take,
    )
