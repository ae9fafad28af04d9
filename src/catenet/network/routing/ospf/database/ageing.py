"""Ageing of LSAs (RFC 2328 section 14).

A database stores a lower bound of the next time at MaxAge, so that one scan in half an hour is enough if all LSAs are
refreshed.  An LSA at MaxAge is removed when all neighbours have acknowledged it and none is in exchange, to which it
might have been described.
"""

from __future__ import annotations

from catenet.network.routing.ospf.database.flooding import expire
from catenet.network.routing.ospf.database.scope import Scope
from catenet.network.routing.ospf.origination.origination import removed
from catenet.network.routing.ospf.router import Router
from catenet.network.routing.ospf.tracing import AGED


def age_out(router: Router, scope: Scope) -> None:
    """Flush LSAs that reached MaxAge without a refresh."""
    for entry in scope.database.expired(router.now_ns):
        router.callbacks.lsa_flushed(scope.area_id, entry.lsa, AGED)
        expire(router, scope, entry)
    router.wake_at(scope.database.next_expiry_ns)


def remove_flushed(router: Router) -> None:
    """Remove flushed LSAs that all neighbours have acknowledged."""
    router.review_flushed = False
    if router.exchanging > 0:
        return
    for scope in router.scopes():
        for key, entry in list(scope.flushing.items()):
            assert scope.database.get(key) is entry, "a newer instance ends the flushing of the last one"
            if entry.waiting == 0:
                del scope.flushing[key]
                scope.database.remove(key)
                removed(router, scope, key)
