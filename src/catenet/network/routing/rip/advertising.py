"""Advertising: updates with split horizon, and responses to requests (RFC 2453 sections 3.4.3, 3.9.1)."""

from __future__ import annotations

from mypy_extensions import i64

from catenet.network.routing.rip.authentication import room
from catenet.network.routing.rip.message import (
    FAMILY_IPV4,
    INFINITY,
    RESPONSE,
    VERSION,
    Entry,
    Message,
    mask_of,
    prefix_len_of,
)
from catenet.network.routing.rip.route import RipRoute
from catenet.network.routing.rip.settings import RipInterface, RipSettings
from catenet.network.routing.rip.table import RipTable

SUPPRESSED = 0
"""The metric of routes suppressed by split horizon."""


def metric_towards(route: RipRoute, interface: RipInterface, settings: RipSettings) -> int:
    """The metric to advertise on an interface; :data:`SUPPRESSED` to suppress the route.

    A dead route is advertised on all interfaces.  The next hop of a static route is behind the link, so the link's
    other routers need the advertisement.
    """
    if route.dead or not settings.split_horizon:
        return route.metric
    if route.given:
        return SUPPRESSED if route.interface is interface and route.next_hop == 0 else route.metric
    if not route.leaves_by(interface):
        return route.metric
    return INFINITY if settings.poison_reverse else SUPPRESSED


def entries_for(table: RipTable, interface: RipInterface, only_changed: bool) -> list[Entry]:
    """The entries of the table, or the changed ones, to advertise on an interface."""
    entries: list[Entry] = []
    for route in table.routes.values():
        if only_changed and not route.changed:
            continue
        metric = metric_towards(route, interface, table.settings)
        if metric != SUPPRESSED:
            entries.append(_entry(route, interface, metric))
    return entries


def _entry(route: RipRoute, interface: RipInterface, metric: int) -> Entry:
    """The next hop is advertised if it is on the link and does not run RIP itself (section 4.4)."""
    next_hop = 0
    if route.given and route.interface is interface and interface.is_on_link(route.next_hop):
        next_hop = route.next_hop
    return Entry(FAMILY_IPV4, route.tag, route.prefix, mask_of(route.prefix_len), next_hop, metric)


def responses(entries: list[Entry], interface: RipInterface) -> list[bytes]:
    """Entries split into messages, before authentication."""
    most: i64 = room(interface.key)
    messages: list[bytes] = []
    place: i64 = 0
    count: i64 = len(entries)
    while place < count:
        messages.append(Message(RESPONSE, VERSION, entries[place : place + most]).emit())
        place += most
    return messages


def answers(table: RipTable, asked: list[Entry]) -> list[Entry]:
    """The metrics of the requested prefixes, without split horizon, since the request is diagnostic."""
    found: list[Entry] = []
    for entry in asked:
        prefix_len = prefix_len_of(entry.mask)
        route = table.find(entry.address, prefix_len) if entry.family == FAMILY_IPV4 and prefix_len >= 0 else None
        metric = INFINITY if route is None else route.metric
        tag = entry.tag if route is None else route.tag
        found.append(Entry(entry.family, tag, entry.address, entry.mask, entry.next_hop, metric))
    return found
