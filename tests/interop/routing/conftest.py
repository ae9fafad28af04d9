"""Simulated routers with real routing daemons as their neighbours, in real time."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from ipaddress import IPv4Address, ip_network
from typing import Any, TypeVar

import pytest

from catenet.host.routing.ospf import OspfDaemon
from catenet.internet import Internet
from catenet.lab.attach.attached import Attached
from catenet.lab.model.link import Link
from catenet.network.routing.ospf.adjacency import interface as interface_states
from catenet.network.routing.ospf.adjacency import neighbour as neighbour_states
from catenet.network.routing.ospf.drop_reasons import REASONS
from catenet.tap import missing

from .peers import Inquiry, Peer, UnansweredError

P = TypeVar("P", bound=Peer)
NUMBERS = itertools.count(1)
LOOK_NS = 100_000_000
"""How often it is looked whether something has come true."""


class Neighbourhood:
    """An internet and the peers that are plugged in.  Declare, :meth:`open`, start the peers, then :meth:`until`."""

    def __init__(self, stack: ExitStack) -> None:
        self.net = Internet(seed=7)
        self.peers: list[Peer] = []
        self.attached: Attached
        self._stack = stack

    def peer(self, kind: type[P], name: str) -> P:
        """One more peer, in a namespace that nobody else has."""
        made = kind(name, f"cat{os.getpid()}-{next(NUMBERS)}-{name}")
        self._stack.callback(made.remove)
        self.peers.append(made)
        return made

    def plug(self, peer: Peer, device: str, at: Any, theirs: str, ours: str | None = None, **options: Any) -> Link:
        """Give a peer a device on a link to a router, or on a switch, and both ends' addresses.

        ``options`` are the link's.
        """
        name = f"{peer.name}-{device}"
        attachment = self.net.attach(name, namespace=peer.space, device=device, routes=[])
        addresses = {name: [theirs]} if ours is None else {name: [theirs], at.name: [ours]}
        return self.net.link(attachment, at, addresses=addresses, **options)

    def open(self) -> None:
        """Make it all."""
        self.attached = self._stack.enter_context(Attached(self.net._world))
        for peer in self.peers:
            peer.rig = self.attached.rig

    def until(self, done: Callable[[], bool], why: Callable[[], str] = str, seconds: float = 40.0) -> None:
        """Go on until something is so; ``why`` tells what it was that was not."""
        kernel, driver = self.net._world.kernel, self.attached.driver
        came = []

        def look() -> None:
            if self._is_so(done):
                came.append(True)
                self.attached.stop()
            else:
                kernel.call_after(LOOK_NS, look)

        with Inquiry() as inquiry:
            for peer in self.peers:
                peer.inquiry = inquiry
            kernel.call_after(0, look)
            driver.run(seconds)
        for peer in self.peers:
            peer.inquiry = None
        assert came, f"not after {seconds} s; {driver.lag}\n{why()}\n{self.describe()}"

    def _is_so(self, done: Callable[[], bool]) -> bool:
        try:
            return done()
        except UnansweredError:
            return False

    def go_on(self, seconds: float) -> None:
        """Let time pass."""
        self.attached.driver.run(seconds)

    def routes(self, router: Any) -> dict[str, set[str]]:
        """What a simulated router forwards by a protocol: gateways by prefix."""
        found: dict[str, set[str]] = {}
        for route in router.stack.fib4.routes():
            if route.metric > 1:
                prefix = str(ip_network((route.prefix, int(route.prefix_len))))
                found[prefix] = {str(IPv4Address(hop.gateway)) for hop in route.hops}
        return found

    def describe(self) -> str:
        """What everybody has, for a failing test to tell."""
        lines = [f"{router.name} (ours): {self.routes(router)}" for router in self.net._world.registry.routers()]
        lines += [f"{name} (ours):\n{daemon_story(daemon)}" for name, daemon in self.net.ospf.daemons.items()]
        for peer in self.peers:
            lines.append(f"{peer.name}: {peer.routes()}\n{peer.story()}\n{peer.log()}")
        return "\n".join(lines)


def daemon_story(daemon: OspfDaemon) -> str:
    """What one of our OSPF daemons knows of its neighbours, and the packets that it rejected."""
    lines = [
        f"  {interface.settings.name}: {interface_states.STATES[interface.state]}, {IPv4Address(neighbour.router_id)}"
        f" {neighbour_states.STATES[neighbour.state]}"
        for interface in daemon.machine.interfaces
        for neighbour in interface.neighbours.values()
    ]
    drops = enumerate(daemon.machine.drops)
    return "\n".join([*lines, *(f"  {count} times {REASONS[reason]}" for reason, count in drops if count)])


@pytest.fixture
def neighbourhood() -> Iterator[Neighbourhood]:
    """An empty one; the test fills and opens it."""
    lacks = missing(namespaces=True)
    if lacks:
        pytest.skip(lacks)
    with ExitStack() as stack:
        yield Neighbourhood(stack)
