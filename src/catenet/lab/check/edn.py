"""Clojure's notation for data, as far as histories use it (https://github.com/edn-format/edn).

Maps, vectors, lists, sets, strings, characters, numbers, keywords, symbols, ``nil``, booleans; commas are space; a
tag (``#jepsen.history.Op{...}``) is passed over; ``;`` begins a comment and ``#_`` hides a form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

_TOKEN: Final = re.compile(
    r"""[\s,]+ | ;[^\n]* | (?P<string>"(?:[^"\\]|\\.)*") | (?P<open>\#?[{]|[\[(]) | (?P<close>[}\])]) | (?P<hide>\#_)
    | (?P<tag>\#[^\s,{}\[\]()";]+) | (?P<atom>\\.[^\s,{}\[\]()";]*|[^\s,{}\[\]()";\\\#]+)""",
    re.VERBOSE | re.DOTALL,
)
_CLOSES: Final = {"{": "}", "#{": "}", "[": "]", "(": ")"}
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_WORDS: Final = {"nil": None, "true": True, "false": False}


class EdnError(ValueError):
    """Text that is no EDN.  ``line`` counts from 1."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.line: Final = line


class Keyword(str):
    """``:ok`` is ``Keyword("ok")``, and equal to ``"ok"``."""

    __slots__ = ()


def forms(text: str) -> Iterator[tuple[int, Any]]:
    """The forms of a text, each with the line on which it begins.  Vectors and lists become tuples.

    Raises EdnError.
    """
    reader = _Reader(text)
    while True:
        found = reader.form("")
        if not found:
            return
        yield reader.began, found[0]


class _Reader:
    def __init__(self, text: str) -> None:
        self._text: Final = text
        self._at = 0
        self.line = 1
        self.began = 0

    def form(self, closing: str) -> list[Any]:
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
                self.form(closing)
                continue
            if kind == "close":
                if part != closing:
                    raise EdnError(f"{part} closes nothing", self.line)
                return []
            found = self._collection(part) if kind == "open" else _string(part) if kind == "string" else _atom(part)
            self.began = began
            return [found]
        if closing:
            raise EdnError(f"the text ends before {closing}", self.line)
        return []

    def _collection(self, opening: str) -> Any:
        parts: list[Any] = []
        while found := self.form(_CLOSES[opening]):
            parts += found
        if opening == "#{":
            return frozenset(parts)
        if opening != "{":
            return tuple(parts)
        if len(parts) % 2:
            raise EdnError("a map has a key without a value", self.line)
        return dict(zip(parts[::2], parts[1::2], strict=True))


def _string(part: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found.group(1), found.group(1)), part[1:-1], flags=re.DOTALL)


def _atom(part: str) -> Any:
    if part in _WORDS:
        return _WORDS[part]
    if part.startswith(":"):
        return Keyword(part[1:])
    if re.fullmatch(r"[+-]?\d+[NM]?", part):
        return int(part.rstrip("NM"))
    try:
        return float(part)
    except ValueError:
        return part
