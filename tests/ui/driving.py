"""How the tests without a browser open a page, find its widgets, and read what it says."""

import plotly.graph_objects as go
from streamlit.testing.v1 import AppTest

from gmmlab.ui.chart.packing import unpacked
from tools.serving import ROOT


def opened_page(page: str, more: bool = True, **query: str) -> AppTest:
    """The page `page`, opened by a link with these parameters, and with it the boxes on it."""
    app = AppTest.from_file(str(ROOT / "gmmlab" / "ui" / "site.py"), default_timeout=300)
    for name, value in query.items():
        app.query_params[name] = value
    app.session_state[f"more of {page}"] = app.session_state["density rivals"] = more
    return checked(app.switch_page(f"../../pages/{page}.py").run())


def checked(app: AppTest) -> AppTest:
    assert not app.exception
    return app


def query_of(app: AppTest) -> dict[str, str]:
    """The address's parameters, whether a test or the app has written them last."""
    values = dict(app.query_params).items()
    return {name: value if isinstance(value, str) else value[-1] for name, value in values}


def sentences(app: AppTest) -> list[str]:
    return [alert.value for kind in (app.error, app.warning, app.info) for alert in kind]


def widget(app: AppTest, label: str):
    kinds = (app.slider, app.select_slider, app.selectbox, app.number_input, app.checkbox)
    kinds += (app.text_input,)
    return next(w for kind in kinds for w in kind if w.label == label)


def charts(app: AppTest) -> int:
    return len(figures(app))


def figures(app: AppTest) -> list[dict]:
    """The figures that the browser would be given, each checked by plotly."""
    contents = [unpacked(each.proto.bytes) for each in app.get("bidi_component")]
    found = [content["figure"] for content in contents if "figure" in content]
    for figure in found:
        go.Figure(data=figure["data"], layout=figure["layout"], frames=figure["frames"])
    return found


def films(app: AppTest) -> list[dict]:
    """What the browser would be given to play: each a "film" and its "options"."""
    contents = [unpacked(each.proto.bytes) for each in app.get("bidi_component")]
    return [content for content in contents if "film" in content]
