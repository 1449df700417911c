"""The middleware adds its headers to HTTP responses, keeps others, and leaves websockets alone."""

import asyncio

from starlette.applications import Starlette

from gmmlab.ui.chart import assets
from gmmlab.ui.shell.security import (
    SecurityHeaders,
    content_security_policy,
    inline_script_hashes,
)


def messages_sent(scope_type, headers=()):
    """Return what a client receives from a small app behind the middleware."""

    async def app(scope, receive, send):
        await send({"type": f"{scope_type}.response.start", "headers": list(headers)})
        await send({"type": f"{scope_type}.response.body", "body": b"hello"})

    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(SecurityHeaders(app)({"type": scope_type}, None, send))
    return sent


def test_http_responses_get_the_headers_and_keep_their_own():
    start, body = messages_sent("http", [(b"content-type", b"text/plain")])
    headers = dict(start["headers"])
    assert headers[b"content-type"] == b"text/plain"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"referrer-policy"] == b"same-origin"
    assert headers[b"x-frame-options"] == b"SAMEORIGIN"
    assert b"camera=()" in headers[b"permissions-policy"]
    assert headers[b"content-security-policy"].startswith(b"default-src 'self'")
    assert body["body"] == b"hello"


def test_our_headers_replace_those_of_the_app():
    start, _ = messages_sent("http", [(b"referrer-policy", b"unsafe-url")])
    assert [value for name, value in start["headers"] if name == b"referrer-policy"] == [
        b"same-origin"
    ]


def test_websockets_pass_untouched():
    start, _ = messages_sent("websocket")
    assert start["headers"] == []


def test_policy_names_no_stranger():
    policy = content_security_policy()
    assert "http:" not in policy
    assert "https:" not in policy
    assert "*" not in policy


def test_policy_allows_the_start_page_script_by_its_hash_alone():
    directives = dict(part.split(" ", 1) for part in content_security_policy().split("; "))
    assert "'sha256-" in directives["script-src"]
    assert "'unsafe-inline'" not in directives["script-src"]


def test_hash_of_an_inline_script():
    # The example of the CSP specification, section 8.4.
    assert inline_script_hashes('<script src="a.js"></script><script>doSomething();</script>') == [
        "'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='"
    ]


def asked(app, path, method="GET"):
    """The status and the body that an app answers."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b""}

    scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b""}
    asyncio.run(app(scope | {"raw_path": path.encode(), "root_path": ""}, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


def test_scripts_are_served_under_the_path_of_a_proxy(monkeypatch):
    monkeypatch.setattr(assets, "get_option", lambda name: "/lab/")
    assets.address.cache_clear()
    try:
        path = assets.address("chart.js")
        assert path.startswith("/lab/gmmlab/")
        app = Starlette(routes=assets.routes())
        assert asked(app, path)[0] == 200
        assert asked(app, path.removeprefix("/lab"))[0] == 404
    finally:
        assets.address.cache_clear()
