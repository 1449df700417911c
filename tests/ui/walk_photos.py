"""What a visitor of a walk brings to Recolour: tiny and odd photos, and texts of colours."""

import io
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest

from gmmlab.data.pictures.images import SHIPPED, open_image, shipped_bytes
from gmmlab.studies.recolour.changes import FINDERS, Change, with_change
from gmmlab.studies.recolour.page import RecolorSettings
from gmmlab.studies.recolour.photo import Photo
from gmmlab.ui.chart.packing import unpacked
from gmmlab.ui.inputs import photo_upload

_SIZES = ((1, 1), (1, 2), (2, 1), (3, 3), (1, 90), (200, 1), (17, 5), (40, 30), (64, 64), (90, 60))
_SHIPPED = 0.03  # how often the visitor takes a picture that comes along, which takes far longer


def odd_photo(chance: random.Random) -> Photo:
    """A small photo: of noise, of few colours or one, greys, or clear in places or everywhere."""
    width, height = chance.choice(_SIZES)
    rng = np.random.default_rng(chance.randrange(1 << 30))
    kind = chance.choice(("noise", "few", "one", "greys", "photo"))
    if kind == "photo":
        image = open_image(shipped_bytes(chance.choice(("china", "flower")))).resize(
            (width, height)
        )
        values = np.asarray(image)
    elif kind == "greys":
        values = np.repeat(rng.integers(0, 256, (height, width, 1)), 3, axis=2)
    else:
        colors = rng.integers(0, 256, ({"noise": 5000, "few": 3, "one": 1}[kind], 3))
        values = colors[rng.integers(0, len(colors), (height, width))]
    image = Image.fromarray(values.astype(np.uint8))
    match chance.randrange(4):
        case 0:
            image.putalpha(Image.fromarray(rng.integers(0, 256, (height, width)).astype(np.uint8)))
        case 1:
            image.putalpha(chance.choice((0, 1, 255)))
    file = io.BytesIO()
    image.save(file, "PNG")
    return Photo(f"odd {width} × {height}.png", file.getvalue())


def brought(settings: RecolorSettings, app: AppTest, chance: random.Random) -> RecolorSettings:
    """The settings with photos that are in the visitor's session, and with colours in all texts."""
    own, second = (_PHOTOS[chance.randrange(len(_PHOTOS))] for _ in range(2))
    app.session_state[photo_upload._OWN] = own
    app.session_state[photo_upload._SECOND] = second
    picture = settings.picture
    if chance.random() > _SHIPPED:
        picture = replace(picture, picture="own", digest=own.digest)
    borrow = settings.view.borrow
    if borrow in SHIPPED and chance.random() > _SHIPPED:
        borrow = "second"
    view = replace(
        settings.view,
        borrow=borrow,
        lender=second.digest,
        colors="".join(_color(chance) for _ in range(chance.choice((1, 2, 5, 40, 256)))),
        edits=_edits(own, chance),
    )
    pins = {_color(chance) for _ in range(chance.choice((0, 0, 1, 3, 32)))}
    model = replace(settings.model, pinned="_".join(sorted(pins)), seed=settings.model.seed % 2)
    return replace(settings, picture=picture, model=model, view=view)


def picture_faults(app: AppTest) -> Iterator[str]:
    """What is wrong with the pictures that the browser is given."""
    contents = [unpacked(each.proto.bytes) for each in app.get("bidi_component")]
    wipes = [content for content in contents if "after" in content]
    if not wipes and not (app.error or app.info or app.exception):
        yield "no picture, and no word"
    for content in wipes:
        for side in ("before", "after"):
            image = Image.open(io.BytesIO(content[side].tobytes()))
            image.load()
            if image.size != (content["width"], content["height"]):
                yield f"the picture {side} has the size {image.size}"
    for content in contents:
        for each in content.get("swatches", ()):
            if "nan" in each["share"]:
                yield "a share is no number"


def _color(chance: random.Random) -> str:
    return f"{chance.randrange(1 << 24):06x}"


def _edits(photo: Photo, chance: random.Random) -> str:
    """Changes of colours that the photo has, and of others."""
    pixels: Any = np.asarray(open_image(photo.data).convert("RGB")).reshape(-1, 3)
    code = ""
    for _ in range(chance.choice((0, 1, 6))):
        known = [bytes(chance.choice(pixels)).hex(), _color(chance)]
        found, color = chance.choice(known), chance.choice(known)
        finder, merges = chance.choice(list(FINDERS)), chance.random() < 0.4
        code = with_change(code, Change(finder, found, color, merges))
    return code


_PHOTOS = [odd_photo(random.Random(seed)) for seed in range(60)]
