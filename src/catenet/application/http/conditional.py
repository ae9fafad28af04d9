"""Conditional requests (RFC 9110 section 13): whether the client's copy is still good."""

from __future__ import annotations

import re

from catenet.application.http.dates import parse_date
from catenet.application.http.headers import Headers

ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


def entity_tags(value: str) -> list[str]:
    """The tags of a list, such as ``"a", W/"b"``."""
    return ETAG.findall(value)


def strong_match(one: str, other: str) -> bool:
    """RFC 9110 section 8.8.3.2."""
    return one == other and not one.startswith("W/")


def weak_match(one: str, other: str) -> bool:
    """The same section: weak tags too."""
    return one.removeprefix("W/") == other.removeprefix("W/")


def evaluate(method: str, headers: Headers, etag: str | None, modified_s: int | None) -> int | None:
    """The status that ends the request early: 304 or 412; None to go on.  In the order of RFC 9110 section 13.2.2.

    ``etag`` and ``modified_s`` are those of the current representation; None if it has none.
    """
    if (wanted := headers.get("if-match")) is not None:
        if not _any_match(wanted, etag, strong=True):
            return 412
    elif (limit := _date(headers, "if-unmodified-since")) is not None and modified_s is not None:
        if modified_s > limit:
            return 412
    safe = method in {"GET", "HEAD"}
    if (known := headers.get("if-none-match")) is not None:
        if _any_match(known, etag, strong=False):
            return 304 if safe else 412
    elif safe and (since := _date(headers, "if-modified-since")) is not None and modified_s is not None:
        if modified_s <= since:
            return 304
    return None


def range_applies(headers: Headers, etag: str | None, modified_s: int | None) -> bool:
    """If-Range (section 13.1.5): a range only of what the client has a part of already."""
    condition = headers.get("if-range")
    if condition is None:
        return True
    if condition.startswith(('"', "W/")):
        return etag is not None and strong_match(condition, etag)
    return modified_s is not None and parse_date(condition) == modified_s


def _any_match(wanted: str, etag: str | None, *, strong: bool) -> bool:
    if wanted.strip() == "*":
        return True  # there is a representation
    match = strong_match if strong else weak_match
    return etag is not None and any(match(tag, etag) for tag in entity_tags(wanted))


def _date(headers: Headers, name: str) -> int | None:
    value = headers.get(name)
    return None if value is None else parse_date(value)
