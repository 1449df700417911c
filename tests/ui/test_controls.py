"""The sidebar has few controls first, the others under "More", and none that do nothing."""

import pytest

from tests.ui.driving import checked, opened_page, query_of, widget


def labels(block) -> set[str]:
    kinds = (block.slider, block.selectbox, block.number_input, block.checkbox, block.text_input)
    kinds += (block.button_group,)
    return {each.label for kind in kinds for each in kind}


@pytest.mark.parametrize(
    ("page", "first"),
    [
        (
            "clusters",
            {"Data set", "Centres", "Spread", "Components K", "Covariance", "Show", "Colour"}
            | {"Discs, ellipses"},
        ),
        (
            "density",
            {"Data set", "Noise", "Components K", "Covariance", "Beside it", "The other K", "Lens"},
        ),
        (
            "how_many",
            {"Data set", "Noise", "K from", "K to", "Covariance types"}
            | {"Hold out", "Criterion", "Chart"},
        ),
    ],
)
def test_few_controls_come_first(page, first):
    app = opened_page(page)
    (more,) = [each for each in app.sidebar.expander if each.label == "More"]
    assert labels(app.sidebar) - labels(more) == first
    assert {"Points", "Data seed", "Start", "Restarts", "Seed", "Tolerance"} <= labels(more)


def test_a_closed_box_costs_nothing_and_the_settings_in_it_hold():
    app = opened_page("clusters", more=False, seed="7", data_n_samples="60")
    (more,) = [each for each in app.sidebar.expander if each.label == "More"]
    assert not labels(more)
    checked(widget(app, "Components K").set_value(5).run())
    assert query_of(app) == {"seed": "7", "data_n_samples": "60", "n_components": "5"}
    app.session_state["more of clusters"] = True
    checked(app.run())
    assert widget(app, "Seed").value == 7
    assert widget(app, "Points").value == 60


def test_a_control_under_more_does_what_it_says():
    app = opened_page("clusters")
    checked(widget(app, "Seed").set_value(7).run())
    assert query_of(app)["seed"] == "7"


def test_a_control_that_does_nothing_is_not_shown_and_keeps_its_value():
    app = opened_page("density", lens="samples", n_samples="50", beside="none")
    assert "New points" in labels(app)
    assert {"The other K", "Marginals"}.isdisjoint(labels(app))
    checked(widget(app, "Lens").set_value("density").run())
    assert {"New points", "Draw seed"}.isdisjoint(labels(app))
    assert "Marginals" in labels(app)
    checked(widget(app, "Lens").set_value("samples").run())
    assert widget(app, "New points").value == 50
