"""`docs/compatibility.md`: which libraries run on a simulated internet, from the rows.

``PYTHONPATH=$PWD/src python -m tests.compat.page`` writes the page; a test compares it.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from tests.compat.rows import FAILURES, NAMES, OWN_OPENSSL, REPEATED, row_named
from tests.compat.site import Row

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "compatibility.md"
HEAD = """# Libraries that run on a host

Each row is a test: client and server, unmodified, on two hosts of a simulated internet, 30 ms apart on a link that
loses 1 % of its frames. The server is found by its name, and at least 300 kB cross the link, so that windows, losses
and retransmissions matter. Every byte that arrives is compared. `python -m tests.compat.page` writes this page from
the rows in `tests/compat/`; `make test` runs them, and compares the page with them.

The first library of a row is the one that is tested; the versions are those of `constraints.txt`. Under TLS is what
protects the exchange: TLS 1.3 of Python's `ssl`, with certificates of an authority that the client trusts, unless
it says otherwise.

"""
TAIL = """
## What is reproducible

With one seed and the same key files, what crosses the link repeats byte for byte: in another process, and under
another `PYTHONHASHSEED`. Tests compare the captures of {repeated}. Three things are not
reproducible:

- Keys that the `cryptography` package makes ({cryptography}). It contains its own OpenSSL, whose random numbers are
  the real machine's.
- Keys and certificates that a program makes while it runs. Write them to files and reuse them.
- A TLS session that a second connection resumes: OpenSSL measures its age by the real clock.

[What a program sees of its host](host.md) has the rest.
"""


def packages(row: Row) -> str:
    """The libraries of a row with their versions."""
    first, *others = (f"{name} {version(name)}" for name in row.packages)
    return f"**{first}**" + "".join(f", {other}" for other in others)


def line(row: Row) -> str:
    """A row of the table."""
    return f"| {packages(row)} | {row.exchange} | {row.tls or 'no'} | passes | {row.note} |\n"


def page() -> str:
    """The text of the page."""
    table = "| library | what is exchanged | TLS | verdict | note |\n|---|---|---|---|---|\n"
    table += "".join(line(row_named(name)) for name in NAMES)
    tail = TAIL.format(repeated=", ".join(REPEATED), cryptography=" and ".join(OWN_OPENSSL))
    return HEAD + table + failures() + tail


def failures() -> str:
    """Libraries that do not run, with the reason."""
    if not FAILURES:
        return ""
    lines = "".join(f"| {name} | {reason} |\n" for name, reason in FAILURES.items())
    return "\n## What does not run\n\n| library | why |\n|---|---|\n" + lines


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
