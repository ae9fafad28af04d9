"""The cost of a real packet: one TCP stream between Linux and a simulated host, in each direction.

The host is connected to a TAP device by a wire of 100 Gbit/s without delay, loss or queue.  On its side, a source and a
sink are users of TCP (:mod:`catenet.bench.traffic`); on Linux's side, a plain program in its own network namespace
sends and receives.
"""

from __future__ import annotations

import ipaddress
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import catenet.kernel.event
from catenet.bench import tap_peer
from catenet.bench.traffic import BulkServer, BulkSource
from catenet.host.host import Host
from catenet.kernel import Kernel
from catenet.link import DropTail
from catenet.link.mac import local_mac
from catenet.link.port import Port
from catenet.physical.wire import Wire
from catenet.tap import Driver, LinuxSetup, TapStation

RATE_BIT_S: Final = 100_000_000_000
PORT: Final = 5001
WARM_UP_S: Final = 0.5
DEVICE: Final = "catenet0"
NETWORKS: Final = {4: ("10.66.0.1", "10.66.0.2", 24), 6: ("fd66::1", "fd66::2", 64)}
"""Linux's address, the simulated host's address, and the prefix length, by IP version."""


def tap(seconds: float = 5.0, *, offload: bool | None = None, version: int = 4) -> dict[str, object]:
    """Measure both directions, with and without offload (or only as ``offload`` says); rates in Gbit/s of data.

    ``in`` is from Linux to the simulated host.  ``max_lag_ms`` is the maximum lag of an event behind real time.
    Raises :class:`~catenet.tap.AttachError` where TAP devices are not allowed.
    """
    figures: dict[str, object] = {
        "bench": "tap",
        "build": "interpreted" if catenet.kernel.event.__file__.endswith(".py") else "compiled",
        "version": version,
        "seconds": seconds,
    }
    for with_offload in (True, False) if offload is None else (offload,):
        words = "" if with_offload else "no_offload_"
        inward, in_lag_ms = _measure(seconds, with_offload, version, inward=True)
        outward, out_lag_ms = _measure(seconds, with_offload, version, inward=False)
        figures[f"in_{words}gbit_s"] = inward
        figures[f"out_{words}gbit_s"] = outward
        figures[f"max_lag_{words}ms"] = max(in_lag_ms, out_lag_ms)
    return figures


class Bench:
    """A simulated host, connected to a TAP device in its own network namespace."""

    def __init__(self, rig: LinuxSetup, version: int, offload: bool) -> None:
        self.rig: Final = rig
        self.version: Final = version
        self.theirs, self.ours, prefix_len = NETWORKS[version]
        self.kernel: Final = Kernel(1)
        self.host: Final = Host(self.kernel, "host")
        self.namespace: Final = rig.namespace(f"catenet-bench-{os.getpid()}")
        device = rig.device(
            DEVICE, namespace=self.namespace, addresses=[f"{self.theirs}/{prefix_len}"], offload=offload
        )
        self.interface: Final = self.host.ip.add_interface("eth0", local_mac(1))
        self.station: Final = TapStation(self.kernel, "linux", local_mac(2), device)
        lay(self.kernel, self.interface.port, self.station.port)
        self.host.ip.add_address(
            self.interface, version, int(ipaddress.ip_address(self.ours)), prefix_len, detect=False
        )
        self.driver: Final = Driver(self.kernel)
        self.driver.add(self.station)

    def peer(self, what: str, address: str, seconds: float, port: int = PORT) -> subprocess.Popen[str]:
        """Start the program on Linux's side."""
        command = [sys.executable, "-I", str(Path(tap_peer.__file__)), what, address, str(port), str(seconds)]
        return self.rig.popen(self.namespace, command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def lay(kernel: Kernel, a: Port, b: Port) -> Wire:
    """A wire that is never the bottleneck."""
    wire = Wire(kernel, a.name, b.name, a, b, RATE_BIT_S, 0)
    for port, channel in ((a, wire.forward), (b, wire.backward)):
        port.queue = DropTail()
        port.attach(channel)
    return wire


def _measure(seconds: float, offload: bool, version: int, *, inward: bool) -> tuple[float, float]:
    """Gbit/s in one direction, and the maximum lag in milliseconds."""
    with LinuxSetup() as rig:
        bench = Bench(rig, version, offload)
        octets = _inward(bench, seconds) if inward else _outward(bench, seconds)
        bench.driver.close()
        return octets * 8 / seconds / 1e9, bench.driver.lag.max_ms


def _inward(bench: Bench, seconds: float) -> int:
    server = BulkServer()
    bench.host.tcp.listen(server, bench.version, 0, PORT, 16)
    bench.peer("send", bench.ours, seconds + 4 * WARM_UP_S)
    while not server.sinks:
        bench.driver.run(WARM_UP_S)
    before = server.sinks[0].received_octets
    bench.driver.run(seconds)
    return int(server.sinks[0].received_octets - before)


def _outward(bench: Bench, seconds: float) -> int:
    peer = bench.peer("receive", bench.theirs, seconds + 4 * WARM_UP_S)
    assert peer.stdout is not None
    peer.stdout.readline()
    source = BulkSource()
    source.start(bench.host.tcp, bench.version, int(ipaddress.ip_address(bench.theirs)), PORT, "cubic")
    bench.driver.run(WARM_UP_S)
    assert source.connection is not None
    before = source.connection.info().bytes_acked
    bench.driver.run(seconds)
    return int(source.connection.info().bytes_acked - before)
