"""What pages give to take away, without a browser: scripts and files, made when asked for."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from gmmlab.data.points.datasets import Blobs, drawn
from gmmlab.data.tables.writing import as_csv
from gmmlab.studies.em import course
from gmmlab.studies.em.page import EmModel
from gmmlab.ui.parts.takeaway import em as takeaway
from tests.ui.driving import checked, opened_page

PAGES = ("clusters", "em", "density", "how_many", "home", "recolour", "digits")


def opened(page: str, **query: str) -> AppTest:
    """The page with its panel open."""
    app = opened_page(page, **query)
    app.session_state[f"{page} take away"] = True
    return checked(app.run())


def code(app: AppTest) -> str:
    return app.code[0].value


def file(app: AppTest, label: str) -> bytes:
    button = next(b for b in app.get("download_button") if b.proto.label.startswith(label))
    return button.proto


@pytest.mark.parametrize("page", PAGES)
def test_the_panel_shows_a_script_and_nothing_is_made_before_it_is_open(page, monkeypatch):
    app = opened_page(page, high="3") if page == "how_many" else opened_page(page)
    assert not app.code
    app = opened(page, high="3") if page == "how_many" else opened(page)
    assert "from sklearn" in code(app)
    assert "gmmlab" not in code(app).split('"""')[2]
    control = next(c for c in app.segmented_control if c.label == "Show me the Python")
    checked(control.set_value("gmmlab").run())
    assert "from gmmlab" in code(app)


def test_what_a_page_shows_is_what_its_script_shows():
    app = opened("clusters", data="moons", n_components="7", init="k-means++")
    assert "make_moons" in code(app)
    assert "K = 7" in code(app)
    assert "kmeans_plusplus" in code(app)


@pytest.mark.parametrize("line", ["plane", "pc"])
def test_em_gives_the_mixture_of_its_moment_and_the_climb(line, at_once):
    dataset, model = drawn("blobs", Blobs(100)), EmModel(3)
    run = course.course(dataset, model, line)
    X = dataset.X if line == "plane" else run.ground.own(run.ground.points)
    for step in (0, 4, 5, 2_000):
        state = min(step // 2, len(run.mixtures) - 1)
        theirs = takeaway._model(step, dataset, model, line).to_sklearn()
        assert np.isclose(theirs.score(X), run.history[state])
    rows = as_csv(takeaway._history(dataset, model, line)).decode().splitlines()
    assert len(rows) == 1 + len(run.history)
    assert rows[-1].endswith(",")  # after the last there is no bound


def test_em_offers_no_script_where_its_picture_is_no_run():
    assert any("Take it away" in each.label for each in opened_page("em", part="atlas").expander)
    app = opened_page("em", part="limit", data="blobs")
    assert not any("Take it away" in each.label for each in app.expander)
