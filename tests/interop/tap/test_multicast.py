"""Groups with the real Linux: its hosts and ours tell the same, and switches of each learn from the other's reports."""

from __future__ import annotations

import json
import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catenet.host.host import Host
from catenet.kernel import Kernel
from catenet.link import Bridge, Port
from catenet.link.ethernet import Frame
from catenet.link.mac import local_mac
from catenet.link.multicast.group_record import IS_EXCLUDE, IS_INCLUDE
from catenet.link.multicast.query import Query
from catenet.link.switching.bridge_port import BridgePort
from catenet.link.switching.snooping.group_packet import group_packet
from catenet.link.switching.snooping.query_packet import own_address, query_frame
from catenet.link.switching.snooping.settings import SnoopingSettings
from catenet.network import addresses
from catenet.network.interface import Interface
from catenet.physical.channel import Channel, Tap, Transmission
from catenet.physical.wire import Wire
from catenet.session.sockets.multicast import Groups
from catenet.tap import TAP, Driver, LinuxSetup, missing, station
from catenet.tap.namespace import inside
from catenet.transport.udp import UdpUser

MS = 1_000_000
FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
LEVELS = {4: socket.IPPROTO_IP, 6: socket.IPPROTO_IPV6}
GROUPS = {4: "239.7.7.1", 6: "ff05::71"}
SOURCES = {4: ("10.77.0.8", "10.77.0.9"), 6: ("fd77::8", "fd77::9")}
JOIN, BLOCK, UNBLOCK, LEAVE, JOIN_SOURCE = range(42, 47)
LINUX_FACES = ["10.77.0.1/24", "fd77::1/64"]
MAC = local_mac(50)
PORT = 5000


def stored(version: int, address: str) -> bytes:
    packed = socket.inet_pton(FAMILIES[version], address)
    return (struct.pack("=HH", FAMILIES[version], 0) + (bytes(4) if version == 6 else b"") + packed).ljust(128, b"\0")


class Reports(Tap):
    """Keeps what reports on a wire say of the group."""

    def __init__(self, version: int) -> None:
        super().__init__()
        self.version = version
        self.heard: list[tuple[int, tuple[int, ...]]] = []

    def transmitted(self, channel: Channel, transmission: Transmission) -> None:
        frame = Frame.parse(transmission.pdu.emit())
        packet = None if frame is None else group_packet(frame.ethertype, frame.payload)
        if packet is None or packet.message is None or packet.message.report is None:
            return
        for record in packet.message.report.records:
            if addresses.text(int(packet.version), record.group) == GROUPS[self.version]:
                self.heard.append((int(record.kind), tuple(sorted(record.sources))))

    def take(self) -> list[tuple[int, tuple[int, ...]]]:
        heard, self.heard = self.heard, []
        return heard


class Lan:
    """A switch of ours that snoops; Linux at its port 1, a host of ours at port 2, another at port 3."""

    def __init__(self, setup: LinuxSetup, namespace: str, settings: SnoopingSettings) -> None:
        self.setup = setup
        self.namespace = namespace
        self.kernel = Kernel(1)
        self.driver = Driver(self.kernel)
        self.bridge = Bridge(self.kernel, "sw", snooping=settings)
        device = setup.device("wire0", TAP, namespace, addresses=LINUX_FACES, offload=False)
        self.index = setup.index("wire0", namespace)
        end = station(self.kernel, "linux", local_mac(99), device)
        end.port.promiscuous = True
        self.linux_wire = self.lay(end.port, self.port(1))
        self.driver.add(end)
        self.host, self.interface, self.host_wire = self.add_host("ours", 2)
        self.other, self.other_interface, _ = self.add_host("other", 3)

    def add_host(self, name: str, number: int) -> tuple[Host, Interface, Wire]:
        host = Host(self.kernel, name)
        interface = host.ip.add_interface("eth0", local_mac(number))
        for version, face, length in ((4, f"10.77.0.{number}", 24), (6, f"fd77::{number}", 64)):
            host.ip.add_address(interface, version, addresses.parse(face)[1], length, detect=False)
        interface.report_link_scope()
        return host, interface, self.lay(interface.port, self.port(number))

    def port(self, number: int) -> BridgePort:
        port = self.bridge.add_port(f"sw.{number}", local_mac(10 + number))
        assert isinstance(port, BridgePort)
        return port

    def lay(self, a: Port, b: Port) -> Wire:
        wire = Wire(self.kernel, a.name, b.name, a, b, 10**9, 1000)
        a.attach(wire.forward)
        b.attach(wire.backward)
        return wire

    def settle(self) -> None:
        """Wait for the end of the reports that Linux sends twice when an address has passed DAD (mld_dad_work)."""
        tentative = 0x40
        self.wait(lambda: not any(int(line.split()[4], 16) & tentative for line in proc(self, "if_inet6")))
        self.driver.run(2.5)

    def wait(self, done: Callable[[], object], seconds: float = 8) -> None:
        for _ in range(int(seconds / 0.05)):
            if done():
                return
            self.driver.run(0.05)
        assert done()

    def members(self, version: int) -> list[tuple[int, bool, list[int]]]:
        """``(port, EXCLUDE?, sources)`` of the group, as the switch knows it."""
        assert self.bridge.snooping is not None
        now_ns = int(self.kernel.now_ns)
        return [
            (port, known.exclude, known.blocked(now_ns) if known.exclude else known.wanted(now_ns))
            for domain in self.bridge.snooping.domains()
            for group, port, known in domain.groups(now_ns)
            if addresses.text(int(domain.version), group) == GROUPS[version]
        ]


def lan(tmp_path: Path, settings: SnoopingSettings) -> Iterator[Lan]:
    lacks = missing(namespaces=True)
    if lacks:
        pytest.skip(lacks)
    with LinuxSetup(tmp_path) as setup:
        made = Lan(setup, setup.namespace(f"catenet-group-{os.getpid()}"), settings)
        try:
            yield made
        finally:
            made.driver.close()


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[Lan]:
    """Nobody asks but the test."""
    yield from lan(tmp_path, SnoopingSettings())


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Lan]:
    """The switch is the querier, and quick."""
    yield from lan(
        tmp_path,
        SnoopingSettings(
            True, 0x0A4D00FE, query_interval_ns=20_000 * MS, response_ns=500 * MS, last_member_ns=300 * MS
        ),
    )


class Pair:
    """Two sockets here and two there; each option is set at both."""

    def __init__(self, lan: Lan, version: int) -> None:
        self.lan = lan
        self.version = version
        with inside(lan.namespace):
            self.linux = [socket.socket(FAMILIES[version], socket.SOCK_DGRAM) for _ in range(2)]
        self.ours = [Groups(lan.host.ip, lan.host.udp.open(UdpUser(), version)) for _ in range(2)]
        self.there, self.here = Reports(version), Reports(version)
        lan.linux_wire.forward.add_tap(self.there)
        lan.host_wire.forward.add_tap(self.here)

    def set(self, number: int, option: int, *sources: str) -> None:
        places = b"".join(stored(self.version, each) for each in (GROUPS[self.version], *sources))
        level = LEVELS[self.version]
        self.linux[number].setsockopt(level, option, struct.pack("=II", self.lan.index, 0) + places)
        assert self.ours[number].set(level, option, struct.pack("=II", 2, 0) + places)

    def told(self, records: int) -> tuple[list[tuple[int, tuple[int, ...]]], list[tuple[int, tuple[int, ...]]]]:
        """What Linux and our host have told of the group, in order: once each has told so many, and a while after."""
        for _ in range(80):
            if len(self.there.heard) >= records and len(self.here.heard) >= records:
                break
            self.lan.driver.run(0.1)
        self.lan.driver.run(0.3 if records else 1.2)
        return sorted(self.there.take()), sorted(self.here.take())

    def ask(self, *sources: str, group: bool = True) -> None:
        version = self.version
        asked = addresses.parse(GROUPS[version])[1] if group else 0
        numbers = tuple(addresses.parse(each)[1] for each in sources)
        query = Query(version, 3 if version == 4 else 2, 300 * MS, asked, numbers, False, 2, 125_000 * MS)
        source = 0x0A4D00FE if version == 4 else own_address(6, MAC)
        for port in self.lan.bridge.bridge_ports[:2]:
            port.send(query_frame(query, MAC, source))

    def close(self) -> None:
        for each in self.linux:
            each.close()


@pytest.mark.slow
@pytest.mark.parametrize("version", [4, 6])
def test_linux_and_our_host_tell_the_same(quiet: Lan, version: int) -> None:
    pair = Pair(quiet, version)
    quiet.settle()
    one, other = SOURCES[version]
    steps: list[tuple[int, int, tuple[str, ...], int]] = [
        (0, JOIN_SOURCE, (one,), 2),
        (0, JOIN_SOURCE, (other,), 2),
        (1, JOIN, (), 2),
        (1, BLOCK, (one,), 0),
        (0, LEAVE, (), 2),
        (1, UNBLOCK, (one,), 2),
        (1, BLOCK, (one,), 2),
    ]
    for number, option, sources, records in steps:
        pair.set(number, option, *sources)
        linux, ours = pair.told(records)
        assert ours == linux
        assert len(ours) == records
    if version == 4:
        assert groups_of_linux(quiet) == [addresses.text(4, group) for group in quiet.interface.reported_groups(4)]
    excluded, listened = (addresses.parse(each)[1] for each in (one, other))
    for asked, group, records in (((), False, 1), ((), True, 1), ((one,), True, 0)):
        pair.ask(*asked, group=group)
        linux, ours = pair.told(records)
        assert ours == linux
        assert len(ours) == records
    pair.ask(one, other)
    assert pair.told(1) == ([(IS_EXCLUDE, (excluded,))], [(IS_INCLUDE, (listened,))])  # ours as in RFC 3376 5.2
    pair.set(1, LEAVE)
    linux, ours = pair.told(2)
    assert ours == linux
    assert len(ours) == 2
    pair.close()


def proc(lan: Lan, name: str) -> list[str]:
    with inside(lan.namespace):
        return Path(f"/proc/thread-self/net/{name}").read_text().splitlines()


def groups_of_linux(lan: Lan) -> list[str]:
    """The groups of ``wire0`` in ``/proc/net/igmp`` but 224.0.0.1, which is never reported."""
    found: list[str] = []
    here = False
    for line in proc(lan, "igmp")[1:]:
        if not line.startswith("\t"):
            here = "wire0" in line
        elif here:
            number = int.from_bytes(bytes.fromhex(line.split()[0]), "little")
            found.append(addresses.text(4, number))
    return [group for group in reversed(found) if group != "224.0.0.1"]


def test_filters_merge_as_in_proc_net_mcfilter(quiet: Lan) -> None:
    pair = Pair(quiet, 4)
    one, other = SOURCES[4]
    pair.set(0, JOIN_SOURCE, one)
    pair.set(0, JOIN_SOURCE, other)
    pair.set(1, JOIN)
    pair.set(1, BLOCK, one)
    rows = [line.split() for line in proc(quiet, "mcfilter")[1:]]
    linux = {row[3]: (int(row[4]), int(row[5])) for row in rows if row[1] == "wire0"}
    merged = quiet.interface._filters[addresses.parse(GROUPS[4])[1]]
    ours = {
        f"0x{source:08x}": (merged._included.get(source, 0), merged._excluded.get(source, 0))
        for source in {*merged._included, *merged._excluded}
    }
    assert ours == linux
    assert linux == {"0x0a4d0008": (1, 1), "0x0a4d0009": (1, 0)}
    pair.close()


@pytest.mark.slow
@pytest.mark.parametrize("version", [4, 6])
def test_our_switch_learns_from_linux(asking: Lan, version: int) -> None:
    with inside(asking.namespace):
        sock = socket.socket(FAMILIES[version], socket.SOCK_DGRAM)
    sock.bind(("", PORT))
    sock.setblocking(False)
    request = struct.pack("=II", asking.index, 0) + stored(version, GROUPS[version])
    wanted = f"10.77.0.{2}" if version == 4 else "fd77::2"
    asking.driver.run(1.5)
    sock.setsockopt(LEVELS[version], JOIN_SOURCE, request + stored(version, wanted))
    source = addresses.parse(wanted)[1]
    asking.wait(lambda: asking.members(version) == [(1, False, [source])])
    group = addresses.parse(GROUPS[version])[1]
    before = asking.other_interface.port.counters()["in_frames"]
    for host in (asking.host, asking.other):
        host.udp.open(UdpUser(), version).send_to(host.name.encode(), version, group, PORT)
    asking.driver.run(0.3)
    assert sock.recv(100) == b"ours"
    with pytest.raises(BlockingIOError):
        sock.recv(100)
    assert asking.other_interface.port.counters()["in_frames"] == before
    sock.setsockopt(LEVELS[version], LEAVE, request)
    asking.wait(lambda: asking.members(version) == [])
    sock.close()


class LinuxBridge:
    """A bridge of Linux's that snoops and asks, with three hosts of ours on TAP devices."""

    def __init__(self, setup: LinuxSetup, namespace: str) -> None:
        self.namespace = namespace
        self.kernel = Kernel(1)
        self.driver = Driver(self.kernel)
        self.ip("link", "add", "br0", "type", "bridge", "mcast_snooping", "1", "mcast_igmp_version", "3")
        self.ip("link", "set", "br0", "type", "bridge", "mcast_mld_version", "2", "mcast_query_response_interval", "50")
        self.ip("link", "set", "br0", "up")
        self.hosts = [self.plug(setup, number) for number in (1, 2, 3)]

    def ask(self) -> None:
        """Be a querier from now on."""
        self.ip("link", "set", "br0", "type", "bridge", "mcast_querier", "1")

    def ip(self, *words: str) -> None:
        subprocess.run(["ip", "-n", self.namespace, *words], check=True, capture_output=True)

    def plug(self, setup: LinuxSetup, number: int) -> Host:
        device = setup.device(f"tap{number}", TAP, self.namespace, addresses=[], offload=False)
        self.ip("link", "set", f"tap{number}", "master", "br0")
        end = station(self.kernel, f"tap{number}", local_mac(90 + number), device)
        end.port.promiscuous = True
        host = Host(self.kernel, f"h{number}")
        interface = host.ip.add_interface("eth0", local_mac(number))
        for version, face, length in ((4, f"10.77.0.{number}", 24), (6, f"fd77::{number}", 64)):
            host.ip.add_address(interface, version, addresses.parse(face)[1], length, detect=False)
        wire = Wire(self.kernel, host.name, end.port.name, interface.port, end.port, 10**9, 1000)
        interface.port.attach(wire.forward)
        end.port.attach(wire.backward)
        self.driver.add(end)
        return host

    def members(self, version: int) -> list[str]:
        command = ["bridge", "-n", self.namespace, "-j", "mdb", "show"]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        return sorted(entry["port"] for each in told for entry in each["mdb"] if entry["grp"] == GROUPS[version])


@pytest.mark.slow
@pytest.mark.parametrize("version", [4, 6])
def test_a_bridge_of_linux_learns_from_our_hosts(tmp_path: Path, version: int) -> None:
    lacks = missing(namespaces=True)
    if lacks or shutil.which("bridge") is None:
        pytest.skip(lacks or "bridge is not installed")
    with LinuxSetup(tmp_path) as setup:
        made = LinuxBridge(setup, setup.namespace(f"catenet-group-{os.getpid()}"))
        try:
            made.driver.run(3.0)  # until the bridge has an IPv6 address to ask from
            made.ask()
            made.driver.run(1.5)
            source, member, other = made.hosts
            group = addresses.parse(GROUPS[version])[1]
            member.ip.interfaces[1].join(version, group)
            for _ in range(60):
                made.driver.run(0.1)
                if made.members(version):
                    break
            assert made.members(version) == ["tap2"]
            before = [host.ip.interfaces[1].port.counters()["in_frames"] for host in (member, other)]
            for number in range(20):
                sent = source.udp.open(UdpUser(), version).send_to(str(number).encode(), version, group, PORT)
                assert sent == 0
            made.driver.run(0.3)
            after = [host.ip.interfaces[1].port.counters()["in_frames"] for host in (member, other)]
            assert after[0] - before[0] >= 20
            assert after[1] - before[1] < 10
            member.ip.interfaces[1].leave(version, group)
            for _ in range(60):
                made.driver.run(0.1)
                if not made.members(version):
                    break
            assert made.members(version) == []
        finally:
            made.driver.close()
