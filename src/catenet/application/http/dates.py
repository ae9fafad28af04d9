"""Dates of HTTP (RFC 9110 section 5.6.7), in seconds since 1970 by the host's clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime


def format_date(seconds: float) -> str:
    """IMF-fixdate: ``Sun, 06 Nov 1994 08:49:37 GMT``."""
    return formatdate(int(seconds), usegmt=True)


def parse_date(text: str) -> int | None:
    """All three forms of the RFC; None if it is no date."""
    try:
        moment: datetime | None = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        moment = _other_form(text)
    if moment is None:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _other_form(text: str) -> datetime | None:
    for form in ("%a %b %d %H:%M:%S %Y", "%A, %d-%b-%y %H:%M:%S GMT"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def now() -> float:
    """The host's wall clock: virtual on a simulated host."""
    return time.time()
