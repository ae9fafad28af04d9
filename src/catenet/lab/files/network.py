"""Networks from TOML: the tables ``routers``, ``switches`` and ``links`` of a scenario, or of a separate file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from catenet.lab.files.schema import LinkTable, NetworkFile, RouterTable, ScenarioFile
from catenet.lab.files.toml import place, read_toml
from catenet.lab.model.names import fold

if TYPE_CHECKING:
    from catenet.lab.model.nodes import Router
    from catenet.lab.world.builder import Builder

_LENGTHS: Final = frozenset({"delay", "length"})


ProtocolOptions = dict[str, dict[str, Any]]
"""Options of the routers that run a protocol, by protocol."""


def lay_network_of(net: Builder, path: Path, options: dict[str, Any], protocols: ProtocolOptions) -> tuple[Router, ...]:
    """Build the network of a TOML file, and return its routers.

    ``options`` are the defaults of links, ``protocols`` those of routers.  Raises
    :class:`~catenet.errors.ScenarioError`.
    """
    network, text = read_toml(path, NetworkFile)

    @contextmanager
    def at(*keys: str | int) -> Iterator[None]:
        try:
            yield
        except ValueError as error:
            raise place(path, text, keys, str(error)) from error

    lay_network(net, network, at, options, protocols)
    return tuple(router for router in net.registry.routers() if router.name in network.routers)


def lay_network(
    net: Builder, network: NetworkFile, at: Callable[..., Any], options: dict[str, Any], protocols: ProtocolOptions
) -> None:
    """Build routers, switches and the links between them; links to hosts are built later."""
    for name, router in network.routers.items():
        with at("routers", name):
            net.router(
                name,
                routing=router.routing,
                position=router.position,
                addresses=router.addresses,
                rip=_options_of("rip", {**protocols.get("rip", {}), **network.rip.given()}, router),
                ospf=_options_of("ospf", joined(protocols.get("ospf", {}), network.ospf), router),
                lldp=router.lldp,
                advertise=router.advertise,
                send_redirects=router.send_redirects,
            )
    for name, switch in network.switches.items():
        with at("switches", name):
            net.switch(name, **switch.options())
    for name, segment in network.segments.items():
        with at("segments", name):
            net.segment(name, **segment.options())
    named = [*network.hosts, *network.attach] if isinstance(network, ScenarioFile) else []
    hosts = {fold(name) for name in named}
    for number, table in enumerate(network.links):
        if hosts.isdisjoint(fold(end) for end in table.between):
            with at("links", number):
                net.link(
                    *table.between,
                    name=table.name,
                    addresses=table.addresses,
                    subnets=table.subnets,
                    options=link_options(net, table, options),
                )


def _options_of(protocol: str, options: dict[str, Any], router: RouterTable) -> dict[str, Any] | None:
    """A router's own options merged over those of all routers."""
    own = router.protocol_options(protocol)
    return joined(options, own or {}) if protocol in router.routing.split("+") else own


def joined(options: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Merge own options over those of all; areas are merged one by one."""
    areas = {**options.get("areas", {}), **own.get("areas", {})}
    return {**options, **own, **({"areas": areas} if areas else {})}


def merged(defaults: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Merge options over defaults.

    A link with a length or a delay takes no default for the other.
    """
    kept = {key: value for key, value in defaults.items() if not (key in _LENGTHS and given.keys() & _LENGTHS)}
    return {**kept, **given}


def link_options(net: Builder, table: LinkTable, defaults: dict[str, Any]) -> dict[str, Any]:
    """A link's options; the default delay applies only if an end has no position."""
    given = table.given()
    if all(getattr(net.registry.nodes.get(end), "position", None) is not None for end in table.between):
        defaults = {key: value for key, value in defaults.items() if key not in _LENGTHS}
    return merged(defaults, given)
