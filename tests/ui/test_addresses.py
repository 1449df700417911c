"""Whatever an address asks for, the page has a picture or one sentence: never an error page."""

import pytest

from tests.ui.driving import charts, opened_page, sentences
from tests.ui.walk import PAGES, walked

TINY = "0_1e-160_0_1e-160~AAAABBBBCCCCDDDDEEEEFFFF__--09-_"
SMALL = "-1e-7_1e-7_-1e-7_1e-7~AAAABBBBCCCCDDDDEEEEFFFF"
ASKED = [
    ("digits", {"step": "generate", "shrinkage": "0", "floor": "0"}),
    ("digits", {"step": "generate", "shrinkage": "0", "floor": "0", "per_class": "0"}),
    (
        "digits",
        {"step": "generate", "shrinkage": "0", "floor": "0", "covariance_type": "spherical"},
    ),
    ("clusters", {"init": "hand", "n_components": "2", "centers": "1e20,0;-1e20,1"}),
    (
        "clusters",
        {
            "data": "drawing",
            "data_code": SMALL,
            "init": "hand",
            "n_components": "2",
            "centers": "1,0;0,1",
        },
    ),
    ("density", {"data": "drawing", "data_code": TINY}),
    ("density", {"data": "drawing", "data_code": TINY, "lens": "surface"}),
    ("how_many", {"data": "drawing", "data_code": TINY, "high": "3"}),
]


@pytest.mark.parametrize(("page", "query"), ASKED)
def test_what_once_ended_in_an_error_page(page, query):
    app = opened_page(page, **query)
    assert sentences(app) or charts(app)


@pytest.mark.exhaustive
@pytest.mark.parametrize("page", PAGES)
def test_a_random_walk_over_settings_meets_no_error(page):
    assert walked(page, 3, seed=1) == []
