"""The app's server, started by Python instead of by `streamlit run app.py`."""

from collections.abc import Sequence

from streamlit.web import cli

from gmmlab.ui.shell.place import FOLDER


def run(options: Sequence[str]) -> None:
    """Serve the app until it is stopped, under these options of `streamlit run`.

    The settings are those of `.streamlit/config.toml` beside `app.py`, wherever this is called
    from: Streamlit reads that file last, and only its options and environment overrule it.
    """
    cli.main(["run", str(FOLDER / "app.py"), *options], prog_name="streamlit")
