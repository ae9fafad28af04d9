"""What the documents show of a command's output is what the command prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from blocks import DOCUMENTS, ROOT, Block, blocks_of, printed, shown

from catenet.experiments.signals.lazy import NAMES

LONG = (
    "split-votes",
    "wan-election",
    "lan-election",
    "partial-connectivity",
    "false-elections",
    "snr-election",
    "bufferbloat",
    "queueing",
    "ethernet",
    "page-load",
)
BLOCKS = [block for path in DOCUMENTS for block in blocks_of(path)]


def parameter(block: Block) -> object:
    marks = [pytest.mark.long, pytest.mark.timeout(900)] if any(name in block.command for name in LONG) else []
    return pytest.param(block, marks=marks or [pytest.mark.slow], id=f"{block.path.name}: {block.command}")


@pytest.mark.parametrize("block", [parameter(block) for block in BLOCKS])
def test_the_document_shows_what_the_command_prints(block: Block) -> None:
    name = block.path.relative_to(ROOT)
    hint = f"python tests/sim/documents/blocks.py {name} writes what catenet {block.command} prints"
    assert block.lines == shown(block, printed(block.command)), hint


def test_every_experiment_that_has_a_table_in_a_document_writes_it_itself() -> None:
    written = {block.command for block in BLOCKS if block.command.endswith("--markdown")}
    assert written == {
        "reproduce split-votes --markdown",
        "reproduce partial-connectivity --markdown",
        "reproduce false-elections --markdown",
        "reproduce snr-election --markdown",
        "reproduce placement --markdown",
        "reproduce bufferbloat --markdown",
        "reproduce queueing --markdown",
        "reproduce ethernet --markdown",
        "reproduce page-load --markdown",
        *(f"reproduce {name} --markdown" for name in NAMES),
    }


def test_dots_stand_for_lines_that_are_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("```\n$ catenet reproduce x\na\n    1\n...\nc\n    3\n...\n```\n")
    (block,) = blocks_of(path)
    output = ["a", "    5", "b", "    6", "c", "    7", "d"]
    assert shown(block, output) == ["a", "    5", "...", "c", "    7", "..."]
    assert block.lines != shown(block, output)
