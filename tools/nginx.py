"""Find nginx or install Debian's package, and make a configuration of deploy/nginx.conf's lines.

`python -m tools.nginx` prints the path of nginx.
"""

import os
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tools.chromium import attempt
from tools.serving import ROOT

SITE = ROOT / "deploy" / "nginx.conf"
HOW_TO = (
    "nginx is missing, and root alone can install it: `sudo apt-get install nginx-light`, or name "
    "yours with NGINX=/path/to/nginx."
)
_PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Certificate(NamedTuple):
    """The files of a certificate, and of its key."""

    chain: Path
    key: Path


def find() -> str | None:
    """The path of nginx: NGINX= names one."""
    path = os.pathsep.join((os.environ.get("PATH", ""), *_PLACES))
    return shutil.which(os.environ.get("NGINX", "nginx"), path=path)


def find_or_install() -> str | None:
    """The path of nginx, installed if there was none; None if none can be had."""
    if path := find():
        return path
    apt = shutil.which("apt-get") if hasattr(os, "geteuid") and os.geteuid() == 0 else None
    if apt:
        attempt(apt, "update") and attempt(
            apt, "install", "-y", "--no-install-recommends", "nginx-light"
        )
    return find()


def configuration(
    folder: Path,
    listen: str,
    ports: Sequence[int],
    names: Sequence[str] = ("_",),
    certificate: Certificate | None = None,
) -> str:
    """The whole configuration of an nginx that keeps all its files in `folder`.

    It listens at the address `listen`, for servers of this machine at `ports`.
    """
    lines = [
        f"pid {folder}/nginx.pid;",
        "error_log stderr warn;",
        "worker_processes 2;",
        "worker_shutdown_timeout 2s;  # what is still connected then is cut off",
        "events { worker_connections 4096; }",
        "http {",
        "access_log off;",
        *(f"{name}_temp_path {folder}/{name};" for name in _TEMPORARY),
        site(SITE.read_text(encoding="utf-8"), listen, ports, names, certificate),
        "}",
    ]
    return "\n".join(lines)


def site(
    text: str,
    listen: str,
    ports: Sequence[int],
    names: Sequence[str],
    certificate: Certificate | None,
) -> str:
    """The site's lines with addresses of our own; without a certificate, none that are of TLS."""
    servers = [f"    server 127.0.0.1:{port} max_fails=2 fail_timeout=5s;" for port in ports]
    text = _changed(r"(?m)(^    server 127\.0\.0\.1:\d+ .*\n)+", "\n".join(servers) + "\n", text)
    part = r"(?ms)^ *# TLS\n(.*?)^ *# end of TLS\n"
    text = _changed(part, "", text)  # the redirect from port 80
    if certificate is None:
        return _changed(part, f"    listen {listen};\n    server_name {' '.join(names)};\n", text)
    text = _changed(r"(?m)^    listen 443 (.*)\n.*\n", rf"    listen {listen} \1" + "\n", text)
    text = _changed(r"server_name .*;", f"server_name {' '.join(names)};", text)
    text = _changed(r"(ssl_certificate) .*;", rf"\1 {certificate.chain};", text)
    return _changed(r"(ssl_certificate_key) .*;", rf"\1 {certificate.key};", text)


def _changed(pattern: str, by: str, text: str) -> str:
    """`text` with the first match of a pattern replaced; ValueError if there is none."""
    text, n = re.subn(pattern, by, text, count=1)
    if n != 1:
        raise ValueError(f"{SITE} has no lines like {pattern}.")
    return text


def main() -> int:
    """Print the path of nginx."""
    path = find_or_install()
    print(path or HOW_TO, file=None if path else sys.stderr)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
