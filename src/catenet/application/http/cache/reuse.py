"""Whether a stored response may be sent without asking the origin (RFC 9111 section 4, RFC 5861)."""

from __future__ import annotations

from enum import Enum

from catenet.application.http.cache.directives import Directives
from catenet.application.http.cache.stored import StoredResponse


class Reuse(Enum):
    """What to do with a stored response."""

    FRESH = "fresh"
    """Send it."""
    STALE = "stale"
    """Send it: the client accepts it stale."""
    STALE_WHILE_REVALIDATE = "stale_while_revalidate"
    """Send it, and validate it meanwhile (RFC 5861 section 3)."""
    VALIDATE = "validate"
    """Ask the origin first."""


def assess(stored: StoredResponse, wanted: Directives, now_s: float) -> Reuse:
    """``wanted`` are the directives of the request."""
    if "no-cache" in wanted or "no-cache" in stored.directives:
        return Reuse.VALIDATE
    age_s = stored.age_s(now_s)
    max_age_s, min_fresh_s = wanted.seconds("max-age"), wanted.seconds("min-fresh")
    if max_age_s is not None and age_s > max_age_s:
        return Reuse.VALIDATE
    left_s = stored.lifetime_s - age_s
    if min_fresh_s is not None and left_s < min_fresh_s:
        return Reuse.VALIDATE
    if left_s > 0:
        return Reuse.FRESH
    if not stored.may_be_stale:
        return Reuse.VALIDATE
    if "max-stale" in wanted and (
        wanted.argument("max-stale") is None or -left_s <= (wanted.seconds("max-stale") or 0)
    ):
        return Reuse.STALE
    behind_s = stored.directives.seconds("stale-while-revalidate")
    if behind_s is not None and -left_s < behind_s and max_age_s is None:
        return Reuse.STALE_WHILE_REVALIDATE
    return Reuse.VALIDATE


def stale_on_error(stored: StoredResponse, wanted: Directives, now_s: float) -> bool:
    """Whether it may be sent because the origin fails: ``stale-if-error`` of either side (RFC 5861 section 4)."""
    if not stored.may_be_stale or "no-cache" in wanted:
        return False
    stale_s = stored.age_s(now_s) - stored.lifetime_s
    allowed = (stored.directives.seconds("stale-if-error"), wanted.seconds("stale-if-error"))
    return any(limit_s is not None and stale_s < limit_s for limit_s in allowed)
