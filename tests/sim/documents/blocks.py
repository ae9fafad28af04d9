"""What documents show of a command's output: found, compared with what the command prints today, and rewritten.

A block is either a table between two marks::

    <!-- catenet reproduce split-votes --markdown -->
    | ... |
    <!-- end -->

or a fence whose first line is the command, ``$ catenet reproduce rip-silent``; a line ``...`` in it stands for any
lines.  ``python tests/sim/documents/blocks.py docs/consensus.md`` writes what the commands print into the document.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from catenet.cli.main import status_of

ROOT = Path(__file__).parents[3]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "README.ko.md",
    ROOT / "bench" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
_BLOCK = re.compile(
    r"^<!-- catenet (?P<marked>.+?) -->\n(?P<table>.*?)^<!-- end -->$"
    r"|^```\n\$ catenet (?P<typed>(?:reproduce|show|routes|check-history|place|trace) [^\n]+?)\n(?P<output>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Block(NamedTuple):
    """``lines`` are what the document shows of the command's output, from ``start`` to ``end`` in its text."""

    path: Path
    command: str
    lines: list[str]
    start: int
    end: int


def blocks_of(path: Path) -> list[Block]:
    """All blocks of a document."""
    found = []
    for match in _BLOCK.finditer(path.read_text(encoding="utf-8")):
        command, part = ("marked", "table") if match["marked"] else ("typed", "output")
        found.append(Block(path, match[command], match[part].splitlines(), match.start(part), match.end(part)))
    return found


def printed(command: str) -> list[str]:
    """The lines that a command prints today, in a folder with the example that it names (``ring/scenario.toml``)."""
    stream = io.StringIO()
    page = mock.patch.dict(os.environ, COLUMNS="100")
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), page:
        for example in re.findall(r"(\w+)/scenario\.toml", command):
            assert status_of(["new", "--example", example]) == 0
        with contextlib.redirect_stdout(stream):
            status = status_of(shlex.split(command))
    assert status == 0, f"catenet {command} ended with {status}: {stream.getvalue()}"
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def shown(block: Block, output: list[str]) -> list[str]:
    """What the document has to show: each part between two ``...`` is as long as it is now, and begins where it did."""
    if "..." not in block.lines:
        return output
    found: list[str] = []
    place = 0
    for part in _parts(block.lines):
        if found:
            found.append("...")
        if part:
            assert part[0] in output[place:], f"catenet {block.command} does not print {part[0]!r} any more"
            place = output.index(part[0], place)
            found += output[place : place + len(part)]
            place += len(part)
    return found


def _parts(lines: list[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for line in lines:
        if line == "...":
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def rewrite(path: Path) -> None:
    """Write what the commands print into a document."""
    text = path.read_text(encoding="utf-8")
    for block in reversed(blocks_of(path)):
        lines = shown(block, printed(block.command))
        text = text[: block.start] + "".join(f"{line}\n" for line in lines) + text[block.end :]
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        rewrite(Path(name))
