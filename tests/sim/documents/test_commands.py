"""Every command of README, documents and help runs as it is typed, page by page, each page in a folder of its own."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest
from commands import PAGES, ROOT, Command, commands_of, examples, parse

from catenet.cli.main import status_of

LONG = ("bench", "chaos", "reproduce")
"""Commands that take long: in the share they are parsed only."""
AS_ROOT = ("attach", "emulate")
"""Commands that need root and a second terminal: tests/interop/tap runs what they do."""
ON_A_DISK = ("store",)
"""Commands that need a node's folder: tests/interop/test_store_processes.py and the command's own tests run them."""
REFUTES = ("register.log", "transactions.edn")
"""Histories that cannot be: exit status 1 is right for them."""


def run(command: Command, whole: bool) -> None:
    words = command.words
    if not words:
        known(command)
        return
    if words[0] in (*AS_ROOT, *ON_A_DISK) or "tap" in words or (words[0] in LONG and not whole):
        parse(words)
        return
    status = status_of(words)
    assert status == int(any(name in command.text for name in REFUTES)), f"{command.where}: {command.text}"


def known(command: Command) -> None:
    """A line of another program's: its targets and extras are there."""
    first, *rest = command.text.split()
    if first == "make":
        assert re.search(rf"^{rest[0]}:", (ROOT / "Makefile").read_text(), re.MULTILINE), command
    elif first == "pip":
        extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
        named = [name for group in re.findall(r"\[([a-z,]+)\]", command.text) for name in group.split(",")]
        assert set(named) <= set(extras), command
    else:
        assert first in (".", "sudo", "for", "git", "cd", "ip"), f"{command.where}: a test has to know {command.text!r}"


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_runs_as_it_is_typed(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in commands_of(page):
        run(command, whole=False)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_runs_whole(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in commands_of(page):
        run(command, whole=True)


@pytest.mark.slow
def test_the_examples_in_the_help_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = list(examples())
    assert len(shown) > 40
    by_help: dict[str, list[Command]] = {}
    for command in shown:
        by_help.setdefault(command.where, []).append(command)
    for where, commands in by_help.items():
        folder = tmp_path / re.sub(r"\W+", "-", where)
        folder.mkdir()
        monkeypatch.chdir(folder)
        if where != "catenet --help":  # whose first example writes the scenario that the others name
            assert status_of(["new"]) == 0
        for command in commands:
            run(command, whole=False)
        monkeypatch.chdir(tmp_path)
        shutil.rmtree(folder)


@pytest.mark.parametrize("page", ["README.md", "README.ko.md"])
def test_the_readme_tells_of_every_extra(page: str) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    told = {name: {each.lower() for each in brings.split(", ")} for name, brings in rows if name in extras}
    assert told == {name: {re.split(r"[><=]", each)[0] for each in needs} for name, needs in extras.items()}


def test_a_command_that_is_wrong_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for text in ("catenet run nowhere.toml", "catenet bench dumbbell --flosw 3", "catenet chaos --seeds many"):
        with pytest.raises(Exception):  # noqa: B017
            run(Command("here", text), whole=False)
    with pytest.raises(AssertionError):
        run(Command("here", "make coffee"), whole=False)
