"""Visitors of a running Streamlit app without browsers: they speak its frontend's protocol.

A visitor keeps the state of every widget and sends all of them with each change, follows the
address that the app writes, and names the large messages it still has, as the frontend does. What
browsers load besides (scripts, downloads) it leaves alone.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

QUIET = 0.25  # seconds without a new run, after which a visit has ended
PATIENCE = 60.0  # seconds until a visitor gives up
_CACHED_RUNS = 2  # how long the frontend keeps a large message: `global.maxCachedMessageAge`


class SessionLost(Exception):
    """The server has ended the connection, or did not take it."""


V = TypeVar("V", bound="Visitor")


@dataclass(frozen=True)
class Visit:
    """One request: seconds to the end of the last run it led to, how many runs, and bytes sent."""

    seconds: float
    runs: int
    n_bytes: int
    errors: tuple[str, ...]


@dataclass
class _Widget:
    state: WidgetState
    options: tuple[str, ...]
    fragment: str


@dataclass
class Visitor:
    """One session on one page; `arrive` first, then `change` settings by their widgets."""

    socket: ClientConnection
    server_url: str
    page: str
    _query: str = ""
    _page_hash: str = ""
    _widgets: dict[str, _Widget] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)  # widgets of the run that goes on
    _cached: dict[str, int] = field(default_factory=dict)  # message hashes, and when last used
    _errors: list[str] = field(default_factory=list)
    _rested: asyncio.Event = field(default_factory=asyncio.Event)
    session_id: str = ""
    said: list[str] = field(default_factory=list)  # the last run's alerts and bars
    watch: Callable[[bytes], None] = lambda frame: None  # is told all that comes
    uploader: str = ""  # the widget that takes a file
    _lost: bool = False
    _run: int = 0
    _run_asked_in: int = 0
    _n_bytes: int = 0
    _ended: float = 0.0

    async def arrive(self, query: str = "", patience: float = PATIENCE) -> Visit:
        """Open the page by a link with this query string."""
        self._query, self._page_hash = query, ""
        return await self._ask("", patience)

    async def change(self, patience: float = PATIENCE, **settings: Any) -> Visit:
        """Give widgets new values, all in one request; to a selectbox, the place of an option.

        LookupError if the page does not show one of them.
        """
        # The id of a widget is "$$ID-digest-key", with the key that the app gave it.
        by_key = {name.split("-", 2)[-1]: widget for name, widget in self._widgets.items()}
        fragments = set()
        for name, value in settings.items():
            widget = by_key.get(f"{self.page}/{name}")
            if widget is None:
                raise LookupError(f"{self.page} shows no widget {name!r}")
            _put(widget, value)
            fragments.add(widget.fragment)
        return await self._ask(fragments.pop() if len(fragments) == 1 else "", patience)

    async def look_again(self) -> Visit:
        """Open the page's box "More": without it, the widgets in it are not there to change."""
        box = next(w for name, w in self._widgets.items() if name.endswith(f"-more of {self.page}"))
        box.state.bool_value = True
        return await self._ask("", PATIENCE)

    async def bring(self, name: str, size: int, file_id: str, patience: float = PATIENCE) -> Visit:
        """Give the page's uploader a file that was put on the server."""
        state = WidgetState(id=self.uploader)
        file = state.file_uploader_state_value.uploaded_file_info.add()
        file.name, file.size, file.file_id, file.file_urls.file_id = name, size, file_id, file_id
        self._widgets[self.uploader] = _Widget(state, (), "")
        return await self._ask("", patience)

    def shown(self) -> dict[str, str]:
        """The values of the page's settings, by their names."""
        return {
            name.partition(f"-{self.page}/")[2]: str(widget.state).partition("\n")[2]
            for name, widget in self._widgets.items()
            if f"-{self.page}/" in name
        }

    async def _ask(self, fragment: str, patience: float) -> Visit:
        """Send the request, and follow the runs it leads to until there are no more.

        TimeoutError if they do not end in time, SessionLost if the connection does.
        """
        message = BackMsg()
        request = message.rerun_script
        request.query_string = self._query
        request.page_script_hash = self._page_hash
        request.page_name = "" if self._page_hash else self.page
        request.fragment_id = fragment
        request.widget_states.widgets.extend(w.state for w in self._widgets.values())
        request.cached_message_hashes.extend(self._cached)
        request.context_info.url = f"{self.server_url}/{self.page}"
        request.context_info.timezone, request.context_info.locale = "UTC", "en"
        self._rested.clear()
        self._errors.clear()
        run = self._run_asked_in = self._run
        n_bytes = self._n_bytes
        began = time.perf_counter()
        async with asyncio.timeout(patience):
            try:
                await self.socket.send(message.SerializeToString())
            except (WebSocketException, OSError) as problem:
                raise SessionLost(str(problem)) from problem
            ended = await self._rest()
        errors = tuple(self._errors)
        return Visit(ended - began, self._run - run, self._n_bytes - n_bytes, errors)

    async def _rest(self) -> float:
        """When the last run ended, known a moment later: pages may run again by themselves."""
        while True:
            await self._rested.wait()
            if self._lost:
                raise SessionLost(f"the connection was ended: {self.socket.close_code}")
            ended = self._ended
            await asyncio.sleep(QUIET)
            if self._rested.is_set() and self._ended == ended and not self._lost:
                return ended

    async def read(self) -> None:
        """Take in all that the server sends, for as long as the connection lasts."""
        try:
            async for frame in self.socket:
                message = ForwardMsg()
                message.ParseFromString(frame)
                self._n_bytes += len(frame)
                self.watch(frame)
                self._take(message)
        except (WebSocketException, OSError):
            pass
        finally:
            self._lost = True
            self._rested.set()

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._run += 1
            self._seen.clear()
            self._rested.clear()
            self.said.clear()
            self.session_id = message.new_session.initialize.session_id
            self._page_hash = message.new_session.page_script_hash
        elif kind == "navigation":
            self._page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "ref_hash":
            self._cached[message.ref_hash] = self._run
        elif kind == "delta":
            if message.metadata.cacheable:
                self._cached[message.hash] = self._run
            if message.delta.WhichOneof("type") == "new_element":
                self._element(message.delta.new_element, message.delta.fragment_id)
            elif (box := message.delta.add_block.expandable).id:
                self._seen.add(box.id)
                if box.id not in self._widgets:
                    state = WidgetState(id=box.id, bool_value=box.expanded)
                    self._widgets[box.id] = _Widget(state, (), message.delta.fragment_id)
        elif kind == "page_not_found":
            self._errors.append(f"there is no page {self.page}")
        elif kind == "script_finished":
            self._finish(message.script_finished)

    def _element(self, element: Any, fragment: str) -> None:
        kind = element.WhichOneof("type")
        content = getattr(element, kind)
        if kind == "exception":
            self._errors.append(f"{content.type}: {content.message}")
        elif kind == "file_uploader":
            self.uploader = content.id
            self._seen.add(content.id)
        elif kind in ("alert", "progress"):
            self.said.append(content.body if kind == "alert" else content.text)
        elif kind in _FIELDS:
            self._seen.add(content.id)
            if content.id not in self._widgets or content.set_value:
                options = tuple(getattr(content, "options", ()))
                widget = _Widget(WidgetState(id=content.id), options, fragment)
                self._widgets[content.id] = widget
                if (value := _shown(kind, content)) is not None:
                    _write(widget.state, _FIELDS[kind], value)

    def _finish(self, status: int) -> None:
        # One that ends for another is followed by it; one begun before our request is not ours.
        if status == ForwardMsg.FINISHED_EARLY_FOR_RERUN or self._run == self._run_asked_in:
            return
        if status == ForwardMsg.FINISHED_SUCCESSFULLY:
            self._widgets = {name: w for name, w in self._widgets.items() if name in self._seen}
            recent = self._run - _CACHED_RUNS
            self._cached = {name: run for name, run in self._cached.items() if run >= recent}
        self._ended = time.perf_counter()
        self._rested.set()


@asynccontextmanager
async def visitor(
    server_url: str,
    page: str,
    cookie: str = "",
    session_id: str = "",
    kind: type[V] = Visitor,  # type: ignore[assignment]
) -> AsyncIterator[V]:
    """A visitor of one page; SessionLost if the server does not take the connection.

    Its browser may have a `cookie`, and may come back to a session that it had.
    """
    try:
        socket = await connect(
            server_url.replace("http", "ws", 1) + "/_stcore/stream",
            # What has no token, which websockets do not need, has a word in its place.
            subprotocols=["streamlit", *(["none", session_id] if session_id else [])],  # type: ignore[list-item]
            additional_headers={"Cookie": cookie} if cookie else None,
            origin=server_url,  # type: ignore[arg-type]
            proxy=None,
            max_size=None,
            ping_interval=None,  # browsers answer pings, and send none
            open_timeout=20,
            close_timeout=2,
        )
    except (WebSocketException, OSError) as problem:
        raise SessionLost(str(problem)) from problem
    found = kind(socket, server_url, page)
    reading = asyncio.create_task(found.read())
    try:
        yield found
    finally:
        await socket.close()
        await reading


# The kinds of widgets whose values the frontend sends back, and the field that carries each.
_FIELDS = {
    "slider": "double_array_value",
    "number_input": "double_value",
    "selectbox": "string_value",
    "checkbox": "bool_value",
    "text_input": "string_value",
}


def _shown(kind: str, content: Any) -> Any:
    """The value that a widget shows when it is drawn first, or was set by the app; None if none."""
    if kind == "selectbox":
        if content.set_value:
            return content.raw_value
        return content.options[content.default] if content.HasField("default") else None
    return content.value if content.set_value else content.default


def _put(widget: _Widget, value: Any) -> None:
    """Give a widget another value, as a visitor's hand does."""
    kind = widget.state.WhichOneof("value")
    if widget.options:
        value, kind = widget.options[value], "string_value"
    _write(widget.state, kind or "string_value", [value] if kind == "double_array_value" else value)


def _write(state: WidgetState, kind: str, value: Any) -> None:
    if kind == "double_array_value":
        state.double_array_value.data[:] = list(value)
    else:
        setattr(state, kind, value)
