"""An LSA as data: its header and its contents."""

from __future__ import annotations

from typing import Any, Final

from catenet.network.addresses import text
from catenet.network.routing.ospf.database.database import OWN, Entry
from catenet.network.routing.ospf.lsa.lsa import (
    ASBR_SUMMARY,
    EXTERNAL,
    LS_INFINITY,
    NETWORK,
    NP_BIT,
    NSSA,
    OPAQUE_AREA,
    OPAQUE_AS,
    OPAQUE_LINK,
    ROUTER,
    SUMMARY,
    ExternalBody,
    Lsa,
    RouterLink,
)
from catenet.network.routing.ospf.lsa.network_lsa import NetworkBody
from catenet.network.routing.ospf.lsa.opaque_lsa import OpaqueBody
from catenet.network.routing.ospf.lsa.router_lsa import (
    FLAG_B,
    FLAG_E,
    FLAG_NT,
    FLAG_V,
    POINT_TO_POINT,
    STUB,
    TRANSIT,
    VIRTUAL,
    RouterBody,
)
from catenet.network.routing.ospf.lsa.summary_lsa import SummaryBody

TYPE_NAMES: Final = {
    ROUTER: "router",
    NETWORK: "network",
    SUMMARY: "summary",
    ASBR_SUMMARY: "asbr-summary",
    EXTERNAL: "external",
    NSSA: "nssa-external",
    OPAQUE_LINK: "opaque-link",
    OPAQUE_AREA: "opaque-area",
    OPAQUE_AS: "opaque-as",
}
LINK_KINDS: Final = {
    POINT_TO_POINT: "point-to-point",
    TRANSIT: "transit",
    STUB: "stub",
    VIRTUAL: "virtual",
}
_FLAGS: Final = {FLAG_B: "B", FLAG_E: "E", FLAG_V: "V", FLAG_NT: "Nt"}


def lsa(entry: Entry, router: str | None, sender: str | None, now_ns: int) -> dict[str, Any]:
    """One LSA; ``router`` is the name of the advertising router, ``sender`` that of the neighbour that sent it."""
    what = entry.lsa
    return {
        "type": TYPE_NAMES[what.type],
        "link_state_id": text(4, what.link_state_id),
        "advertising_router": text(4, what.advertising_router),
        "node": router,
        "age_s": entry.age(now_ns),
        "sequence": f"{what.sequence & 0xFFFFFFFF:#010x}",
        "checksum": f"{what.checksum:#06x}",
        "length": what.length,
        "options": what.options,
        "received_from": None if entry.received_from == OWN else sender or text(4, entry.received_from),
        "flushed": bool(entry.is_flushed),
        "says": said(what),
    }


def said(what: Lsa) -> dict[str, Any]:
    """The contents of an LSA."""
    body = what.body
    if isinstance(body, RouterBody):
        return {
            "flags": [name for flag, name in _FLAGS.items() if body.flags & flag],
            "links": [_link(link) for link in body.links],
        }
    if isinstance(body, NetworkBody):
        return {
            "network": _network(what.link_state_id, body.mask),
            "routers": [text(4, router) for router in body.routers],
        }
    if isinstance(body, SummaryBody) and what.type == ASBR_SUMMARY:
        return {"router": text(4, what.link_state_id), "cost": _cost(body.cost)}
    if isinstance(body, SummaryBody):
        return {"network": _network(what.link_state_id, body.mask), "cost": _cost(body.cost)}
    if isinstance(body, OpaqueBody):
        return {"opaque_type": what.link_state_id >> 24, "octets": body.octets.hex()}
    assert isinstance(body, ExternalBody)
    return {
        "network": _network(what.link_state_id, body.mask),
        "metric_type": 2 if body.type2 else 1,
        "cost": _cost(body.cost),
        "forwarding": text(4, body.forwarding) if body.forwarding else None,
        "tag": body.tag,
        **({"translated": bool(what.options & NP_BIT)} if what.type == NSSA else {}),
    }


def _link(link: RouterLink) -> dict[str, Any]:
    kind = LINK_KINDS.get(link.kind, str(link.kind))
    if link.kind == STUB:
        return {"kind": kind, "network": _network(link.id, link.data), "cost": link.cost}
    names = {TRANSIT: "designated_router"}
    # The link data of an unnumbered link is an interface index, which is below 1.0.0.0.
    data = text(4, link.data) if link.data >> 24 else link.data
    return {"kind": kind, names.get(link.kind, "router"): text(4, link.id), "data": data, "cost": link.cost}


def _network(address: int, mask: int) -> str:
    return f"{text(4, address & mask)}/{mask.bit_count()}"


def _cost(cost: int) -> int | None:
    """The cost; None for LSInfinity."""
    return None if cost == LS_INFINITY else cost
