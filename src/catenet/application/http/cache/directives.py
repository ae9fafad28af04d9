"""Directives of Cache-Control, of requests and of responses (RFC 9111 section 5.2)."""

from __future__ import annotations

import re

from catenet.application.http.headers import Headers

ELEMENT = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
QUOTED_PAIR = re.compile(r"\\(.)")
DELTA_MAX_S = 1 << 31
"""Longer times are taken for this one (RFC 9111 section 1.2.2)."""


class Directives:
    """Directives by name, in lower case; those without an argument have the value None.  The first of a name counts."""

    __slots__ = ("_values",)

    def __init__(self, headers: Headers) -> None:
        self._values: dict[str, str | None] = {}
        for value in headers.get_all("cache-control"):
            for element in ELEMENT.findall(value):
                name, equals, argument = element.partition("=")
                self._values.setdefault(name.strip().lower(), _unquoted(argument.strip()) if equals else None)

    @classmethod
    def of_request(cls, headers: Headers) -> Directives:
        """The same, where ``Pragma: no-cache`` without Cache-Control means no-cache (section 5.4)."""
        made = cls(headers)
        if "cache-control" not in headers and "no-cache" in headers.tokens("pragma"):
            made._values["no-cache"] = None
        return made

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def argument(self, name: str) -> str | None:
        """The argument; None if there is none, or no such directive."""
        return self._values.get(name)

    def seconds(self, name: str) -> int | None:
        """The argument as a time; None without the directive; 0 if it is no number, which never makes fresh."""
        if name not in self._values:
            return None
        argument = self._values[name] or ""
        return min(int(argument[:20]), DELTA_MAX_S) if argument.isascii() and argument.isdigit() else 0


def _unquoted(argument: str) -> str:
    if len(argument) >= 2 and argument[0] == argument[-1] == '"':
        return QUOTED_PAIR.sub(r"\1", argument[1:-1])
    return argument
