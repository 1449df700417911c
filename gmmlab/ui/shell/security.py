"""Security headers for every HTTP response: the app talks to itself and to nobody else."""

import base64
import hashlib
import re
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
