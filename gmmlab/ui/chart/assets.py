"""What the browser loads from the app itself: the chart's scripts, and Plotly's, from its package.

Their addresses hold a digest of what they contain, so that browsers may keep them for good.
"""

import gzip
import hashlib
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit import get_option

_FOLDER = Path(__file__).with_name("assets")
_PLOTLY = Path(str(files("plotly") / "package_data" / "plotly.min.js"))
_SCRIPTS = {path.name: path for path in sorted(_FOLDER.glob("*.js"))} | {"plotly.js": _PLOTLY}


def text(name: str) -> str:
    """The text of a file in `assets`."""
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def address(name: str) -> str:
    """Where the browser finds the script `name`, as a path of the app's own."""
    return f"{_base()}/gmmlab/{_version()}/{name}"


def routes() -> list[Route]:
    """The routes that serve the scripts, for `st.App`, which adds no base path to them."""
    return [Route(f"{_base()}/gmmlab/{{version}}/{{name}}", _serve)]


def _base() -> str:
    """The path under which a proxy shows this app: "/lab", or nothing."""
    base = str(get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


@cache
def _version() -> str:
    digest = hashlib.blake2b(version("plotly").encode(), digest_size=6)
    for path in _SCRIPTS.values():
        if path != _PLOTLY:
            digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _compressed(name: str) -> bytes:
    return gzip.compress(_SCRIPTS[name].read_bytes(), compresslevel=5, mtime=0)


def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _SCRIPTS or request.path_params["version"] != _version():
        return Response("There is no such file.", status_code=404, media_type="text/plain")
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["Content-Encoding"] = _compressed(name), "gzip"
    else:
        body = _SCRIPTS[name].read_bytes()
    return Response(body, media_type="text/javascript", headers=headers)
