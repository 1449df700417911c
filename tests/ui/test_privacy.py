"""Two visitors at once: what one brings is never shown to the other, on any page, step or panel."""

import io
from functools import partial

import numpy as np
import pytest
from PIL import Image

from gmmlab.data.image_sets.image_set import write_image_set
from gmmlab.studies.digits.page import STEPS
from gmmlab.ui.shell import desk as desk_module
from tests.ui.driving import checked, opened_page, sentences

# A page with own data, all ways to look at them, and how they come there.
TABLE_PAGES = {
    "clusters": [{}, {"show": "types"}, {"regions": "1"}, {"size": "certainty"}],
    "em": [{"part": part, "n_starts": "10"} for part in ("steps", "bound", "atlas", "limit")],
    "density": [{"lens": lens} for lens in ("points", "clusters", "density", "samples")],
    "how_many": [{"high": "4"}, {"high": "4", "chart": "map"}],
}


# The judge takes long, and shows what the steps before it show.
EVERY_STEP = [
    pytest.param(step, marks=pytest.mark.exhaustive) if step == "judge" else step for step in STEPS
]


def contents(app) -> list[object]:
    """All that the browser is given of data: by our own components, as tables and as figures."""
    found = _contents(app)
    if "tables mixture" in app.session_state:  # of the tables behind tabs, the other one
        app.session_state["tables mixture"] = "Components"
        found += _contents(checked(app.run()))
    return found


def _contents(app) -> list[object]:
    return [
        *(each.proto.bytes for each in app.get("bidi_component")),
        *(each.value.to_csv() for each in app.dataframe),
        *(each.value for each in app.metric),
    ]


def uploaded(page: str, file: tuple[str, bytes], query: dict[str, str], **then: str):
    app = opened_page(page, **query)
    checked(app.file_uploader[0].upload(*file).run())
    for name, value in then.items():
        app.query_params[name] = value
    return checked(app.run()) if then else app


def table(seed: int) -> bytes:
    rows = np.random.default_rng(seed).normal(size=(60, 2)).round(6)
    return ("a,b\n" + "\n".join(f"{x},{y}" for x, y in rows)).encode()


def image_set(seed: int, side: int = 6, n: int = 90) -> bytes:
    rng = np.random.default_rng(seed)
    return write_image_set(rng.integers(0, 256, (n, side, side)), rng.integers(0, 2, n))


def photo(seed: int) -> bytes:
    values = np.random.default_rng(seed).integers(0, 256, (5, 6, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(values).save(file, "PNG")
    return file.getvalue()


def same_as_alone(page: str, name: str, of, query: dict[str, str], **then: str) -> None:
    """The second visitor sees with the first just what they would see without."""
    first = contents(uploaded(page, (name, of(1)), query, **then))
    second = contents(uploaded(page, (name, of(2)), query, **then))
    desk_module.desk().answers.clear()
    alone = contents(uploaded(page, (name, of(2)), query, **then))
    assert second == alone
    assert first != second


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("step", EVERY_STEP)
def test_image_sets_stay_with_their_visitor(step):
    # Few components, or the small set could not be judged.
    query = {"source": "own", "step": step, "n_components": "4", "groups": "2", "shrinkage": "50"}
    n = 400 if step == "sweep" else 90
    same_as_alone("digits", "images.npz", partial(image_set, n=n), query)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("step", EVERY_STEP)
def test_a_link_without_a_digest_shows_nobodys_images(step):
    query = {"source": "own", "step": step, "n_components": "4", "shrinkage": "50"}
    uploaded("digits", ("images.npz", image_set(1)), query)
    stranger = opened_page("digits", **query)
    assert "Upload an .npz file" in sentences(stranger)[0]
    assert not contents(stranger)
    other = uploaded("digits", ("images.npz", image_set(2, side=5)), query)
    assert contents(other) or sentences(other)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("page", "query"), [(page, query) for page, all in TABLE_PAGES.items() for query in all]
)
def test_tables_stay_with_their_visitor(page, query):
    same_as_alone(page, "table.csv", table, {"data": "table", **query})


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("panel", ["space", "counts"])
def test_photos_stay_with_their_visitor(panel):
    # The panel comes last: of the large picture before, some would take long.
    same_as_alone("recolour", "photo.png", photo, {"n_colors": "3"}, panel=panel)
