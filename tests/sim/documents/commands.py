"""The commands that documents and help show: found as a reader would type them, and run in a fresh folder."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from typer.main import get_command

from catenet.cli.main import app

ROOT = Path(__file__).resolve().parents[3]
PAGES = [ROOT / "README.md", ROOT / "README.ko.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "bench" / "README.md"]

FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
SHELLS = ("", "console", "sh")
STARTS = ("catenet ", "sudo ", "make ", "pip ", "python ", ". ", "for ", "cd ", "git ")
EXAMPLE = re.compile(r"\[cyan\](.*?)\[/cyan\]")


class Command(NamedTuple):
    """A line that a reader may type; ``where`` names the page and line, or the command whose help shows it."""

    where: str
    text: str

    @property
    def words(self) -> list[str]:
        """The arguments of ``catenet``, without ``sudo``; empty if it is another program's line."""
        found = shlex.split(self.text.removeprefix("sudo "), comments=True)
        return found[1:] if found[:1] == ["catenet"] else []


def commands_of(page: Path) -> Iterator[Command]:
    """The commands of a page's fences, in order; of several joined by ``&&`` each, of a pipe ours."""
    text = page.read_text(encoding="utf-8")
    for fence in FENCE.finditer(text):
        if fence.group(1) not in SHELLS:
            continue
        line_number = text[: fence.start(2)].count("\n")
        lines = fence.group(2).replace("\\\n", " ").splitlines()
        prompted = any(line.startswith("$ ") for line in lines)
        for number, line in enumerate(lines, 1):
            typed = line.removeprefix("$ ") if line.startswith("$ ") else "" if prompted else line
            if typed.startswith(STARTS):
                yield from _split(f"{page.name}:{line_number + number}", typed)


def examples() -> Iterator[Command]:
    """The examples in the help of every command."""
    for path, command in walk():
        for text in EXAMPLE.findall(command.epilog or ""):
            yield from _split(f"{' '.join(path)} --help", text.replace("\\[", "["))


def walk() -> Iterator[tuple[list[str], Any]]:
    """Every command of the command line, groups too, with the words that lead to it."""
    todo: list[tuple[list[str], Any]] = [(["catenet"], get_command(app))]
    while todo:
        path, command = todo.pop(0)
        yield path, command
        todo += [([*path, name], each) for name, each in getattr(command, "commands", {}).items()]


def _split(where: str, text: str) -> Iterator[Command]:
    for part in re.split(r"\s+&&\s+", re.split(r"\s+#\s", text)[0]):
        piped = [each.strip() for each in re.split(r"\s+\|\s+", part)]
        ours = [each for each in piped if each.removeprefix("sudo ").startswith("catenet ")]
        yield Command(where, (ours or piped)[0])


def parse(words: list[str]) -> None:
    """See that a command and its options exist and that their values fit, without running it."""
    command: Any = get_command(app)
    context = command.make_context("catenet", list(words), resilient_parsing=False)
    while getattr(command, "commands", None):
        name, command, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        context = command.make_context(name, rest, parent=context)
