"""Services need the libraries of the extra ``services``, catenet itself does not, and an error says what to install."""

from __future__ import annotations

import subprocess
import sys

import pytest

LIBRARIES = ("aioquic", "aiosmtpd", "cryptography", "dns", "h11", "h2")
NEED = {
    "catenet.application.http": "h11",
    "catenet.application.http.http3": "aioquic",
    "catenet.application.mail": "aiosmtpd",
    "catenet.application.dns.authority.server": "dns",
    "catenet.application.dns.resolver.resolver": "dns",
    "catenet.application.dns.zones.zone_file": "dns",
}


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("room", NEED)
def test_a_missing_library_is_told_with_its_extra(room: str) -> None:
    said = run(
        f"import sys; sys.modules[{NEED[room]!r}] = None\n"
        "from catenet.errors import MissingExtra\n"
        f"try:\n    import {room}\nexcept MissingExtra as error:\n    print(error)\n"
    )
    assert said.endswith("not installed: pip install 'catenet[services]'\n")


@pytest.mark.slow
def test_catenet_does_not_import_them() -> None:
    names = f"[name for name in {LIBRARIES} if name in sys.modules]"
    assert run(f"import sys, catenet.cli.main, catenet.internet; print({names})") == "[]\n"
