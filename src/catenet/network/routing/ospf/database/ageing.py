"""LSAs grow old and go (RFC 2328 section 14).

A database knows before which time nothing in it comes to MaxAge, so that one look through it in half an hour is
enough where all are refreshed.  An LSA at MaxAge goes when all neighbours have acknowledged it and none is in
exchange, for it might have been described to that one.
"""

from __future__ import annotations

from catenet.network.routing.ospf.database.flooding import expire
from catenet.network.routing.ospf.database.scope import Scope
from catenet.network.routing.ospf.origination.origination import removed
from catenet.network.routing.ospf.router import Router
from catenet.network.routing.ospf.tracing import AGED


def age_out(router: Router, scope: Scope) -> None:
    """Some LSAs came to MaxAge: their routers are gone."""
    for entry in scope.database.expired(router.now_ns):
        router.callbacks.lsa_flushed(scope.area_id, entry.lsa, AGED)
        expire(router, scope, entry)
    router.wake_at(scope.database.next_expiry_ns)


def remove_flushed(router: Router) -> None:
    """Forget what everybody knows to be gone."""
    router.review_flushed = False
    if router.exchanging > 0:
        return
    for scope in router.scopes():
        for key, entry in list(scope.flushing.items()):
            if entry.waiting == 0:
                del scope.flushing[key]
                scope.database.remove(key)
                removed(router, scope, key)
