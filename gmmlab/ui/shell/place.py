"""Where the app's own files lie: `app.py`, `pages/` and `.streamlit/config.toml`."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[2]
_IN_A_WHEEL = _PACKAGE / "app"  # pyproject.toml puts them there
FOLDER = _IN_A_WHEEL if _IN_A_WHEEL.is_dir() else _PACKAGE.parent
