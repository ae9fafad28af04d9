"""What a host tells of its groups: changes, answers to queries, and older versions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catenet.kernel import Octets
from catenet.kernel.checksum import internet_checksum
from catenet.link.ethernet import Frame
from catenet.link.multicast.group_record import GroupRecord
from catenet.link.multicast.message import ROUTER_ALERT4, ROUTER_ALERT6, parse_message
from catenet.link.multicast.query import Query
from catenet.link.multicast.report import Report
from catenet.network import addresses
from catenet.network.icmp.message import IcmpMessage
from catenet.network.interface import Interface
from catenet.network.ip import ipv4, ipv6
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.multicast.report_output import divided, packed
from catenet.network.multicast.settings import MulticastSettings
from catenet.network.multicast.source_filter import ANY_SOURCE, NOTHING, SourceFilter
from tests.unit.network.conftest import Net, Watch

S = 1_000_000_000
GROUPS = {4: "239.1.2.3", 6: "ff05::123"}
LINK_GROUPS = {4: "224.0.0.9", 6: "ff02::9"}
SOURCES = {4: "10.0.0.7", 6: "2001:db8::7"}
ROUTERS = {4: "224.0.0.22", 6: "ff02::16"}
KINDS = ["", "IS_IN", "IS_EX", "TO_IN", "TO_EX", "ALLOW", "BLOCK"]


def number(text: str) -> int:
    return addresses.parse(text)[1]


class Link:
    """A host and whatever asks it, on one link."""

    def __init__(self, version: int, settings: MulticastSettings | None = None, detect: bool = False) -> None:
        self.version = version
        self.net = Net()
        self.host = self.net.host("host")
        self.querier = self.net.host("querier")
        self.interface: Interface = self.net.interface(self.host, "10.0.0.1/24", "2001:db8::1/64", detect=detect)
        if settings is not None:
            self.interface.multicast = settings
        self.other = self.net.interface(self.querier, "10.0.0.2/24", "2001:db8::2/64")
        wire = self.net.wire(self.interface, self.other)
        self.watch = Watch()
        wire.forward.add_tap(self.watch)
        self.group, self.source = number(GROUPS[version]), number(SOURCES[version])

    def change(self, old: SourceFilter, new: SourceFilter, group: int = 0) -> None:
        self.interface.change_filter(self.version, group or self.group, old, new)

    def run(self, seconds: float) -> None:
        self.net.kernel.run(until_ns=self.net.kernel.now_ns + int(seconds * S))

    def heard(self) -> list[tuple[str, int, list[tuple[str, tuple[int, ...]]]]]:
        """``(destination, version of the protocol, [(kind, sources)])`` of each report so far; they are forgotten."""
        frames, self.watch.frames = self.watch.frames, []
        return [told for told in map(self._told, frames) if told is not None]

    def _told(self, data: bytes) -> tuple[str, int, list[tuple[str, tuple[int, ...]]]] | None:
        frame = Frame.parse(data)
        assert frame is not None
        packet = (ipv4.parse if self.version == 4 else ipv6.parse)(frame.payload.emit())
        if packet is None or packet.version != self.version or packet.protocol not in (2, 58):
            return None
        octets = packet.payload.emit()
        message = parse_message(self.version, octets)
        if message is None or message.report is None:
            return None
        assert packet.hop_limit == 1
        assert frame.dst == addresses.multicast_mac(self.version, packet.dst)
        if isinstance(packet, Ipv4Packet):
            assert packet.options == ROUTER_ALERT4
            assert packet.traffic_class == 0xC0
            assert internet_checksum(octets) == 0
        elif isinstance(packet, Ipv6Packet):
            assert packet.next_header == 0
            assert packet.extensions == bytes([58, 0]) + ROUTER_ALERT6
        records = [(KINDS[int(record.kind)], record.sources) for record in message.report.records]
        return addresses.text(self.version, packet.dst), int(message.report.generation), records

    def ask(self, query: Query, to: str = "") -> None:
        self._send(query.emit(), to or ("224.0.0.1" if self.version == 4 else "ff02::1"))

    def report(self, generation: int, kind: int) -> None:
        """Another host reports the group."""
        self._send(Report(self.version, generation, [GroupRecord(kind, self.group)]).emit(), GROUPS[self.version])

    def _send(self, data: bytes, to: str) -> None:
        dst = number(to)
        packet: Ipv4Packet | Ipv6Packet
        if self.version == 4:
            checksum = int(internet_checksum(data)).to_bytes(2, "big")
            whole = Octets(data[:2] + checksum + data[4:])
            packet = Ipv4Packet(number("10.0.0.2"), dst, 2, whole, 1, options=ROUTER_ALERT4)
        else:
            message = IcmpMessage(6, data[0], data[1], int.from_bytes(data[4:8], "big"), data[8:])
            packet = Ipv6Packet(self.other.link_local(), dst, 58, message, 1)
            packet.next_header = 0
            packet.extensions = bytes([58, 0]) + ROUTER_ALERT6
        self.other.neighbour_for(self.version, dst).send(packet)

    def query(self, response_s: int = 10, group: int = 0, sources: tuple[int, ...] = (), generation: int = 0) -> Query:
        latest = 3 if self.version == 4 else 2
        return Query(self.version, generation or latest, response_s * S, group, sources, False, 2, 125 * S)


@pytest.fixture(params=(4, 6))
def link(request: pytest.FixtureRequest) -> Link:
    return Link(request.param)


def latest(link: Link) -> int:
    return 3 if link.version == 4 else 2


def told(link: Link, *records: tuple[str, tuple[int, ...]]) -> tuple[str, int, list[tuple[str, tuple[int, ...]]]]:
    return ROUTERS[link.version], latest(link), list(records)


def test_a_change_is_told_at_once_and_once_more_within_a_second(link: Link) -> None:
    link.change(NOTHING, ANY_SOURCE)
    link.run(0)
    assert link.heard() == [told(link, ("TO_EX", ()))]
    link.run(1.1)
    assert link.heard() == [told(link, ("TO_EX", ()))]
    link.change(ANY_SOURCE, NOTHING)
    link.run(1.1)
    assert link.heard() == [told(link, ("TO_IN", ()))] * 2
    link.run(100)
    assert link.heard() == []


def test_sources_are_allowed_and_blocked(link: Link) -> None:
    one, both = SourceFilter(False, [1]), SourceFilter(False, [2, 3])
    link.change(NOTHING, one)
    link.run(2)
    assert link.heard() == [told(link, ("ALLOW", (1,)))] * 2
    link.change(one, both)
    link.run(2)
    assert link.heard() == [told(link, ("ALLOW", (2, 3)), ("BLOCK", (1,)))] * 2
    link.change(both, NOTHING)
    link.run(2)
    assert link.heard() == [told(link, ("BLOCK", (2, 3)))] * 2


def test_a_change_of_mode_tells_the_whole_filter_and_replaces_what_was_to_be_repeated(link: Link) -> None:
    link.change(NOTHING, SourceFilter(False, [1]))
    link.run(0)
    link.change(SourceFilter(False, [1]), SourceFilter(True, [2]))
    link.run(2)
    assert link.heard() == [told(link, ("ALLOW", (1,))), *[told(link, ("TO_EX", (2,)))] * 2]


def test_two_sockets_and_what_changes_for_the_interface(link: Link) -> None:
    link.change(NOTHING, ANY_SOURCE)
    link.change(NOTHING, SourceFilter(True, [1]))
    link.run(2)
    link.heard()
    link.change(ANY_SOURCE, NOTHING)
    link.run(2)
    assert link.heard() == [told(link, ("BLOCK", (1,)))] * 2
    assert not link.interface.accepts(link.group, 1)
    assert link.interface.accepts(link.group, 2)


def test_groups_of_all_nodes_and_of_link_scope_are_not_told_without_a_querier(link: Link) -> None:
    link.change(NOTHING, ANY_SOURCE, number(LINK_GROUPS[link.version]))
    link.run(2)
    assert link.heard() == []


def test_with_a_querier_groups_of_link_scope_are_told(link: Link) -> None:
    link.ask(link.query())
    link.run(10)
    link.heard()
    group = number(LINK_GROUPS[link.version])
    link.change(NOTHING, ANY_SOURCE, group)
    link.run(2)
    assert link.heard() == [told(link, ("TO_EX", ()))] * 2
    link.change(NOTHING, ANY_SOURCE)
    link.run(2)
    link.heard()
    link.ask(link.query())
    link.run(11)
    answers = [record for _, _, records in link.heard() for record in records]
    others = 0 if link.version == 4 else 1  # the solicited-node group, which both addresses have
    assert answers == [("IS_EX", ())] * (2 + others)


def test_link_scope_reports_as_linux_has_them() -> None:
    link = Link(6, MulticastSettings(link_scope_reports=True))
    link.run(2)
    assert link.heard() == [told(link, ("TO_EX", ()))] * 2


def test_a_general_query_is_answered_by_a_random_time(link: Link) -> None:
    link.change(NOTHING, SourceFilter(False, [5]))
    link.run(5)
    link.heard()
    times = []
    for _ in range(5):
        link.ask(link.query(8))
        begin = link.net.kernel.now_ns
        link.run(9)
        sent = link.heard()
        assert [record for _, _, records in sent for record in records if record[1]] == [("IS_IN", (5,))]
        assert len(sent) == 1
        times.append(begin)
    link.ask(link.query(8))
    link.run(0.01)
    link.ask(link.query(8))
    link.run(9)
    assert len(link.heard()) == 1


def test_a_query_for_a_group_and_for_sources(link: Link) -> None:
    link.change(NOTHING, SourceFilter(False, [1, 2, 3]))
    link.run(2)
    link.heard()
    link.ask(link.query(1, link.group, (2, 3, 9)), GROUPS[link.version])
    link.run(2)
    assert link.heard() == [told(link, ("IS_IN", (2, 3)))]
    link.ask(link.query(1, link.group, (9,)), GROUPS[link.version])
    link.run(2)
    assert link.heard() == []
    link.ask(link.query(1, link.group), GROUPS[link.version])
    link.run(2)
    assert link.heard() == [told(link, ("IS_IN", (1, 2, 3)))]
    link.change(SourceFilter(False, [1, 2, 3]), SourceFilter(True, [1]))
    link.run(2)
    link.heard()
    link.ask(link.query(1, link.group, (1, 2)), GROUPS[link.version])
    link.run(2)
    assert link.heard() == [told(link, ("IS_IN", (2,)))]


def test_what_was_asked_adds_up_until_the_answer(link: Link) -> None:
    link.change(NOTHING, ANY_SOURCE)
    link.run(2)
    link.heard()
    link.ask(link.query(5, link.group, (1,)), GROUPS[link.version])
    link.ask(link.query(5, link.group, (2,)), GROUPS[link.version])
    link.run(6)
    assert link.heard() == [told(link, ("IS_IN", (1, 2)))]
    link.ask(link.query(5, link.group, (1,)), GROUPS[link.version])
    link.ask(link.query(5, link.group), GROUPS[link.version])
    link.run(6)
    assert link.heard() == [told(link, ("IS_EX", ()))]


def test_an_older_querier_gets_older_reports(link: Link) -> None:
    older = latest(link) - 1
    link.ask(link.query(10, generation=older))
    link.run(0.01)
    link.change(NOTHING, ANY_SOURCE)
    link.run(25)
    report = (GROUPS[link.version], older, [("IS_EX", ())])
    assert [each for each in link.heard() if each[0] == GROUPS[link.version]] == [report] * 2
    link.ask(link.query(10, generation=older))
    link.run(11)
    assert [each for each in link.heard() if each[0] == GROUPS[link.version]] == [report]
    link.change(ANY_SOURCE, NOTHING)
    link.run(11)
    routers = "224.0.0.2" if link.version == 4 else "ff02::2"
    assert link.heard() == [(routers, older, [("TO_IN", ())])]


def test_the_older_version_is_spoken_as_long_as_its_querier_may_be_there(link: Link) -> None:
    older = latest(link) - 1
    link.ask(link.query(10, generation=older))
    link.run(2 * 125 + 10 - 1)
    link.change(NOTHING, ANY_SOURCE)
    link.run(0.5)
    assert {each[1] for each in link.heard()} == {older}
    link.run(20)
    link.heard()
    link.change(ANY_SOURCE, NOTHING)
    link.run(2)
    assert link.heard() == [told(link, ("TO_IN", ()))] * 2


def test_of_older_versions_one_report_is_enough_for_all(link: Link) -> None:
    older = latest(link) - 1
    link.change(NOTHING, ANY_SOURCE)
    link.run(5)
    link.heard()
    link.ask(link.query(10, generation=older))
    link.run(0.001)
    link.report(older, 2)
    link.run(11)
    assert [each for each in link.heard() if each[0] == GROUPS[link.version]] == []
    link.change(ANY_SOURCE, NOTHING)
    link.run(1)
    assert link.heard() == []  # somebody else was the last to report


def test_igmpv1_has_no_leave_message() -> None:
    link = Link(4)
    link.ask(Query(4, 1, 10 * S))
    link.run(0.01)
    link.change(NOTHING, ANY_SOURCE)
    link.run(15)
    assert {each[1] for each in link.heard()} == {1}
    link.change(ANY_SOURCE, NOTHING)
    link.run(15)
    assert link.heard() == []


def test_the_version_may_be_limited(link: Link) -> None:
    limited = Link(link.version, MulticastSettings(igmp=2, mld=1))
    limited.change(NOTHING, ANY_SOURCE)
    limited.run(15)
    assert {each[1] for each in limited.heard()} == {latest(link) - 1}


@pytest.mark.parametrize("robustness", [1, 5])
def test_robustness_is_how_often_a_change_is_told(robustness: int) -> None:
    link = Link(4, MulticastSettings(robustness=robustness))
    link.change(NOTHING, ANY_SOURCE)
    link.run(10)
    assert len(link.heard()) == robustness
    link.ask(Query(4, 3, S, 0, (), False, 3, 125 * S))
    link.run(2)
    link.heard()
    link.change(ANY_SOURCE, NOTHING)
    link.run(10)
    assert len(link.heard()) == 3


def test_a_link_that_comes_back_is_told_again(link: Link) -> None:
    link.change(NOTHING, ANY_SOURCE)
    link.run(2)
    link.heard()
    link.interface.set_enabled(False)
    link.change(NOTHING, SourceFilter(True, [1]))
    link.run(2)
    assert link.heard() == []
    link.interface.set_enabled(True)
    link.run(2)
    assert link.heard() == [told(link, ("TO_EX", ()))] * 2


def test_during_duplicate_address_detection_mld_has_no_source() -> None:
    link = Link(6, detect=True)
    link.change(NOTHING, ANY_SOURCE)
    link.run(0)
    frame = Frame.parse(link.watch.frames[0])
    assert frame is not None
    packet = ipv6.parse(frame.payload.emit())
    assert packet is not None
    assert packet.src == 0
    link.run(1.1)
    link.heard()
    link.run(10)
    assert link.heard() == [told(link, ("TO_EX", ()))] * 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda packet: setattr(packet, "hop_limit", 2),
        lambda packet: setattr(packet, "src", number("2001:db8::2")),
        lambda packet: (setattr(packet, "extensions", b""), setattr(packet, "next_header", 58)),
    ],
)
def test_mld_from_beyond_the_link_is_ignored(spoil: Callable[[Ipv6Packet], None]) -> None:
    link = Link(6)
    link.change(NOTHING, ANY_SOURCE)
    link.run(2)
    link.heard()
    data = link.query(1).emit()
    packet = Ipv6Packet(link.other.link_local(), number("ff02::1"), 58, IcmpMessage(6, 130, 0, 1000 << 16, data[8:]), 1)
    packet.next_header = 0
    packet.extensions = bytes([58, 0]) + ROUTER_ALERT6
    spoil(packet)
    link.other.neighbour_for(6, packet.dst).send(packet)
    link.run(2)
    assert link.heard() == []


def test_a_wrong_igmp_checksum_is_malformed() -> None:
    link = Link(4)
    packet = Ipv4Packet(number("10.0.0.2"), number("224.0.0.1"), 2, Octets(link.query().emit()), 1)
    link.other.neighbour_for(4, packet.dst).send(packet)
    link.change(NOTHING, ANY_SOURCE)
    link.run(15)
    assert len(link.heard()) == 2


def test_reports_fit_the_link() -> None:
    records = [GroupRecord(1, group, tuple(range(500))) for group in (1, 2)] + [GroupRecord(2, 3, tuple(range(500)))]
    room = 1500 - 24 - 8
    whole = packed(4, records, room)
    assert all(sum(int(record.octets(4)) for record in report) <= room for report in whole)
    parts = [record for report in whole for record in report]
    for group in (1, 2):
        assert [source for record in parts if record.group == group for source in record.sources] == list(range(500))
    (truncated,) = [record for record in parts if record.group == 3]
    assert truncated.sources == tuple(range(365))
    assert [len(record.sources) for record in divided(6, [GroupRecord(6, 1, range(70))], 1440)] == [70]
    assert len(packed(4, [GroupRecord(4, group) for group in range(200)], room)) == 2


@pytest.mark.parametrize("version", [4, 6])
def test_packets_of_other_sources_are_dropped(version: int) -> None:
    link = Link(version)
    recorder = link.net.recorder(link.host)
    link.change(NOTHING, SourceFilter(False, [number("10.0.0.2" if version == 4 else "2001:db8::2")]))
    link.net.send(link.querier, GROUPS[version], b"heard")
    link.run(0.1)
    link.change(NOTHING, SourceFilter(False, [1]))
    assert recorder.bodies == [b"heard"]
    link.change(SourceFilter(False, [number("10.0.0.2" if version == 4 else "2001:db8::2")]), NOTHING)
    link.net.send(link.querier, GROUPS[version], b"not heard")
    link.run(0.1)
    assert recorder.bodies == [b"heard"]
