"""All rows, in the order of the page: each ``row_*.py`` in the folders beside this file has one."""

from __future__ import annotations

import importlib
from pathlib import Path

from tests.compat.site import Row

HERE = Path(__file__).parent
FILES = {path.stem.removeprefix("row_"): path for path in HERE.glob("*/row_*.py")}
NAMES = sorted(FILES)
FAILURES = {
    "raftos 0.2.6": (
        "A Raft on asyncio for Python 3.9 and older: it gives `loop=` to `asyncio.Queue`, which Python 3.10 removed. "
        "The simulated internet has no part in that"
    ),
}
"""Libraries that do not run, with the reason."""
REPEATED = ("anyio", "hypercorn", "redis", "wsproto")
"""The rows of which tests compare the captures."""
OWN_OPENSSL = ("aioquic", "asyncssh")
"""The rows whose keys `cryptography` makes."""


def row_named(name: str) -> Row:
    """The row of a file."""
    module = ".".join(FILES[name].relative_to(HERE).with_suffix("").parts)
    row: Row = importlib.import_module(f"tests.compat.{module}").ROW
    return row
