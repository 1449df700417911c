"""What Streamlit offers to strangers and this app does not: metrics, files and sessions no end."""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config
from streamlit.runtime import get_instance

from gmmlab.ui.shell.limits import Limits

Held = Mapping[str, Iterable[int]]

_METRICS = re.compile(r"(?:/.*)?/_stcore/metrics/?")
_UPLOAD = re.compile(r"(?:/.*)?/_stcore/upload_file/(?P<session>[^/]+)/[^/]+/?")
_MB = 1_000_000
_TRY_AGAIN_LATER = 1013  # of the websocket protocol's codes


class Gate:
    """ASGI middleware that refuses what there is too much of.

    `/_stcore/metrics` tells strangers how many visitors there are and what their sessions hold. And
    a browser names the files that it uploads itself, so that one session could send files without
    end. What is on its way counts like what is `held`: sizes of files by session. When a page
    was closed and its browser has not come back, `give_back` is called.
    """

    def __init__(
        self, app: ASGIApp, held: Callable[[], Held], give_back: Callable[[], None], limits: Limits
    ) -> None:
        self.app = app
        self.held = held
        self.give_back = give_back
        self.limits = limits
        self.n_sessions = 0
        self._coming: list[tuple[str, int]] = []  # session and size of files on their way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "websocket":
            await self._session(scope, receive, send)
        elif scope["type"] == "http" and _METRICS.fullmatch(scope["path"]):
            await PlainTextResponse("There is no such page.", 404)(scope, receive, send)
        elif (
            scope["type"] == "http"
            and scope["method"] == "PUT"
            and (upload := _UPLOAD.fullmatch(scope["path"]))
        ):
            await self._file(upload["session"], scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _session(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.n_sessions >= self.limits.sessions:
            await receive()  # the request to connect
            await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER})
            return
        self.n_sessions += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.n_sessions -= 1
            seconds = int(config.get_option("server.disconnectedSessionTTL")) + 1
            asyncio.get_running_loop().call_later(seconds, self.give_back)

    async def _file(self, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        coming = session, _size(scope)
        if (refusal := self._refusal(*coming)) is not None:
            await refusal(scope, receive, send)
            return
        self._coming.append(coming)
        try:
            await self.app(scope, receive, send)
        finally:
            self._coming.remove(coming)

    def _refusal(self, session: str, size: int) -> Response | None:
        most = self.limits
        held = self.held()
        mine = [*held.get(session, ()), *(n for name, n in self._coming if name == session)]
        if len(mine) >= most.session_files:
            return PlainTextResponse(
                f"This session holds {most.session_files:.0f} files already; remove one first.", 429
            )
        if sum(mine) + size > most.session_mb * _MB:
            return PlainTextResponse(
                f"The files of a session may have {most.session_mb:.0f} MB in all; remove one "
                "first.",
                413,
            )
        everybodys = sum(map(sum, held.values())) + sum(n for _, n in self._coming)
        if everybodys + size > most.uploads_mb * _MB:
            return PlainTextResponse(
                "This server holds as many files as it can just now; try again in a while.", 503
            )
        return None


def _size(scope: Scope) -> int:
    """The length that is announced, or the most that Streamlit takes in."""
    headers = dict(scope["headers"])
    most = int(config.get_option("server.maxUploadSize")) << 20
    announced = headers.get(b"content-length", b"")
    return min(int(announced), most) if announced.isdigit() else most


def files_held() -> Held:
    """The sizes of the uploaded files that Streamlit keeps, by session."""
    kept = getattr(get_instance().uploaded_file_mgr, "file_storage", {})
    return {
        session: [len(file.data) for file in list(files.values())]
        for session, files in list(kept.items())
    }


def give_back_what_was_left() -> None:
    """Shut down the sessions to which no browser will come back; to be called in the server's loop.

    Streamlit keeps a session for a while after its page was closed, and forgets it when another
    page is closed later: until then its files would stay, for good after the last one.
    """
    storage = get_instance()._session_mgr._session_storage  # type: ignore[attr-defined]
    for _, info in storage._cache.expire():
        info.session.shutdown()
