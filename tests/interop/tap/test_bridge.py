"""A ring of two of our switches and Open vSwitch: one port blocks, the right bridge is the root, a cut heals.

Linux's own bridge hears no BPDU outside the first network namespace, so Open vSwitch stands there, with a datapath of
its own on two TAP devices.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catenet.kernel import Kernel
from catenet.link import Bridge, Port
from catenet.link.mac import local_mac
from catenet.link.switching.bridge_port import BridgePort
from catenet.link.switching.spanning_tree.settings import TreeSettings
from catenet.link.switching.spanning_tree.tree import FORWARDING, STATES, SpanningTree
from catenet.physical.wire import Wire
from catenet.tap import TAP, Driver, LinuxSetup, missing, station
from tests.interop.tap.open_vswitch import PROGRAMS, OpenVSwitch

HELLO_S, MAX_AGE_S, FORWARD_DELAY_S = 1, 6, 4
"""The least that the standard allows."""
ROOT = {"stp": "1000.020000000001", "rstp": "1.000.020000000001"}
"""The first switch, as Open vSwitch writes it."""


class SpeakingOpenVSwitch(OpenVSwitch):
    """One that speaks a spanning tree protocol."""

    def __init__(self, namespace: str, folder: Path, protocol: str) -> None:
        super().__init__(namespace, folder, f"{protocol}_enable=true")
        self.protocol = protocol

    def status(self, table: str, name: str) -> dict[str, str]:
        """What it says of the spanning tree of a bridge or a port."""
        column = "status" if self.protocol == "stp" else "rstp_status"
        text = self.control("get", table, name, column).strip("{}")
        return {key: value.strip('"') for key, value in (pair.split("=") for pair in text.split(", ") if pair)}

    def root(self) -> str:
        return self.status("bridge", "br0").get("stp_designated_root" if self.protocol == "stp" else "rstp_root_id", "")

    def state(self, port: str) -> str:
        return self.status("port", port).get("stp_state" if self.protocol == "stp" else "rstp_port_state", "").lower()

    def set_priority(self, priority: int) -> None:
        self.control("set", "bridge", "br0", f"other_config:{self.protocol}-priority={priority}")


class Ring:
    """``one`` - ``two`` - Open vSwitch - ``one``; ``one`` has the least priority number, so it is to be the root."""

    def __init__(self, setup: LinuxSetup, protocol: str, namespace: str, peer: SpeakingOpenVSwitch) -> None:
        self.kernel = Kernel(1)
        self.driver = Driver(self.kernel)
        self.peer = peer
        self.namespace = namespace
        times = HELLO_S, MAX_AGE_S, FORWARD_DELAY_S
        self.one = Bridge(self.kernel, "one", protocol=protocol, tree_settings=TreeSettings(4096, *times))
        self.two = Bridge(self.kernel, "two", protocol=protocol, tree_settings=TreeSettings(8192, *times))
        self.lay(self.port(self.one, 1), self.port(self.two, 2))
        self.wires = [self.plug(setup, self.one, "tap1", 3), self.plug(setup, self.two, "tap2", 4)]

    def port(self, bridge: Bridge, number: int) -> BridgePort:
        port = bridge.add_port(f"{bridge.name}.{number}", local_mac(number))
        assert isinstance(port, BridgePort)
        return port

    def plug(self, setup: LinuxSetup, bridge: Bridge, name: str, number: int) -> Wire:
        device = setup.device(name, TAP, self.namespace, addresses=[], offload=False)
        end = station(self.kernel, name, local_mac(90 + number), device)
        end.port.promiscuous = True
        self.peer.add_port(name)
        wire = self.lay(self.port(bridge, number), end.port)
        self.driver.add(end)
        return wire

    def lay(self, a: Port, b: Port) -> Wire:
        wire = Wire(self.kernel, a.name, b.name, a, b, 10**9, 1000)
        a.attach(wire.forward)
        b.attach(wire.backward)
        return wire

    def core(self, bridge: Bridge) -> SpanningTree:
        assert bridge.tree is not None
        assert bridge.tree.core is not None
        return bridge.tree.core

    def states(self) -> list[str]:
        """Of the six ports of the ring: ours of ``one`` and ``two``, then Open vSwitch's, as each says itself."""
        ours = [STATES[info.state] for bridge in (self.one, self.two) for info in self.core(bridge).port_infos()]
        return [*ours, self.peer.state("tap1"), self.peer.state("tap2")]

    def wait(self, done: Callable[[], bool], seconds: int) -> None:
        for _ in range(seconds):
            self.driver.run(1.0)
            if done():
                return
        assert done(), f"not so after {seconds} s: {self.states()}, the root of the peer is {self.peer.root()}"


@pytest.fixture(params=["stp", "rstp"])
def ring(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ring]:
    lacks = missing(namespaces=True)
    if lacks:
        pytest.skip(lacks)
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    if absent:
        pytest.skip(f"{absent[0]} is not installed")
    with LinuxSetup(tmp_path) as setup:
        namespace = setup.namespace(f"catenet-bridge-{os.getpid()}-{request.param}")
        peer = SpeakingOpenVSwitch(namespace, tmp_path, request.param)
        try:
            made = Ring(setup, request.param, namespace, peer)
            try:
                yield made
            finally:
                made.driver.close()
        finally:
            peer.close()


@pytest.mark.slow
def test_a_ring_with_open_vswitch(ring: Ring) -> None:
    forwarding, root = STATES[FORWARDING], ROOT[ring.peer.protocol]

    def whole() -> bool:
        states = ring.states()
        blocked = [state for state in states if state in ("blocking", "discarding")]
        return states.count(forwarding) == 5 and len(blocked) == 1 and ring.peer.root() == root

    ring.wait(whole, 30)
    ring.driver.run(3)
    assert whole(), ring.states()
    first = ring.core(ring.one).bridge_id
    assert [ring.core(bridge).root()[0] for bridge in (ring.one, ring.two)] == [first, first]

    ring.wires[0].cut()
    ring.wait(lambda: [ring.states()[number] for number in (0, 2, 3, 5)] == [forwarding] * 4, 40)
    assert ring.peer.root() == root

    ring.wires[0].heal()
    ring.wait(whole, 40)
    ring.peer.set_priority(0)
    ring.wait(lambda: all(ring.core(bridge).root()[0] >> 48 == 0 for bridge in (ring.one, ring.two)), 20)
