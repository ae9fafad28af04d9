"""Errors in the description of an internet.

Each has one message: what was wrong, where, and what would be right.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TypeVar

from catenet.kernel.quantity import QuantityError

MAX_LETTERS: Final = 1000
"""Longer words are not compared with known names: they are no typing errors, and comparison is slow."""
Read = TypeVar("Read")


class LabError(ValueError):
    """An error in the description of an internet: what is wrong, where, and what would be right."""


class TopologyError(LabError):
    """A topology file is invalid or cannot be read."""


class ScenarioError(LabError):
    """A scenario is invalid or cannot be read.

    ``file`` is the scenario's path, ``where`` the key path (``hosts.server.rate``), ``line`` its line in the file or 0
    if unknown, ``problem`` the rest of the message.
    """

    def __init__(self, problem: str, *, file: Path | None = None, where: str = "", line: int = 0) -> None:
        self.problem = problem
        self.file = file
        self.where = where
        self.line = line
        place = "" if file is None else str(file)
        if line:
            place += f":{line}"
        head = ": ".join(part for part in (place, where) if part)
        super().__init__(f"{head}: {problem}" if head else problem)


class MissingExtra(LabError):
    """Required libraries are not installed; ``extra`` is the package's extra that installs them."""

    def __init__(self, what: str, libraries: str, extra: str) -> None:
        self.extra = extra
        super().__init__(f"{what} needs {libraries}, which are not installed: pip install 'catenet[{extra}]'")


def installed(*modules: str) -> bool:
    """Whether all of these can be imported; none is."""
    return all(find_spec(module) is not None for module in modules)


def named(read: Callable[[object], Read], value: object, key: str) -> Read:
    """Parse a value with ``read``; an error message names the key."""
    try:
        return read(value)
    except QuantityError as error:
        raise QuantityError(f"{key}: {error}") from error
    except ValueError as error:
        raise LabError(f"{key}: {error}") from error


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """``"; did you mean 'delay'?"`` for a near miss, else ``"; known are ..."`` when that is short."""
    names = list(known)
    if len(wrong) > MAX_LETTERS:
        return ""
    near = difflib.get_close_matches(wrong, names, n=1, cutoff=0.6)
    if not near:
        near = [name for name in names if name.lower() == wrong.lower()][:1]
    if near:
        return f"; did you mean {near[0]!r}?"
    if not names:
        return ""
    if len(names) <= 24:
        return f"; known are {', '.join(names)}"
    return f"; known are {', '.join(names[:12])} and {len(names) - 12} more"
