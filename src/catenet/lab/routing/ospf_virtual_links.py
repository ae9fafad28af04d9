"""Virtual links of OSPF routers: from the options of both ends, once all routers have their ids and their areas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from catenet.errors import LabError, did_you_mean
from catenet.host.routing.ospf import OspfDaemon
from catenet.lab.options.ospf import OspfOptions, VirtualLinkOptions, parse_id
from catenet.network.addresses import text
from catenet.network.routing.ospf.calculation.areas import BACKBONE
from catenet.network.routing.ospf.settings import virtual_link

_INHERITED: Final = ("hello_ns", "dead_ns", "retransmit_ns", "transmit_delay_s", "key")
"""The options that a virtual link inherits from the router, unless it has its own."""


def add_virtual_links(name: str, daemons: Mapping[str, OspfDaemon], options: Mapping[str, OspfOptions]) -> None:
    """Add the virtual links of a router to its daemon.  Raises :class:`LabError` for an impossible one."""
    own = options[name]
    if BACKBONE not in daemons[name].machine.areas and BACKBONE in own.areas:
        daemons[name].add_area(own.areas[BACKBONE])
    for number, link in enumerate(own.virtual_links):
        owner = f"router {name}: ospf: virtual_links"
        peer_id = _peer_id(link, daemons, owner)
        chosen: dict[str, Any] = {key: own.interface[key] for key in _INHERITED if key in own.interface}
        try:
            settings = virtual_link(number, link.area_id, peer_id, **{**chosen, **link.interface})
            daemons[name].add_virtual_link(settings)
        except ValueError as error:
            raise LabError(f"{owner}: {error}") from error
        _check_other_end(name, link, peer_id, daemons, options)


def _peer_id(link: VirtualLinkOptions, daemons: Mapping[str, OspfDaemon], owner: str) -> int:
    if isinstance(link.router, str) and link.router in daemons:
        return int(daemons[link.router].machine.router_id)
    try:
        return parse_id(link.router, "router")
    except LabError as error:
        hint = did_you_mean(str(link.router), list(daemons))
        raise LabError(
            f"{owner}: {link.router!r} is neither a router that speaks OSPF nor a router id{hint}"
        ) from error


def _check_other_end(
    name: str,
    link: VirtualLinkOptions,
    peer_id: int,
    daemons: Mapping[str, OspfDaemon],
    options: Mapping[str, OspfOptions],
) -> None:
    """Raise LabError if the other end lacks the virtual link, which then never comes up.

    The configuration of a router outside of this internet is unknown, and not checked.
    """
    own_id = int(daemons[name].machine.router_id)
    for other, daemon in daemons.items():
        if daemon.machine.router_id != peer_id:
            continue
        for back in options[other].virtual_links:
            if back.area_id == link.area_id and _peer_id(back, daemons, f"router {other}: ospf") == own_id:
                return
        raise LabError(
            f"router {name}: ospf: virtual_links: {other} has none to {name} through area {text(4, link.area_id)}; "
            "both ends are to be configured"
        )
