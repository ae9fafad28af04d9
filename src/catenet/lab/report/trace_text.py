"""Trace rows as text: prefixes, addresses, states and reasons by name instead of number.

Each kind of row has a function that returns its fields.  A kind without one shows its two numbers under their declared
names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from catenet.kernel.trace import KINDS, Row
from catenet.lab.model.processes import ProgramRecord
from catenet.lab.observe import timeline
from catenet.lab.report.routing.ospf_lsa import TYPE_NAMES
from catenet.link import drop_reasons, port
from catenet.link.aggregation import tracing as lacp
from catenet.link.aggregation.lacp_port import MUX_STATES
from catenet.link.half_duplex import csma_cd
from catenet.link.lldp import tracing as lldp
from catenet.link.mac import mac_text
from catenet.link.ppp import automaton, negotiation
from catenet.link.ppp.session import PROTOCOL_NAMES as PPP_PROTOCOLS
from catenet.link.switching import learning_switch as switch
from catenet.link.switching.spanning_tree import tracing as stp
from catenet.link.switching.spanning_tree.tree import ROLES, STATES
from catenet.network import tracing as network
from catenet.network.addresses import text as address_text
from catenet.network.routing.ospf import drop_reasons as ospf_drop_reasons
from catenet.network.routing.ospf import tracing as ospf
from catenet.network.routing.ospf.adjacency import interface as ospf_interface
from catenet.network.routing.ospf.adjacency import neighbour as ospf_neighbour
from catenet.network.routing.ospf.calculation.routes import PATH_TYPES
from catenet.network.routing.ospf.settings import FIRST_VIRTUAL
from catenet.network.routing.rip import drop_reasons as rip_drop_reasons
from catenet.network.routing.rip import tracing as rip
from catenet.physical import channel
from catenet.physical.loss_reasons import LOSS_TEXT
from catenet.transport.tcp.connection import tracing as tcp
from catenet.transport.tcp.connection.state import STATE_NAMES

Fields = dict[str, object]
PROTOCOLS: Final = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6", 89: "ospf"}
UPDATES: Final = {rip.PERIODIC: "periodic", rip.TRIGGERED: "triggered", rip.ANSWER: "answer"}


def fields(row: Row, programs: Sequence[ProgramRecord]) -> Fields:
    """The fields of a row by name.  ``programs`` are those of the run, in order of declaration."""
    if row.kind in _OF_PROGRAMS:
        return {"program": programs[row.a].process.name}
    told = _WORDS.get(row.kind)
    if told is not None:
        return told(row)
    kind = KINDS[row.kind]
    return {name: value for name, value in ((kind.a, row.a), (kind.b, row.b)) if name}


def _reason(names: dict[int, str], second: str) -> Callable[[Row], Fields]:
    return lambda row: {"reason": names.get(row.a, row.a), second: row.b}


def _packet_drop(row: Row) -> Fields:
    return {"reason": network.REASONS.get(row.a, row.a), "protocol": PROTOCOLS.get(row.b, row.b)}


def _address(row: Row) -> Fields:
    return {"address": address_text(row.a, row.b)}


def _collision(row: Row) -> Fields:
    return {"attempt": row.a, "collision": "late" if row.b else "in time"}


def _up(row: Row) -> Fields:
    return {"carrier": "up" if row.a else "down"}


def _nat(row: Row) -> Fields:
    return {"protocol": PROTOCOLS.get(row.a, row.a), "port": row.b}


def _rip_route(row: Row) -> Fields:
    change = rip.route_change(row)
    gateway = address_text(4, change.gateway) if change.gateway else "-"
    cause = rip.CAUSES.get(change.cause, change.cause)
    return {
        "prefix": _prefix(change.prefix, change.prefix_len),
        "metric": change.metric,
        "via": gateway,
        "cause": cause,
    }


def _rejected(names: Sequence[str] | dict[int, str]) -> Callable[[Row], Fields]:
    return lambda row: {"reason": names[row.a], "source": address_text(4, row.b)}


def _rip_update(row: Row) -> Fields:
    return {"cause": UPDATES.get(row.a, row.a), "routes": row.b}


def _ospf_route(row: Row) -> Fields:
    change = ospf.route_change(row)
    prefix = _prefix(change.prefix, change.prefix_len)
    because: Fields = {
        "lsa": _lsa(change.ls_type, change.link_state_id, change.advertising_router),
        "from": _router(change.received_from),
    }
    if not change.path_type:
        return {"prefix": prefix, "path": "none", **because}
    via = address_text(4, change.gateway) if change.gateway else "-"
    path = PATH_TYPES[change.path_type]
    return {"prefix": prefix, "path": path, "cost": change.cost, "via": via, "next_hops": change.hops, **because}


def _ospf_port(number: int) -> int | str:
    """An interface's number; the end of a virtual link by its name."""
    return number if number < FIRST_VIRTUAL else f"vlink{number - FIRST_VIRTUAL}"


def _ospf_neighbour(row: Row) -> Fields:
    change = ospf.state_change(row)
    states = ospf_neighbour.STATES
    return {
        "neighbour": address_text(4, change.number),
        "interface": _ospf_port(change.interface),
        "old": states[change.old],
        "new": states[change.new],
        "event": ospf_neighbour.EVENTS[change.event],
    }


def _ospf_interface(row: Row) -> Fields:
    change = ospf.state_change(row)
    states = ospf_interface.STATES
    event = ospf_interface.EVENTS[change.event]
    return {
        "interface": _ospf_port(change.number),
        "old": states[change.old],
        "new": states[change.new],
        "event": event,
    }


def _ospf_lsa(row: Row) -> Fields:
    news = ospf.lsa_event(row)
    return {
        "lsa": _lsa(news.ls_type, news.link_state_id, news.advertising_router),
        "area": "the whole AS" if news.area_id < 0 else address_text(4, news.area_id),
        "sequence": f"{news.sequence & 0xFFFFFFFF:#010x}",
        "from": _router(news.received_from),
        "cause": ospf.CAUSES.get(news.cause, news.cause),
    }


def _tcp_state(row: Row) -> Fields:
    return {"old": STATE_NAMES[row.a].replace("_", "-"), "new": STATE_NAMES[row.b].replace("_", "-")}


def _tcp_timeout(row: Row) -> Fields:
    return {"retries": row.a, "rto_ms": f"{row.b / 1e6:.6g}"}


def _prefix(prefix: int, prefix_len: int) -> str:
    return f"{address_text(4, prefix)}/{prefix_len}"


def _lsa(ls_type: int, link_state_id: int, router: int) -> str:
    if not ls_type:
        return "-"
    return f"{TYPE_NAMES.get(ls_type, ls_type)} {address_text(4, link_state_id)} of {address_text(4, router)}"


def _router(number: int) -> str:
    """A neighbour's router id; "itself" for 0."""
    return address_text(4, number) if number else "itself"


_OF_PROGRAMS: Final = (timeline.PROGRAM_STARTED, timeline.PROGRAM_FINISHED, timeline.PROGRAM_FAILED)
_WORDS: Final[dict[int, Callable[[Row], Fields]]] = {
    channel.ROW_LOST: _reason({int(code): text for code, text in LOSS_TEXT.items()}, "octets"),
    drop_reasons.ROW_DROP: _reason(drop_reasons.DROP_TEXT, "octets"),
    drop_reasons.ROW_MARK: _reason(drop_reasons.MARK_TEXT, "octets"),
    port.ROW_CARRIER: _up,
    csma_cd.ROW_COLLISION: _collision,
    switch.ROW_MOVED: lambda row: {"mac": mac_text(row.a), **({"vlan": row.b} if row.b else {})},
    negotiation.ROW_STATE: lambda row: {
        "protocol": PPP_PROTOCOLS.get(row.a, row.a),
        "state": automaton.STATE_NAMES[row.b],
    },
    stp.ROW_PORT: lambda row: {"role": ROLES[row.a], "state": STATES[row.b]},
    stp.ROW_ROOT: lambda row: {"root": mac_text(row.a), "cost": row.b},
    lacp.ROW_MEMBER: lambda row: {"state": MUX_STATES[row.a], "partner": mac_text(row.b)},
    lldp.ROW_NEIGHBOUR: lambda row: {"change": lldp.CHANGES[row.a], "chassis": mac_text(row.b)},
    network.DROP: _packet_drop,
    network.ADDRESS_CONFLICT: _address,
    network.NEIGHBOUR_FAILED: _address,
    network.CARRIER: _up,
    network.NAT_MAPPED: _nat,
    rip.ROUTE: _rip_route,
    rip.DROP: _rejected(rip_drop_reasons.REASONS),
    rip.UPDATE: _rip_update,
    ospf.ROUTE: _ospf_route,
    ospf.DROP: _rejected(ospf_drop_reasons.REASONS),
    ospf.NEIGHBOUR: _ospf_neighbour,
    ospf.INTERFACE: _ospf_interface,
    ospf.INSTALLED: _ospf_lsa,
    ospf.ORIGINATED: _ospf_lsa,
    ospf.FLUSHED: _ospf_lsa,
    tcp.STATE: _tcp_state,
    tcp.TIMEOUT: _tcp_timeout,
}
