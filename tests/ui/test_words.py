"""A visitor's own words are shown as they are, and what no honest browser says changes nothing."""

import re

import pytest
import streamlit as st

from gmmlab.settings import from_query, to_query
from gmmlab.studies.clusters.page import ClustersSettings
from gmmlab.studies.selection.page import HowManySettings
from gmmlab.ui.chart.component import taken
from gmmlab.ui.shell.words import plain
from tests.ui.driving import checked, opened_page, query_of, widget

EVIL = "![x](https://evil.example/x.png) <b>b</b> `c` :red[d] $e$ www.evil.example a@evil.example"


def test_markup_is_escaped():
    shown = plain(EVIL)
    assert re.search(r"[\[<`$:@]|www\.", EVIL)
    assert not re.search(r"(?<!\\)[\[<`$:@]|www\.", shown)


def test_plain_words_stay_plain():
    assert plain("petal length, in cm (1.5 - 2)") == "petal length, in cm (1.5 - 2)"


def test_markup_in_names_is_text_wherever_the_page_says_them():
    data = f'"{EVIL}","b"\n' + "\n".join(f"{i % 5}.5,{i % 7}" for i in range(40))
    for page, query in (
        ("clusters", {}),
        ("density", {"score": "1,1"}),
        ("how_many", {"high": "3"}),
    ):
        app = opened_page(page, data="table", **query)
        app = checked(app.file_uploader[0].upload(f"{EVIL}.csv", data.encode()).run())
        while any(button.label == "Cancel" for button in app.button):
            checked(app.run())
        said = [each.value for kind in (app.caption, app.markdown, app.info) for each in kind]
        assert any("evil" in each for each in said)
        for each in said:
            assert "![x]" not in each
            assert "<b>" not in each


@pytest.mark.parametrize(
    "names", [(), ("a",), ("a|b", "c"), ("\\", "|", "a\\|b"), ("x" * 60, "|" * 60)]
)
def test_names_with_any_marks_come_back_from_a_link(names):
    query = to_query(HowManySettings(columns=names))
    assert from_query(HowManySettings, query) == (HowManySettings(columns=names), ())


def test_twelve_long_names_survive_a_reload():
    names = [f"column {i} " + "x" * 45 for i in range(14)]
    rows = "\n".join(",".join(str((i * j) % 11) for j in range(14)) for i in range(30))
    data = (",".join(names) + "\n" + rows).encode()
    app = opened_page("how_many", data="table", high="2")
    app = checked(app.file_uploader[0].upload("t.csv", data).run())
    checked(app.multiselect[0].set_value(names[2:]).run())
    code = query_of(app)["columns"]
    assert from_query(HowManySettings, {"columns": code})[0].columns == tuple(names[2:])
    again = opened_page("how_many", data="table", high="2", columns=code)
    assert not any("columns" in each.value for each in again.warning)


@pytest.mark.parametrize(
    "event",
    [
        None,
        {},
        {"index": 99, "x": 0.0, "y": 0.0},
        {"index": 0, "x": float("nan"), "y": 0.0},
        {"index": 0, "x": 1e308, "y": 0.0},
        {"index": "0", "x": "far", "y": 0.0},
        {"index": 0, "x": 0.0, "y": 0.0, "z": 0.0},
    ],
)
def test_events_that_mean_nothing_change_nothing(event, monkeypatch):
    from dataclasses import replace

    import numpy as np

    from gmmlab.studies.mixtures.centers import moved

    put = []

    def move(index, x, y):
        centers = np.zeros((2, 2))
        model = replace(ClustersSettings().model, init="hand", centers=moved(centers, index, x, y))
        put.append(to_query(replace(ClustersSettings(), model=model)))

    monkeypatch.setattr(st, "session_state", {"chart": {"moved": event}})
    taken("chart", "moved", lambda said: move(**said))()
    assert not put


def test_an_event_of_ours_is_taken(monkeypatch):
    found = []
    monkeypatch.setattr(st, "session_state", {"chart": {"picked": {"x": 1.0, "y": 2}}})
    taken("chart", "picked", found.append)()
    assert found == [{"x": 1.0, "y": 2}]


def test_a_visitor_says_what_doubtful_commas_mean():
    data = b"price;b\n12,500;1\n48,000;2\n950;4\n7,000;3\n"
    app = opened_page("clusters", data="table", data_standardize="0", n_components="1")
    app = checked(app.file_uploader[0].upload("t.csv", data).run())
    assert 12_500 in set(app.dataframe[0].value["price"])
    checked(widget(app, "12,500 means").set_value("decimals").run())
    assert query_of(app)["data_commas"] == "decimals"
    assert 12.5 in set(app.dataframe[0].value["price"])
