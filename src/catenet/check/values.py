"""Values of histories, with exact equality.

In Python ``True`` equals ``1``, and a dict made hashable equals a list of pairs.  In a history they must differ: a
read of ``true`` after a write of ``1`` refutes it, as a value, as a key, and inside a list.  :func:`frozen` makes a
value hashable, :func:`exact` makes truth values unequal to numbers, and :func:`plain` is the inverse.  Numbers are
compared by value: ``1`` and ``1.0`` are equal, as in JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from json import dumps
from typing import Any, Final

DEPTH_MAX: Final = 100
"""The greatest nesting depth of values."""


class Truth(Enum):
    """A truth value that equals no number."""

    FALSE = "false"
    TRUE = "true"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class FrozenDict:
    """A dict that can be hashed; the order of its pairs does not count.  Its keys and values are exact."""

    pairs: frozenset[tuple[Any, Any]]

    def __str__(self) -> str:
        return text(self)


def frozen(value: Any, depth: int = 0) -> Any:
    """A value that can be hashed: lists become tuples, sets frozen sets, dicts :class:`FrozenDict`.

    Octets become the text that they are in UTF-8, so that ``b"x"`` is ``"x"``; octets that are no UTF-8 become U+DC80
    to U+DCFF (PEP 383), so that different octets stay different.  Raises ValueError if it is nested too deeply.
    """
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "surrogateescape")
    if not isinstance(value, list | tuple | set | frozenset | dict):
        return value
    if depth >= DEPTH_MAX:
        raise ValueError(f"a value is nested more than {DEPTH_MAX} deep")
    if isinstance(value, list | tuple):
        return tuple([frozen(each, depth + 1) for each in value])
    if isinstance(value, dict):
        return frozen_dict((frozen(name, depth + 1), frozen(each, depth + 1)) for name, each in value.items())
    return frozenset([exact(frozen(each, depth + 1)) for each in value])


def frozen_dict(pairs: Any) -> FrozenDict:
    """A dict of pairs of frozen values."""
    return FrozenDict(frozenset([(exact(name), exact(each)) for name, each in pairs]))


def exact(value: Any) -> Any:
    """The same frozen value with :class:`Truth` instead of True and False."""
    kind = type(value)
    if kind is bool:
        return Truth.TRUE if value else Truth.FALSE
    return tuple([exact(each) for each in value]) if kind is tuple else value


def plain(value: Any) -> Any:
    """The frozen value of which this is the exact one."""
    if isinstance(value, Truth):
        return value is Truth.TRUE
    return tuple([plain(each) for each in value]) if type(value) is tuple else value


def as_json(value: Any) -> Any:
    """A frozen value as JSON has it: sets become lists; values without a JSON type become text."""
    if isinstance(value, Truth):
        return value is Truth.TRUE
    if isinstance(value, tuple | list):
        return [as_json(each) for each in value]
    if isinstance(value, frozenset):
        return sorted((as_json(each) for each in value), key=lambda each: (str(type(each)), dumps(each)))
    if isinstance(value, FrozenDict):
        pairs = sorted(value.pairs, key=repr)
        if all(isinstance(name, str) for name, _ in pairs):
            return {name: as_json(each) for name, each in pairs}
        return [[as_json(name), as_json(each)] for name, each in pairs]
    return value if isinstance(value, str | int | float | None) else str(value)


def text(value: Any) -> str:
    """A value for people, in the notation of JSON."""
    if value is None or isinstance(value, bool):
        return {None: "nil", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return dumps(value, ensure_ascii=not value.isprintable())
    if isinstance(value, tuple | list):
        return f"[{', '.join(text(each) for each in value)}]"
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(text(each) for each in value))}}}"
    if isinstance(value, FrozenDict):
        return f"{{{', '.join(sorted(f'{text(name)}: {text(each)}' for name, each in value.pairs))}}}"
    return str(value)
