"""Clojure's notation for data, as far as histories use it (https://github.com/edn-format/edn).

Maps, vectors, lists, sets, strings, characters, numbers, keywords, symbols, ``nil``, booleans; commas are space; a
tag (``#jepsen.history.Op{...}``) is passed over; ``;`` begins a comment and ``#_`` hides a form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from catenet.check.values import DEPTH_MAX, exact, frozen_dict

_TOKEN: Final = re.compile(
    r"""[\s,]+ | ;[^\n]* | (?P<string>"(?:[^"\\]|\\.)*") | (?P<open>\#?[{]|[\[(]) | (?P<close>[}\])]) | (?P<hide>\#_)
    | (?P<atom>\\.[^\s,{}\[\]()";]*|\#\#[^\s,{}\[\]()";]+|[^\s,{}\[\]()";\\\#][^\s,{}\[\]()";\\]*)
    | (?P<tag>\#[^\s,{}\[\]()";]+)""",
    re.VERBOSE | re.DOTALL,
)
_CLOSES: Final = {"{": "}", "#{": "}", "[": "]", "(": ")"}
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\\": "\\", '"': '"'}
_WORDS: Final = {"nil": None, "true": True, "false": False}
_INTEGER: Final = re.compile(r"[+-]?[0-9]+N?")
_FLOAT: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?M?")
_DIGITS_MAX: Final = 4000


class EdnError(ValueError):
    """Invalid EDN.  ``line`` counts from 1."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.line: Final = line


@dataclass(frozen=True, slots=True)
class Word:
    r"""A keyword, a symbol or a character as it is written: ``:ok``, ``sym``, ``\c``.  It equals no string."""

    written: str

    def __str__(self) -> str:
        return self.written


def forms(text: str) -> Iterator[tuple[int, Any]]:
    """The forms of a text, each with the line on which it begins.

    Vectors and lists become tuples, maps :class:`~catenet.check.values.FrozenDict`.  Raises EdnError.
    """
    reader = _Reader(text)
    while True:
        found = reader.form("", 0)
        if not found:
            return
        yield reader.began, found[0]


class _Reader:
    def __init__(self, text: str) -> None:
        self._text: Final = text
        self._at = 0
        self.line = 1
        self.began = 0

    def form(self, closing: str, depth: int) -> list[Any]:
        """The next form as a list of one; the empty list at ``closing``, or at the text's end."""
        self.began = 0
        while self._at < len(self._text):
            token = _TOKEN.match(self._text, self._at)
            if token is None:
                raise EdnError(f"cannot read {self._text[self._at : self._at + 20]!r}", self.line)
            began = self.line
            self._at = token.end()
            self.line += token.group().count("\n")
            kind, part = token.lastgroup, token.group()
            if kind is None or kind == "tag":
                continue
            if kind == "hide":
                if not self._hidden(closing, depth):
                    return []
                continue
            if kind == "close":
                if part != closing:
                    raise EdnError(f"{part} closes nothing", self.line)
                return []
            found = self._value(kind, part, depth)
            self.began = began
            return [found]
        if closing:
            raise EdnError(f"the text ends before {closing}", self.line)
        return []

    def _hidden(self, closing: str, depth: int) -> bool:
        if depth >= DEPTH_MAX:
            raise EdnError(f"nested more than {DEPTH_MAX} deep", self.line)
        return bool(self.form(closing, depth + 1))

    def _value(self, kind: str, part: str, depth: int) -> Any:
        if kind == "open":
            if depth >= DEPTH_MAX:
                raise EdnError(f"nested more than {DEPTH_MAX} deep", self.line)
            return self._collection(part, depth + 1)
        return _string(part) if kind == "string" else _atom(part, self.line)

    def _collection(self, opening: str, depth: int) -> Any:
        began = self.line
        parts: list[Any] = []
        while found := self.form(_CLOSES[opening], depth):
            parts += found
        if opening not in ("{", "#{"):
            return tuple(parts)
        if opening == "{" and len(parts) % 2:
            raise EdnError("a map has a key without a value", self.line)
        names = [exact(part) for part in (parts[::2] if opening == "{" else parts)]
        if len(set(names)) < len(names):
            raise EdnError(f"a {'map' if opening == '{' else 'set'} has the same key twice", began)
        return frozenset(names) if opening == "#{" else frozen_dict(zip(names, parts[1::2], strict=True))


def _string(part: str) -> str:
    r"""A pair of ``\u`` escapes may be one character, as in Java."""
    if "\\" not in part:
        return part[1:-1]
    found = _ESCAPE.sub(lambda each: chr(int(each[1], 16)) if each[1] else _ESCAPES.get(each[2], each[2]), part[1:-1])
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") if _paired(found) else found


def _paired(text: str) -> bool:
    return re.search("[\ud800-\udbff][\udc00-\udfff]", text) is not None


def _atom(part: str, line: int) -> Any:
    if part in _WORDS:
        return _WORDS[part]
    if len(part) > _DIGITS_MAX:
        raise EdnError(f"a number or a name of {len(part):,} characters; at most {_DIGITS_MAX:,} are read", line)
    if _INTEGER.fullmatch(part):
        return int(part.rstrip("N"))
    if not _FLOAT.fullmatch(part):
        return Word(part)
    number = float(part.rstrip("M"))
    if not isfinite(number):
        raise EdnError(f"{part} is larger than any number that can be held", line)
    return number
