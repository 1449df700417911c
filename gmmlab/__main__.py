"""The command `gmmlab`, also `python -m gmmlab`: opens the app in the browser."""

import argparse
import os
import socket
from collections.abc import Sequence
from importlib.util import find_spec
from urllib.parse import urlsplit

from gmmlab import __version__
from gmmlab.compute.cluster import ADDRESS

_NEEDED = ("streamlit", "plotly", "pandas", "PIL")  # what the extra "app" brings
_ANY = ("0.0.0.0", "::")  # all addresses of this machine


def main(arguments: Sequence[str] | None = None) -> None:
    """Open the app as the command line says; what it does not know goes to `streamlit run`."""
    parser = argparse.ArgumentParser(
        "gmmlab",
        description="Open GMM Lab in the browser.",
        epilog="Options of `streamlit run` (--server.baseUrlPath lab, say) are taken too.",
        allow_abbrev=False,
    )
    parser.add_argument("--port", type=_port, default=8501, help="where it answers (8501)")
    parser.add_argument(
        "--address",
        help="this machine's address to listen on (127.0.0.1: nobody else gets in; 0.0.0.0: all)",
    )
    parser.add_argument("--no-browser", action="store_true", help="serve, and open nothing")
    parser.add_argument(
        "--scheduler",
        type=_scheduler,
        help="where Dask's scheduler is (tcp://host:8786): its workers answer, not this machine",
    )
    parser.add_argument("--version", action="version", version=f"gmmlab {__version__}")
    known, others = parser.parse_known_args(arguments)
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        parser.exit(
            1,
            f"The app needs {', '.join(missing)}, which the engine alone does not: "
            'pip install "gmmlab[app]"\n',
        )
    if known.scheduler is not None:
        if find_spec("distributed") is None:
            parser.exit(1, 'A cluster needs Dask: pip install "gmmlab[app,cluster]"\n')
        os.environ[ADDRESS] = known.scheduler
    from gmmlab.ui import command

    command.run([*streamlit_options(known.port, known.address, known.no_browser), *others])


def streamlit_options(port: int, address: str | None, no_browser: bool) -> list[str]:
    """The options of `streamlit run` that say the same.

    Who listens on an address is asked by its name, which the server must know as its own: it
    answers no others (see `server.allowedHosts` in .streamlit/config.toml).
    """
    options = ["--server.port", str(port)]
    if address is not None:
        shown = socket.gethostname() if address in _ANY else address
        options += ["--server.address", address, "--browser.serverAddress", shown]
        for name in dict.fromkeys(("localhost", "127.0.0.1", "::1", shown)):
            options += ["--server.allowedHosts", name]
    return options + (["--server.headless", "true"] if no_browser else [])


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port: a whole number from 1 to 65535")


def _scheduler(text: str) -> str:
    parts = urlsplit(text)
    try:
        if parts.scheme in ("tcp", "tls", "ws", "wss") and parts.hostname and parts.port:
            return text
    except ValueError:  # a port that is none
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is no scheduler's address: tcp://host:8786, say")


if __name__ == "__main__":
    main()
