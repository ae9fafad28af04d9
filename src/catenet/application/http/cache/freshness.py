"""How long a response is fresh, and how old it was when it came (RFC 9111 section 4.2)."""

from __future__ import annotations

from catenet.application.http.cache.directives import Directives
from catenet.application.http.dates import parse_date
from catenet.application.http.headers import Headers

HEURISTIC_STATUSES = frozenset({200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501})
"""Cacheable without explicit freshness (RFC 9110 section 15.1); 206 is not stored here."""
HEURISTIC_RATIO = 0.1
"""Of the time since the last modification (RFC 9111 section 4.2.2)."""
HEURISTIC_MAX_S = 86400.0


def date_s(headers: Headers, otherwise_s: float) -> float:
    """The value of ``Date``, in seconds since 1970; ``otherwise_s`` if there is none."""
    value = headers.get("date")
    found = None if value is None else parse_date(value)
    return otherwise_s if found is None else float(found)


def explicit_lifetime_s(headers: Headers, directives: Directives, made_s: float) -> float | None:
    """What the origin says, for a shared cache; None if it says nothing (section 4.2.1)."""
    for name in ("s-maxage", "max-age"):
        told_s = directives.seconds(name)
        if told_s is not None:
            return float(told_s)
    expires = headers.get_all("expires")
    if not expires:
        return None
    end_s = parse_date(expires[0])
    return 0.0 if end_s is None else max(0.0, end_s - made_s)  # an invalid date is in the past: section 5.3


def lifetime_s(status: int, headers: Headers, directives: Directives, made_s: float) -> float:
    """The freshness lifetime, by a heuristic if the origin gives none (section 4.2.2)."""
    told_s = explicit_lifetime_s(headers, directives, made_s)
    if told_s is not None:
        return told_s
    modified = headers.get("last-modified")
    modified_s = None if modified is None else parse_date(modified)
    if modified_s is None or (status not in HEURISTIC_STATUSES and "public" not in directives):
        return 0.0
    return min(max(0.0, made_s - modified_s) * HEURISTIC_RATIO, HEURISTIC_MAX_S)


def initial_age_s(headers: Headers, made_s: float, asked_s: float, answered_s: float) -> float:
    """The age on arrival: ``corrected_initial_age`` of section 4.2.3."""
    apparent_s = max(0.0, answered_s - made_s)
    return max(apparent_s, age_value_s(headers) + (answered_s - asked_s))


def age_value_s(headers: Headers) -> float:
    """The field ``Age``; 0 without it or if it is invalid; the first of several (section 5.1)."""
    first = (headers.get("age") or "").partition(",")[0].strip()
    return float(min(int(first[:20]), 1 << 31)) if first.isascii() and first.isdigit() else 0.0
