"""A bond of Open vSwitch and an aggregate of ours: both distribute over both links, and one link is enough."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from catenet.kernel import Kernel
from catenet.link import Bridge
from catenet.link.aggregation.aggregate import AggregatePort
from catenet.link.aggregation.lacpdu import COLLECTING, DISTRIBUTING, SYNCHRONIZATION
from catenet.link.aggregation.settings import AggregateSettings
from catenet.link.mac import local_mac
from catenet.link.switching.bridge_port import BridgePort
from catenet.physical.wire import Wire
from catenet.tap import TAP, Driver, LinuxSetup, missing, station
from tests.interop.tap.open_vswitch import PROGRAMS, OpenVSwitch

WORKING = SYNCHRONIZATION | COLLECTING | DISTRIBUTING


class Bonded:
    """A bridge with an aggregate of two links to Open vSwitch."""

    def __init__(self, setup: LinuxSetup, namespace: str, peer: OpenVSwitch) -> None:
        self.kernel = Kernel(1)
        self.driver = Driver(self.kernel)
        self.peer = peer
        self.bridge = Bridge(self.kernel, "sw")
        self.wires: list[Wire] = []
        ports = [self.bridge.add_port(f"sw.{number}", local_mac(number + 1)) for number in range(2)]
        first = ports[0]
        assert isinstance(first, BridgePort)
        self.aggregate = AggregatePort(self.bridge, "sw.bond", first, AggregateSettings(short=True), local_mac(1), 1)
        for number, port in enumerate(ports):
            assert isinstance(port, BridgePort)
            self.bridge.stand_in(port, self.aggregate)
            self.aggregate.add(port)
            device = setup.device(f"tap{number}", TAP, namespace, addresses=[], offload=False)
            end = station(self.kernel, f"tap{number}", local_mac(90 + number), device)
            wire = Wire(self.kernel, port.name, f"tap{number}", port, end.port, 10**9, 1000)
            port.attach(wire.forward)
            end.port.attach(wire.backward)
            self.wires.append(wire)
            self.driver.add(end)
        peer.control(
            "add-bond",
            "br0",
            "bond0",
            "tap0",
            "tap1",
            "bond_mode=balance-tcp",
            "lacp=active",
            "other_config:lacp-time=fast",
        )

    def states(self) -> list[tuple[int, int]]:
        return [
            (member.lacp.actor.state & WORKING, member.lacp.partner.state & WORKING)
            for member in self.aggregate.members
        ]

    def enabled(self) -> int:
        """How many links Open vSwitch sends by, by its own account."""
        shown = self.peer.run("ovs-appctl", "-t", f"{self.peer.folder}/ovs-vswitchd.ctl", "bond/show", "bond0")
        assert "lacp_status: negotiated" in shown or "lacp_status: configured" in shown, shown
        return shown.count(": enabled")

    def wait(self, done: Callable[[], bool]) -> None:
        for _ in range(25):
            self.driver.run(1.0)
            if done():
                return
        assert done(), f"not so after 25 s: {self.states()}, {self.enabled()} are enabled there"


@pytest.mark.slow
def test_a_bond_of_open_vswitch(tmp_path: Path) -> None:
    lacks = missing(namespaces=True)
    if lacks:
        pytest.skip(lacks)
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    if absent:
        pytest.skip(f"{absent[0]} is not installed")
    with LinuxSetup(tmp_path) as setup:
        namespace = setup.namespace(f"catenet-lacp-{os.getpid()}")
        peer = OpenVSwitch(namespace, tmp_path)
        try:
            bonded = Bonded(setup, namespace, peer)
            try:
                _negotiates(bonded)
            finally:
                bonded.driver.close()
        finally:
            peer.close()


def _negotiates(bonded: Bonded) -> None:
    both = [(WORKING, WORKING)] * 2
    bonded.wait(lambda: bonded.states() == both and bonded.enabled() == 2)
    partners = {member.lacp.partner.system for member in bonded.aggregate.members}
    assert len(partners) == 1
    assert partners != {0}
    assert len(bonded.aggregate.distributing) == 2
    bonded.wires[0].cut()
    bonded.wait(lambda: bonded.enabled() == 1 and len(bonded.aggregate.distributing) == 1)
    bonded.wires[0].heal()
    bonded.wait(lambda: bonded.states() == both and bonded.enabled() == 2)
    assert [member.bad_pdus for member in bonded.aggregate.members] == [0, 0]
