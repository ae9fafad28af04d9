"""A simulated machine on a TAP or TUN device, in a network namespace that is made for one test."""

from __future__ import annotations

import itertools
import os
import socket
import threading
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar

import pytest

from catenet.host.host import Host, Router
from catenet.kernel import Kernel
from catenet.link import DropTail
from catenet.link.mac import local_mac
from catenet.link.port import Port
from catenet.network.forwarding.route import UNICAST, NextHop, Route
from catenet.network.interface import Interface
from catenet.physical.wire import Wire
from catenet.tap import TUN, Device, DeviceStation, Driver, LinuxSetup, TunStation, missing, station
from catenet.tap.namespace import inside

T = TypeVar("T")

LINUX = {4: "10.77.0.1", 6: "fd77::1"}
OURS = {4: "10.77.0.2", 6: "fd77::2"}
BEYOND = {4: "10.78.0.2", 6: "fd78::2"}
LENGTH = {4: 24, 6: 64}
NUMBERS = itertools.count(1)


class Attached:
    """Linux on one side, ``host`` on the other; behind the host, by :meth:`stretch`, another one."""

    linux = LINUX
    ours = OURS
    beyond = BEYOND

    def __init__(self, rig: LinuxSetup, kind: str, offload: bool) -> None:
        self.rig = rig
        self.kernel = Kernel(1)
        self.wires: list[Wire] = []
        self.namespace = rig.namespace(f"catenet-test-{os.getpid()}-{next(NUMBERS)}")
        self.device: Device = rig.device(
            "wire0", kind, self.namespace, addresses=[f"{LINUX[4]}/24", f"{LINUX[6]}/64"], offload=offload
        )
        self.host = Router(self.kernel, "host")
        self.interface = self.add_interface(self.host, 1, OURS)
        self.station: DeviceStation = station(self.kernel, "linux", local_mac(99), self.device, self.interface)
        if kind == TUN:
            assert isinstance(self.station, TunStation)
            for version, address in LINUX.items():
                self.station.known_as(version, int(ip_address(address)))
        self.lay(self.interface.port, self.station.port)
        self.driver = Driver(self.kernel)
        self.driver.add(self.station)

    def add_interface(self, host: Host, number: int, faces: dict[int, str], mtu: int = 1500) -> Interface:
        interface = host.ip.add_interface(f"eth{number}", local_mac(number), mtu)
        for version, address in faces.items():
            host.ip.add_address(interface, version, int(ip_address(address)), LENGTH[version], detect=False)
        return interface

    def lay(self, a: Port, b: Port, rate_bit_s: int = 10_000_000_000, delay_ns: int = 0) -> Wire:
        wire = Wire(self.kernel, a.name, b.name, a, b, rate_bit_s, delay_ns)
        for port, channel in ((a, wire.forward), (b, wire.backward)):
            port.queue = DropTail()
            port.attach(channel)
        self.wires.append(wire)
        return wire

    def stretch(self, mtu: int) -> Host:
        """Another host behind ours, by a link of that MTU; Linux has routes to it."""
        far = Host(self.kernel, "far")
        gateway = self.add_interface(self.host, 2, {4: "10.78.0.1", 6: "fd78::1"}, mtu)
        face = self.add_interface(far, 3, BEYOND, mtu)
        self.lay(gateway.port, face.port)
        for version, gateway_address in ((4, "10.78.0.1"), (6, "fd78::1")):
            hop = NextHop(face, int(ip_address(gateway_address)))
            far.ip.add_route(Route(version, 0, 0, UNICAST, [hop]))
            network = {4: "10.78.0.0/24", 6: "fd78::/64"}[version]
            self.rig.route(network, via=OURS[version], namespace=self.namespace)
        return far

    def socket(self, *kind: int, timeout: float = 10.0) -> socket.socket:
        """A socket of Linux's, in the namespace."""
        with inside(self.namespace):
            made = socket.socket(*kind)
        made.settimeout(timeout)
        return made

    def wait(self, done: Callable[[], object], seconds: float = 10.0) -> None:
        """Let the simulation go on until something holds."""
        for _ in range(int(seconds / 0.05)):
            if done():
                return
            self.driver.run(0.05)
        assert done(), f"not so after {seconds} s; {self.driver.lag}; {self.station.counters()}"

    def drive(self, work: Callable[..., T], *args: Any, seconds: float = 30.0) -> T:
        """Run blocking ``work`` in a thread while the simulation goes on; what it returns or raises."""
        answer: list[T] = []
        errors: list[BaseException] = []
        heard, told = os.pipe()

        def run() -> None:
            try:
                answer.append(work(*args))
            except BaseException as error:
                errors.append(error)
            os.write(told, b"!")

        thread = threading.Thread(target=run, daemon=True)
        self.driver.watch(heard, self.driver.stop)
        thread.start()
        self.driver.run(seconds)
        self.driver.unwatch(heard)
        thread.join(0.5)
        assert not thread.is_alive(), f"not done after {seconds} s; {self.driver.lag}; {self.station.counters()}"
        os.close(heard)
        os.close(told)
        if errors:
            raise errors[0]
        return answer[0]


@pytest.fixture(params=["tap", "tap-no-offload", "tun"])
def attached(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Attached]:
    """Linux and one simulated machine: over TAP with and without offload, and over TUN."""
    lacks = missing(namespaces=True)
    if lacks:
        pytest.skip(lacks)
    kind, _, rest = request.param.partition("-")
    with LinuxSetup(tmp_path) as rig:
        made = Attached(rig, kind, offload=not rest)
        try:
            yield made
        finally:
            made.driver.close()
