"""Own LSAs: origination, refresh, correction and flushing (RFC 2328 sections 12.1.6, 12.4, 13.4).

Calls of :func:`originate` and :func:`originate_only` may be frequent: no LSA is sent with unchanged contents, or within
MinLSInterval.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf.database.database import OWN, Entry
from catenet.network.routing.ospf.database.flooding import expire, flood, install
from catenet.network.routing.ospf.database.scope import Origin, Scope
from catenet.network.routing.ospf.lsa.body import LsaBody
from catenet.network.routing.ospf.lsa.lsa import (
    INITIAL_SEQUENCE,
    LS_REFRESH_S,
    MAX_SEQUENCE,
    NETWORK,
    Lsa,
    lsa_key,
)
from catenet.network.routing.ospf.router import SECOND_NS, Router
from catenet.network.routing.ospf.tracing import (
    CHANGED,
    NEW,
    NOT_OURS,
    NOT_WANTED,
    RECLAIMED,
    REFRESHED,
    WRAPPED,
)

TOGETHER_NS: Final[i64] = SECOND_NS
"""LSAs due within this time are refreshed together."""


def originate(router: Router, scope: Scope, ls_type: int, link_state_id: int, options: int, body: LsaBody) -> None:
    """Originate an LSA of this type and link state id, and keep it refreshed."""
    key = lsa_key(ls_type, link_state_id, router.router_id)
    origin = scope.origins.get(key)
    if origin is None:
        origin = scope.origins[key] = Origin(ls_type, link_state_id, router.settings)
    origin.options = options
    origin.body = body
    _originate_next(router, scope, origin, CHANGED)


def withdraw(router: Router, scope: Scope, key: int) -> None:
    """Flush an LSA (section 14.1, premature ageing)."""
    origin = scope.origins.get(key)
    if origin is None or origin.body is None:
        return
    origin.body = None
    origin.due_ns = NEVER
    origin.refresh_at_ns = NEVER
    entry = scope.database.get(key)
    if entry is not None and not entry.is_flushed:
        _flush(router, scope, entry, NOT_WANTED)


def originate_only(router: Router, scope: Scope, ls_types: list[int], wanted: dict[int, tuple[int, LsaBody]]) -> None:
    """Originate exactly the wanted LSAs (options and body, by key) of these types, and flush others."""
    for key, origin in list(scope.origins.items()):
        if origin.body is not None and origin.type in ls_types and key not in wanted:
            withdraw(router, scope, key)
    for key, (options, body) in wanted.items():
        originate(router, scope, key >> 64, key >> 32 & 0xFFFFFFFF, options, body)


def is_self_originated(router: Router, lsa: Lsa) -> bool:
    """Section 13.4: by its router id, or a network-LSA that bears one of this router's addresses."""
    if lsa.advertising_router == router.router_id:
        return True
    return lsa.type == NETWORK and router.is_own_address(lsa.link_state_id)


def reclaim(router: Router, scope: Scope, entry: Entry) -> None:
    """Section 13.4: a received LSA of this router is newer than its own: from before a restart, or forged."""
    origin = scope.origins.get(entry.lsa.key)
    if origin is not None and origin.body is not None:
        _originate_next(router, scope, origin, RECLAIMED)
    elif not entry.is_flushed:
        _flush(router, scope, entry, NOT_OURS)


def removed(router: Router, scope: Scope, key: int) -> None:
    """A flushed LSA was removed from the database: originate its delayed successor (section 12.1.6)."""
    origin = scope.origins.get(key)
    if origin is not None and origin.body is not None:
        _originate_next(router, scope, origin, WRAPPED)


def flush_all(router: Router) -> None:
    """Flush all own LSAs, for a shutdown."""
    for scope in router.scopes():
        for key in list(scope.origins):
            withdraw(router, scope, key)


def origins_due(router: Router, scope: Scope) -> None:
    """Handle the expired deadlines of origins."""
    now_ns = router.now_ns
    scope.origin_due_ns = NEVER
    for key, origin in list(scope.origins.items()):
        if origin.due_ns <= now_ns:
            _originate_next(router, scope, origin, origin.due_cause)
        elif origin.refresh_at_ns <= now_ns + TOGETHER_NS:
            _originate_next(router, scope, origin, REFRESHED)
        elif origin.body is None and scope.database.get(key) is None and origin.delay.free_at_ns() <= now_ns:
            del scope.origins[key]
        scope.origin_due_ns = min(scope.origin_due_ns, origin.deadline_ns())
    router.wake_at(scope.origin_due_ns)


def _originate_next(router: Router, scope: Scope, origin: Origin, cause: int) -> None:
    """Originate the next instance, if its contents have changed and the interval has passed."""
    body = origin.body
    assert body is not None
    entry = scope.database.get(lsa_key(origin.type, origin.link_state_id, router.router_id))
    if cause == CHANGED and entry is not None and _is_current(origin, body, entry):
        origin.due_ns = NEVER
        return
    if router.now_ns < origin.delay.free_at_ns():
        _say_later(router, scope, origin, cause)
        return
    origin.due_ns = NEVER
    sequence = INITIAL_SEQUENCE
    if entry is not None:
        if entry.lsa.sequence == MAX_SEQUENCE:
            # Until it is flushed everywhere, no sequence number is newer (section 12.1.6).
            origin.refresh_at_ns = NEVER
            if not entry.is_flushed:
                _flush(router, scope, entry, WRAPPED)
            return
        sequence = entry.lsa.sequence + 1
    elif cause == CHANGED:
        cause = NEW
    _send(
        router,
        scope,
        origin,
        Lsa(origin.type, origin.link_state_id, router.router_id, origin.options, sequence, body),
        cause,
    )


def _is_current(origin: Origin, body: LsaBody, entry: Entry) -> bool:
    """Whether the LSA in the database has these contents."""
    if entry.is_flushed or entry.received_from != OWN:
        return False
    return entry.lsa.options == origin.options and (entry.lsa.body is body or entry.lsa.body == body)


def _say_later(router: Router, scope: Scope, origin: Origin, cause: int) -> None:
    if origin.due_ns == NEVER or cause != CHANGED:
        origin.due_cause = cause
    origin.due_ns = origin.delay.free_at_ns()
    _wait(router, scope, origin)


def _wait(router: Router, scope: Scope, origin: Origin) -> None:
    scope.origin_due_ns = min(scope.origin_due_ns, origin.deadline_ns())
    router.wake_at(scope.origin_due_ns)


def _send(router: Router, scope: Scope, origin: Origin, lsa: Lsa, cause: int) -> None:
    now_ns = router.now_ns
    jitter_ns = int(router.settings.refresh_jitter_ns)
    origin.delay.originated(now_ns)
    origin.refresh_at_ns = now_ns + LS_REFRESH_S * SECOND_NS - (router.stream.below(jitter_ns) if jitter_ns else 0)
    _wait(router, scope, origin)
    entry = Entry(lsa, 0, now_ns, OWN, False)
    install(router, scope, entry)
    router.callbacks.lsa_originated(scope.area_id, lsa, cause)
    flood(router, scope, entry, None)


def _flush(router: Router, scope: Scope, entry: Entry, cause: int) -> None:
    router.callbacks.lsa_flushed(scope.area_id, entry.lsa, cause)
    expire(router, scope, entry)
