"""Pictures on a page: before and after under one wipe, a palette, and a gallery of looks."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import streamlit as st

from gmmlab.ui.chart.component import component, fall_back, fell_back, taken
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


@dataclass(frozen=True)
class Swatch:
    """One colour of a palette on the page: `code` as it is shown, `found` as it was, and `share`
    of the picture; whether it was changed or pinned."""

    code: str
    found: str
    share: float
    changed: bool
    pinned: bool


def swatches(
    key: str,
    listed: Sequence[Swatch],
    grows: bool,
    did: Callable[[str, str, str], None],
) -> None:
    """A palette to look at, copy from and change.

    What a visitor does goes to `did`: an act ("change", "merge", "back", and where the palette
    `grows` "pin", "unpin", "add"), the colour as it was found, and another, as "#rrggbb".
    """
    if fell_back():
        st.caption(" · ".join(f"{each.code} {each.share:.1%}" for each in listed))
        return
    content = [{**asdict(each), "share": f"{each.share:.1%}"} for each in listed]
    component("swatches", "gmm-swatches")(
        key=key,
        data=packed({"swatches": content, "grows": grows}),
        height="content",
        on_failed_change=fall_back,
        on_did_change=taken(
            key, "did", lambda e: did(str(e["act"]), str(e["found"]), str(e["code"]))
        ),
    )


def gallery(
    key: str,
    titles: Mapping[str, str],
    images: Sequence[bytes],
    chosen: str | None,
    choose: Callable[[str], None],
) -> None:
    """Buttons with a small picture each, by name; pictures that have not come yet are blank."""
    if fell_back():
        with st.container(horizontal=True, gap="xsmall", wrap=False):
            for name, title in titles.items():
                kind: Literal["primary", "secondary"] = "primary" if name == chosen else "secondary"
                st.button(title, key=f"{key} {name}", type=kind, on_click=choose, args=(name,))
        return
    looks = [
        {
            "name": name,
            "title": title,
            "image": np.frombuffer(images[place], dtype=np.uint8) if images else None,
        }
        for place, (name, title) in enumerate(titles.items())
    ]
    content = {
        "looks": looks,
        "chosen": chosen or "",
        "images": hashlib.blake2b(b"".join(images), digest_size=8).hexdigest(),
    }
    component("gallery", "gmm-gallery")(
        key=key,
        data=packed(content),
        height="content",
        on_failed_change=fall_back,
        on_chosen_change=taken(key, "chosen", lambda event: choose(str(event["name"]))),
    )
