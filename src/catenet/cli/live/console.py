"""The commands of an attached internet's console: ``cut paris oslo``, ``set paris-oslo loss 2%``.

Each input line returns output lines; a mistake returns a message with the right syntax, and changes nothing.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from catenet.errors import LabError, did_you_mean
from catenet.kernel.quantity import QuantityError
from catenet.lab.model.link import change_text
from catenet.lab.options.link import CHANGEABLE, parse_options

if TYPE_CHECKING:
    from catenet.lab.model.link import Link
    from catenet.lab.world.world import World

BACK: Final = "back."
"""The prefix of an option for the direction from the link's second end to its first."""
OPTIONS: Final = [option for option in CHANGEABLE if option != "back"]

HELP: Final = {
    "cut LINK": "cut a link now; frames in transit are lost",
    "heal LINK": "mend it",
    "set LINK OPTION VALUE ...": f"change it: {', '.join(OPTIONS)}; {BACK}... for the reverse direction only",
    "capture LINK | all": "capture its packets into the folder's captures",
    "show": "reachable nodes, and statistics of every link",
    "help": "this list",
    "quit": "end the run, and write the report",
}
"""The commands.  A LINK is its name or its two ends: ``paris-oslo`` or ``paris oslo``."""


class Console:
    """Executes one line at a time.  ``quit`` calls ``stop``; ``show`` returns the result of ``shown``.

    ``keeps_captures``: captures will be written to a folder.
    """

    def __init__(
        self, net: World, stop: Callable[[], None], shown: Callable[[], list[str]], *, keeps_captures: bool = True
    ) -> None:
        self._net: Final = net
        self._stop: Final = stop
        self._shown: Final = shown
        self._keeps_captures: Final = keeps_captures
        self._commands: Final[dict[str, Callable[[list[str]], list[str]]]] = {
            "cut": self._cut,
            "heal": self._heal,
            "set": self._set,
            "capture": self._capture,
            "show": lambda words: self._bare("show", words) or self._shown(),
            "help": lambda words: self._bare("help", words) or _help(),
            "quit": self._quit,
        }

    def obey(self, line: str) -> list[str]:
        """Execute a line, and return its output lines."""
        try:
            words = shlex.split(line)
        except ValueError as error:
            return [f"cannot read that: {str(error).lower()}"]
        if not words:
            return []
        verb, *rest = words
        command = self._commands.get(verb)
        if command is None:
            near = did_you_mean(verb, self._commands)
            return [f"there is no command {verb!r}{near}"]
        try:
            return command(rest)
        except (LabError, QuantityError) as error:
            return [str(error)]

    def _cut(self, words: list[str]) -> list[str]:
        links = self._links("cut", words)
        for link in links:
            link.cut()
        return [f"{link.name} is cut" for link in links]

    def _heal(self, words: list[str]) -> list[str]:
        links = self._links("heal", words)
        for link in links:
            link.heal()
        return [f"{link.name} is up" for link in links]

    def _set(self, words: list[str]) -> list[str]:
        if not words:
            raise LabError("set what? write it like: set paris-oslo loss 2%")
        links, rest = self._leading_links(words)
        changes = _pairs(rest)
        for link in links:
            link.change(parse_options(changes, CHANGEABLE, f"link {link.name}"), change_text(changes))
        said = ", ".join(f"{key} {value}" for key, value in changes.items())
        return [f"{link.name}: {said}" for link in links]

    def _capture(self, words: list[str]) -> list[str]:
        if not self._keeps_captures:
            raise LabError("there is no folder for captures; start it with --out DIR to have one")
        if words == ["all"]:
            self._net.capture()
            return ["every link is now captured"]
        links = self._links("capture", words)
        self._net.capture(*links)
        return [f"{link.name} is now captured" for link in links]

    def _quit(self, words: list[str]) -> list[str]:
        self._bare("quit", words)
        self._stop()
        return []

    def _bare(self, verb: str, words: list[str]) -> list[str]:
        if words:
            raise LabError(f"{verb} takes no arguments; what is {' '.join(words)!r}?")
        return []

    def _links(self, verb: str, words: list[str]) -> list[Link]:
        if not words:
            raise LabError(f"{verb} what? write it like: {verb} paris oslo")
        links, rest = self._leading_links(words)
        if rest:
            raise LabError(f"{verb} takes one link; what is {' '.join(rest)!r}?")
        return links

    def _leading_links(self, words: list[str]) -> tuple[list[Link], list[str]]:
        """The links named by the first one or two words, and the remaining words."""
        links, nodes = self._net.links, self._net.registry.nodes
        first = words[0]
        if first in links:
            return [links[first]], words[1:]
        if first in nodes:
            if len(words) < 2:
                raise LabError(f"from {first} to where? write it like: {first} {next(iter(nodes))}")
            return self._net.links_between(first, words[1]), words[2:]
        for at, letter in enumerate(first):
            if letter == "-" and first[:at] in nodes and first[at + 1 :] in nodes:
                return self._net.links_between(first[:at], first[at + 1 :]), words[1:]
        raise LabError(f"there is no link {first!r}{did_you_mean(first, [*links, *nodes])}")


def _pairs(words: Sequence[str]) -> dict[str, Any]:
    """``loss 2% delay=5ms back.rate 1Mbit/s`` as a dict."""
    pairs: dict[str, Any] = {}
    rest = [part for word in words for part in word.split("=", 1)]
    if not rest or len(rest) % 2:
        raise LabError("set takes options and values in turn, like: set paris-oslo loss 2% delay 5ms")
    for key, value in zip(rest[::2], rest[1::2], strict=True):
        option = key.removeprefix(BACK)
        if option not in OPTIONS:
            raise LabError(f"unknown option {key!r}{did_you_mean(option, OPTIONS)}")
        if key == option:
            pairs[key] = value
        else:
            pairs.setdefault("back", {})[option] = value
    return pairs


def _help() -> list[str]:
    width = max(len(usage) for usage in HELP)
    return [f"{usage:{width}}  {what}" for usage, what in HELP.items()]
