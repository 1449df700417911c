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


@pytest.mark.parametrize("path", page_paths().values(), ids=page_paths().keys())
def test_opens_by_deep_link_on_a_fresh_server(path):
    with serve() as server:
        elements = visited(server, path)
        headings = [e.heading for e in elements if e.WhichOneof("type") == "heading"]
        assert not [e.exception for e in elements if e.WhichOneof("type") == "exception"]
        assert headings[0].tag == "h1"
        assert headings[0].body
        for address in ("/", "/_stcore/health", "/no-such-file.js"):
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
