"""The page "How many components?" without a browser: cells, criteria, Cancel, and ways on."""

import time

import pytest

from tests.ui.driving import charts, checked, figures, opened_page, query_of, sentences, widget


def finished(app):
    """Run the page until its sweep is done."""
    deadline = time.monotonic() + 60
    while any(button.label == "Cancel" for button in app.button):
        assert time.monotonic() < deadline
        checked(app.run())
    return app


def curve(app, name):
    return next(t for t in figures(app)[0]["data"] if t.get("name") == name)


def test_the_chapters_curves_have_their_minima_where_scikit_learn_has_them():
    app = finished(opened_page("how_many", tolerance="1e-3"))
    aic, bic = curve(app, "AIC"), curve(app, "BIC")
    assert aic["x"] == list(range(1, 21))
    assert min(zip(aic["y"], aic["x"], strict=True))[1] == 12
    assert min(aic["y"]) == pytest.approx(245.86, abs=0.01)
    assert min(zip(bic["y"], bic["x"], strict=True)) == (pytest.approx(407.44, abs=0.01), 7)
    said = " ".join(each.value for each in app.markdown)
    assert "AIC chooses K=12" in said
    assert "BIC chooses K=7" in said


def test_a_wider_range_adds_only_the_missing_cells(computed):
    cells = "selection.sweep.cell"
    app = finished(opened_page("how_many", low="2", high="5"))
    assert computed.count(cells) == 4
    checked(widget(app, "K to").set_value(7).run())
    finished(app)
    assert computed.count(cells) == 6
    checked(widget(app, "K to").set_value(4).run())
    assert computed.count(cells) == 6
    assert curve(app, "BIC")["x"] == [2, 3, 4]


def test_the_merging_is_computed_once(computed):
    app = finished(opened_page("how_many", high="8"))
    checked(widget(app, "Merged to").set_value(2).run())
    assert computed.count("selection.plane.merged") == 1


def test_criteria_charts_and_types():
    app = finished(opened_page("how_many", high="6", tied="1", folds="3", n_init="2"))
    for criterion in ("aic", "icl", "held_out", "both"):
        checked(widget(app, "Criterion").set_value(criterion).run())
        for chart in ("map", "curves"):
            checked(widget(app, "Chart").set_value(chart).run())
            finished(app)
            two = criterion == "both" and chart == "map"
            assert charts(app) == 4 + two  # criterion, fit, merges, merged
            if two:
                first, second = (f["layout"]["meta"]["alt"] for f in figures(app)[:2])
                assert first.startswith("AIC")
                assert second.startswith("BIC")
    names = {t.get("name") for t in figures(app)[0]["data"]}
    assert {"AIC, full", "BIC, full", "AIC, tied", "BIC, tied"} <= names
    checked(widget(app, "Criterion").set_value("held_out").run())
    assert curve(app, "full")["error_y"]["array"]


def test_a_drawing_without_points_shows_the_way_to_a_pad():
    app = opened_page("how_many", data="drawing")
    assert "Draw on the page Clusters" in sentences(app)[0]
    three = finished(
        opened_page("how_many", data="drawing", data_code="-10_10_-10_10~AAAAgAgA__AA")
    )
    assert charts(three) >= 2


def test_held_out_without_folds_says_what_to_do():
    app = finished(opened_page("how_many", high="3", criterion="held_out"))
    assert "choose a number of folds" in " ".join(sentences(app))


def test_without_any_covariance_type_a_sentence_says_what_to_do():
    app = opened_page("how_many", types="none")
    assert "Choose at least one" in sentences(app)[0]
    assert not types(app).value


def types(app):
    return next(each for each in app.button_group if each.label == "Covariance types")


def test_several_types_are_chosen_by_hand_and_by_links_old_and_new():
    app = finished(opened_page("how_many", high="2"))
    finished(checked(types(app).set_value(["tied", "full"]).run()))
    assert query_of(app) == {"high": "2", "types": "full.tied"}
    names = {each.get("name") for each in figures(app)[0]["data"]}
    assert {"AIC, full", "AIC, tied"} <= names
    old = finished(opened_page("how_many", high="2", full="0", tied="1"))
    assert types(old).value == ["tied"]
    assert query_of(old) == {"high": "2", "types": "tied"}


def test_a_cell_by_link_and_its_way_to_clusters():
    app = finished(opened_page("how_many", cell="9-full"))
    assert any("K = 9, full" in caption.value for caption in app.caption)
    checked(next(b for b in app.button if b.label == "Open in Clusters").click().run())
    assert app.title[0].value == "Clusters"
    assert query_of(app)["n_components"] == "9"
    assert query_of(app)["data"] == "moons"


@pytest.mark.parametrize("cell", ["9", "x-full", "9-round", "99-full"])
def test_a_garbled_cell_falls_back_with_a_notice(cell):
    app = finished(opened_page("how_many", cell=cell))
    assert "Cell is empty instead" in sentences(app)[0]


@pytest.mark.usefixtures("by_hand")
def test_cancel_keeps_what_was_computed_and_continue_goes_on():
    app = opened_page("how_many", data_n_samples="2000", high="14", folds="10", n_init="4")
    while not figures(app) or not figures(app)[0]["data"]:
        checked(app.run())
    checked(next(b for b in app.button if b.label == "Cancel").click().run())
    assert "Cancelled" in " ".join(sentences(app))
    done = len(curve(app, "BIC")["x"])
    assert 1 <= done < 14
    time.sleep(0.5)
    checked(app.run())
    assert len(curve(app, "BIC")["x"]) == done
    checked(next(b for b in app.button if b.label == "Continue").click().run())
    assert "Cancelled" not in " ".join(sentences(app))
    while len(curve(app, "BIC")["x"]) == done:
        time.sleep(0.1)
        checked(app.run())


TABLE = "a,b,c\n" + "\n".join(f"{i % 7},{(i * i) % 11},{(3 * i) % 5}" for i in range(60))


def test_a_table_of_more_than_two_columns_is_swept_on_all_that_are_chosen():
    app = opened_page("how_many", data="table", high="3", columns="c")
    checked(app.file_uploader[0].upload("t.csv", TABLE.encode()).run())
    finished(app)
    assert any("all 3 columns (a, b, c)" in caption.value for caption in app.caption)
    checked(app.multiselect[0].set_value([]).run())
    finished(app)
    assert not any("all 3 columns" in caption.value for caption in app.caption)


def test_cells_that_fail_are_shown_with_their_reason():
    app = opened_page("how_many", data="table", high="6")
    checked(app.file_uploader[0].upload("t.csv", b"a,b\n1,2\n2,1\n3,5\n4,4\n").run())
    finished(app)
    problems = app.dataframe[-1].value["problem"]
    assert (problems != "").any()
    assert charts(app) >= 2
