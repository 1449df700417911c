"""Settings: what is declared is what a URL spells, a widget may set and a study receives."""

from dataclasses import dataclass, fields
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmlab import settings as s
from gmmlab.compute.questions import known_by


@dataclass(frozen=True)
class Round:
    title: ClassVar[str] = "Round"
    n: int = s.integer(400, low=1, high=1000, label="n", help="How many.")


@dataclass(frozen=True)
class Bent:
    title: ClassVar[str] = "Bent"
    n: int = s.integer(200, low=1, high=1000, label="n", help="How many.")
    noise: float = s.real(0.05, low=0, high=1, step=0.01, label="Noise", help="How noisy.")


@dataclass(frozen=True)
class Model:
    K: int = s.integer(4, low=1, high=20, label="K", help="How many.")
    kind: str = s.choice("full", {"full": "full", "tied": "tied"}, label="Kind", help="Which.")
    floor: float = s.decades(1e-6, low=1e-8, high=1, zero="none", label="Floor", help="How low.")


def read(code):
    if not code.isdecimal():
        raise ValueError("digits")
    return tuple(map(int, code))


@dataclass(frozen=True)
class View:
    shown: tuple = s.choices(
        ("full",), {"full": "full", "tied": "tied", "diag": "diag"}, label="Shown", help="Which."
    )
    places: tuple = s.code(
        (),
        label="Places",
        help="Where.",
        read=read,
        write=lambda places: "".join(map(str, places)),
        max_length=5,
    )


@dataclass(frozen=True)
class Page:
    data: object = s.variant("round", {"round": Round, "bent": Bent}, label="Data", help="Which.")
    model: Model = s.section(Model)
    labels: bool = s.flag(True, label="Labels", help="Whether.")
    note: str = s.text("", label="Note", help="What.")
    view: View = s.section(View)

    @staticmethod
    def translated(query):
        return {"K" if name == "clusters" else name: text for name, text in query.items()}


pages = st.builds(
    Page,
    data=st.one_of(
        st.builds(Round, n=st.integers(1, 1000)),
        st.builds(
            Bent,
            n=st.integers(1, 1000),
            noise=st.floats(0, 1).map(lambda x: round(x, 9)),
        ),
    ),
    model=st.builds(
        Model,
        K=st.integers(1, 20),
        kind=st.sampled_from(["full", "tied"]),
        floor=st.one_of(st.just(0.0), st.floats(1e-8, 1).map(lambda x: float(f"{x:.12g}"))),
    ),
    labels=st.booleans(),
    note=st.text(st.characters(categories=["L", "N", "P"]), max_size=80),
    view=st.builds(
        View,
        shown=st.sets(st.sampled_from(["full", "tied", "diag"])).map(
            lambda some: tuple(each for each in ("full", "tied", "diag") if each in some)
        ),
        places=st.lists(st.integers(0, 9), max_size=5).map(tuple),
    ),
)


@given(page=pages)
def test_a_query_brings_back_the_same_settings(page):
    assert s.from_query(Page, s.to_query(page)) == (page, ())


@given(page=pages)
def test_flat_values_build_the_same_settings(page):
    assert s.build(Page, s.flat(page)) == page
    assert s.updated(page, s.flat(page)) == page


def test_defaults_are_not_spelled():
    assert s.to_query(Page()) == {}
    assert s.to_query(Page(data=Bent(), model=Model(K=7))) == {"data": "bent", "K": "7"}
    assert s.to_query(Page(data=Bent(n=5), labels=False)) == {
        "data": "bent",
        "data_n": "5",
        "labels": "0",
    }


names = st.sampled_from(
    ["data", "data_n", "data_noise", "K", "kind", "floor", "labels", "note", "shown", "places"]
)


@given(query=st.dictionaries(names, st.text(max_size=100)))
def test_any_query_gives_allowed_settings_and_a_sentence_per_fault(query):
    page, notices = s.from_query(Page, query)
    for name, spec, value in s.specs(page):
        assert spec.checked(value) == value, name
    for notice in notices:
        assert notice.startswith("The link asks for ")
        assert notice.endswith("instead.")
        assert "<" not in notice
        assert "\n" not in notice


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ({"K": "999"}, "K = “999”, but it must be a whole number from 1 to 20: K is 4 instead"),
        ({"K": "4.5"}, "a whole number"),
        ({"K": "NaN"}, "a whole number"),
        ({"kind": "<b>full</b>"}, "one of full, tied"),
        ({"data": "bent", "data_noise": "inf"}, "a number from 0 to 1"),
        ({"data": "bent", "data_noise": "1e999"}, "a number from 0 to 1"),
        ({"floor": "1e-9"}, "0 or a number from 1e-08 to 1: Floor is 1e-06 instead"),
        ({"floor": "nan"}, "0 or a number from"),
        ({"labels": "yes"}, "0 or 1"),
        ({"note": "a" * 81}, "at most 80 characters"),
        ({"note": "a\x00b"}, "at most 80 characters"),
        ({"shown": "full.odd"}, "must be none or some of full, tied, diag, with a full stop"),
        ({"shown": ""}, "none or some of full, tied, diag"),
        ({"places": "12x"}, "places = “12x”, but it must be digits: Places is empty instead"),
        ({"places": "123456"}, "at most 5 characters"),
    ],
)
def test_garbage_falls_back_with_a_notice(query, part):
    page, notices = s.from_query(Page, query)
    assert part in notices[0]
    assert len(notices) == 1
    assert page == s.from_query(Page, {k: v for k, v in query.items() if k == "data"})[0]


def test_other_parameters_are_left_alone():
    assert s.from_query(Page, {"utm_source": "x", "data_noise": "0.2"}) == (Page(), ())


def test_a_new_variant_starts_with_its_own_defaults():
    page = Page(data=Round(n=77), model=Model(K=9))
    assert s.updated(page, {"data": "bent", "data_n": 77}) == Page(data=Bent(), model=Model(K=9))
    assert s.updated(page, {"data": "round", "data_n": 78}).data == Round(n=78)


def test_several_choices_are_a_tuple_in_the_order_of_the_options():
    there = s.updated(Page(), {"shown": ["diag", "full", "diag"]})  # as a widget gives them
    assert there.view.shown == ("full", "diag")
    assert s.to_query(there) == {"shown": "full.diag"}
    assert s.from_query(Page, {"shown": "diag.full"}) == (there, ())
    assert known_by(there) == known_by(s.from_query(Page, {"shown": "diag.full"})[0])
    assert known_by(there) != known_by(Page())
    assert s.to_query(s.updated(Page(), {"shown": []})) == {"shown": "none"}
    assert s.from_query(Page, {"shown": "none"})[0].view.shown == ()
    spec = next(spec for name, spec, _ in s.specs(Page()) if name == "shown")
    assert spec.held(("full", "diag")) == ["full", "diag"]
    assert spec.is_held(["diag", "full"], ("full", "diag"))
    assert not spec.is_held([], ("full",))


def test_a_value_behind_a_code_is_checked_by_way_of_it():
    assert s.updated(Page(), {"places": (1, 2)}) == Page(view=View(places=(1, 2)))
    for odd in ((-1,), (10, 10, 10), (1.5,), 7, None):
        assert s.updated(Page(), {"places": odd}) == Page(), odd
    assert s.from_query(Page, {"places": ""}) == (Page(), ())


def test_a_link_of_before_is_put_into_todays_words():
    assert s.from_query(Page, {"clusters": "7"}) == (Page(model=Model(K=7)), ())


@pytest.mark.parametrize(
    "values",
    [
        {"shown": ["odd"]},
        {"shown": None},
        {"K": 21},
        {"K": None},
        {"K": "x"},
        {"K": True},
        {"kind": "odd"},
        {"data": "odd"},
    ],
)
def test_a_widget_value_that_is_not_allowed_changes_nothing(values):
    assert s.updated(Page(), values) == Page()


def test_build_refuses_what_is_not_allowed():
    with pytest.raises(ValueError, match="whole number from 1 to 20"):
        s.build(Page, {"K": 0})


def test_the_marks_of_a_logarithmic_field_are_told_apart_in_words():
    spec = next(spec for name, spec, _ in s.specs(Page()) if name == "floor")
    words = [spec.worded(mark) for mark in spec.marks]
    assert words[:3] == ["none", "0.00000001", "0.00000002"]
    assert words[-3:] == ["0.2", "0.5", "1"]
    assert "0.000001" in words  # the default can be chosen
    assert [spec.checked(mark) for mark in spec.marks] == sorted({*spec.marks})
    assert [float(word) for word in words[1:]] == list(spec.marks[1:])


def test_every_field_has_a_label_and_a_help():
    from gmmlab.data.points.datasets import SOURCES
    from gmmlab.data.points.own_table import OwnTable
    from gmmlab.studies.clusters.page import ClustersSettings

    for cls in (ClustersSettings, OwnTable, *SOURCES.values()):
        for name, spec, _ in s.specs(cls()):
            assert spec.label, (cls, name)
            assert spec.help.endswith("."), (cls, name)
        assert fields(cls)
