"""The common part of RIP and OSPF in the lab: a daemon for each router that runs the protocol, and its interfaces.

A protocol runs on all links of a router, or on those in its ``networks``; for a router with several protocols,
:mod:`~catenet.lab.routing.protocols` selects the links of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Generic, Protocol, TypeVar

from catenet.host.routing.daemon import RoutingDaemon
from catenet.host.routing.redistribution import Redistribution, RouteGiver, RouteTaker, Terms
from catenet.kernel.kernel import Kernel
from catenet.lab.model.nodes import End, Router
from catenet.lab.model.registry import Registry
from catenet.lab.options.network_statements import NetworkStatements
from catenet.lab.routing.protocols import check_links, check_used


class DaemonOptions(Protocol):
    """The options that all routing protocols have."""

    @property
    def passive(self) -> tuple[str, ...]:
        """Names of links or neighbours to which nothing is sent."""

    @property
    def networks(self) -> NetworkStatements:
        """The networks of the links on which the protocol runs."""

    @property
    def redistribute(self) -> dict[int, Terms]:
        """The terms of redistribution, by the administrative distance of the source."""


Daemon = TypeVar("Daemon", bound=RoutingDaemon)
Options = TypeVar("Options", bound=DaemonOptions)


class RoutingDaemons(Generic[Daemon, Options]):
    """The daemons of one protocol in one internet; ``daemons`` and ``options`` are by router's name."""

    def __init__(self, protocol: str, kernel: Kernel, registry: Registry) -> None:
        self.daemons: Final[dict[str, Daemon]] = {}
        self.options: Final[dict[str, Options]] = {}
        self.redistributions: Final[dict[str, Redistribution]] = {}
        self._protocol: Final = protocol
        self._kernel: Final = kernel
        self._registry: Final = registry

    # -- implemented by each protocol

    def _make(self, router: Router, options: Options) -> Daemon:
        """Create a daemon without interfaces."""
        raise AssertionError(f"{type(self).__name__} makes no daemons")

    def _can_speak(self, router: Router, end: End, options: Options) -> bool:
        """Whether the protocol runs at an end."""
        raise AssertionError(f"{type(self).__name__} makes no daemons")

    def _add_interface(self, router: Router, end: End, daemon: Daemon, options: Options) -> None:
        """Run the protocol at an end."""
        raise AssertionError(f"{type(self).__name__} makes no daemons")

    def _advertise_own(self, router: Router, daemon: Daemon, options: Options) -> None:
        """Advertise the addresses that are on no link."""
        raise AssertionError(f"{type(self).__name__} makes no daemons")

    def _taker(self, daemon: Daemon) -> RouteTaker:
        """The receiver of redistributed routes."""
        raise AssertionError(f"{type(self).__name__} makes no daemons")

    # -- common to all protocols

    def configure(self) -> None:
        """Create the missing daemons of the protocol, and their missing interfaces."""
        routers = [router for router in self._registry.routers() if router.speaks(self._protocol)]
        for router in routers:
            self._configure(router)
        check_used(self._protocol, [(router, self.options[router.name].networks) for router in routers])

    def _configure(self, router: Router) -> None:
        options = self.options[router.name]
        daemon = self.daemons.get(router.name)
        fresh = daemon is None
        if daemon is None:
            daemon = self.daemons[router.name] = self._make(router, options)
        check_links(router, f"{self._protocol}: passive", options.passive)
        for end in router.ends:
            if end.interface is None or daemon.has(end.interface):
                continue
            if self._can_speak(router, end, options):
                self._add_interface(router, end, daemon, options)
        if fresh:
            self._advertise_own(router, daemon, options)
            self._kernel.call_after(0, daemon.start)

    def redistribute(self, givers: Mapping[int, Mapping[str, RouteGiver]]) -> None:
        """Start redistribution; ``givers`` are the other protocols, by distance and by router."""
        for name, daemon in self.daemons.items():
            terms = self.options[name].redistribute
            if terms and name not in self.redistributions:
                here = {origin: daemons[name] for origin, daemons in givers.items() if name in daemons}
                taker = self._taker(daemon)
                self.redistributions[name] = Redistribution(daemon.host, terms, taker, daemon.own_prefixes, here)
