"""Security headers for every HTTP response: the app talks to itself and to nobody else."""

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime import get_instance

INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def inline_script_hashes(html: str) -> list[str]:
    """Return the CSP source of each inline script in `html`, which lets just those scripts run."""
    return [
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in INLINE_SCRIPT.findall(html)
    ]


def content_security_policy() -> str:
    """Return the policy, fitted to the installed Streamlit's start page."""
    start_page = Path(streamlit.__file__).with_name("static") / "index.html"
    hashes = inline_script_hashes(start_page.read_text(encoding="utf-8"))
    directives = {
        "default-src": ["'self'"],
        # Components with inline scripts are imported as blobs, which only the app's own scripts
        # can make. Plotly's scattergl compiles its draw calls (regl), hence 'unsafe-eval'.
        "script-src": ["'self'", *hashes, "blob:", "'unsafe-eval'"],
        "style-src": ["'self'", "'unsafe-inline'"],  # emotion and plotly write <style> elements
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in directives.items())


class Gate:
    """ASGI middleware that refuses what Streamlit offers and this app does not.

    `/_stcore/metrics` tells strangers how many visitors there are and what their sessions hold. And
    a browser names the files that it uploads itself, so that one session could send files without
    end: `MOST_FILES` are kept at a time.
    """

    MOST_FILES = 12
    _METRICS = re.compile(r"(?:/.*)?/_stcore/metrics/?")
    _UPLOAD = re.compile(r"(?:/.*)?/_stcore/upload_file/(?P<session>[^/]+)/[^/]+/?")

    def __init__(self, app: ASGIApp, n_files: Callable[[str], int]) -> None:
        self.app = app
        self.n_files = n_files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self.app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        if self._METRICS.fullmatch(scope["path"]):
            return PlainTextResponse("There is no such page.", 404)
        found = self._UPLOAD.fullmatch(scope["path"])
        if found and scope["method"] == "PUT" and self.n_files(found["session"]) >= self.MOST_FILES:
            return PlainTextResponse(
                f"This session holds {self.MOST_FILES} files already; remove one first.", 429
            )
        return None


def files_of_session(session: str) -> int:
    """How many uploaded files Streamlit keeps for a session."""
    kept = getattr(get_instance().uploaded_file_mgr, "file_storage", {})
    return len(kept.get(session, ()))


class SecurityHeaders:
    """ASGI middleware that adds the headers to HTTP responses and lets websockets through as is.

    The start page also names a script to `preload`, which then arrives while Streamlit starts.
    """

    def __init__(self, app: ASGIApp, preload: str | None = None) -> None:
        self.app = app
        self.preload = preload
        self.headers = {
            "Content-Security-Policy": content_security_policy(),
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "SAMEORIGIN",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                if self.preload and headers.get("content-type", "").startswith("text/html"):
                    headers["Link"] = f"<{self.preload}>; rel=preload; as=script"
            await send(message)

        await self.app(scope, receive, send_with_headers)
