"""The running server over plain HTTP and Streamlit's own protocol: first visits, and headers."""

import urllib.error
import urllib.request

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from tools.serving import Server, page_paths, serve

HEADERS = (
    "content-security-policy",
    "permissions-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-frame-options",
)


def visited(server: Server, path: str) -> list:
    """Open `path` as a browser does, and return the elements of its first run."""
    socket = connect(
        server.url.replace("http", "ws", 1) + "/_stcore/stream",
        subprotocols=["streamlit"],
        origin=server.url,
        proxy=None,
        max_size=None,
    )
    with socket:
        message = BackMsg()
        message.rerun_script.page_name = path.strip("/")
        socket.send(message.SerializeToString())
        elements = []
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(socket.recv(timeout=60))
            kind = answer.WhichOneof("type")
            assert kind != "page_not_found"
            if kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
                elements.append(answer.delta.new_element)
            if kind == "script_finished" and answer.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
            ):
                return elements


@pytest.fixture(scope="module")
def server():
    with serve() as running:
        yield running


# The first of these meets a server that has shown no page yet, and none is the front page.
@pytest.mark.parametrize("page", sorted(page_paths(), key="home".__eq__))
def test_opens_by_deep_link(server, page):
    elements = visited(server, page_paths()[page])
    headings = [e.heading for e in elements if e.WhichOneof("type") == "heading"]
    assert not [e.exception for e in elements if e.WhichOneof("type") == "exception"]
    assert headings[0].tag == "h1"
    assert headings[0].body


@pytest.mark.parametrize("address", ["/", "/_stcore/health", "/no-such-file.js"])
def test_every_answer_has_the_headers(server, address):
    assert not missing_headers(server.url + address)


def missing_headers(url: str) -> list[str]:
    """The security headers that an answer of the server lacks, whatever its status."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            found = response.headers
    except urllib.error.HTTPError as refused:
        with refused:
            found = refused.headers
    return [name for name in HEADERS if name not in found]
