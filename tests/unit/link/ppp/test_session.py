"""PPP between two ends, and against a peer that a test plays."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catenet.kernel.kernel import Kernel
from catenet.kernel.pdu import Octets, Pdu
from catenet.link.ethernet import IPV4, IPV6
from catenet.link.framing.encoding import LineFrame, PppEncoding
from catenet.link.framing.octet_stuffing import DEFAULT_ACCM
from catenet.link.ppp import automaton, packet
from catenet.link.ppp.automaton import OPENED, STARTING, STOPPED, TRANSITIONS
from catenet.link.ppp.ipcp import IPCP
from catenet.link.ppp.ipv6cp import IPV6CP
from catenet.link.ppp.lcp import ACCM, ACFC, LCP, MAGIC, MRU, PFC, LcpSettings
from catenet.link.ppp.packet import ControlPacket, Option, emit_options, parse_options
from catenet.link.ppp.session import HOLDOFF_NS, PppSettings
from catenet.physical.channel import Channel, Receiver
from tests.unit.link.ppp.two_ends import RATE_BIT_S, End, Link

ALL_OPENED = (OPENED, OPENED, OPENED)
PLAIN = LcpSettings(accm=DEFAULT_ACCM, pfc=False, acfc=False, magic=False)


def test_two_ends_open_and_packets_pass() -> None:
    link = Link()
    link.run(1)
    assert link.a.states() == link.b.states() == ALL_OPENED
    assert link.a.above.carrier == link.b.above.carrier == [True]
    link.a.line.send(IPV4, Octets(b"\x45four\x7e\x7d\x11"))
    link.b.line.send(IPV6, Octets(b"\x60six"))
    link.run(1)
    assert link.b.above.packets == [(IPV4, b"\x45four\x7e\x7d\x11")]
    assert link.a.above.packets == [(IPV6, b"\x60six")]


def test_what_was_negotiated_shortens_frames() -> None:
    """Address, control and the protocol's first octet are left out, and no control character is escaped."""
    for lcp, expected in ((None, b"\x7e\x21\x45\x11"), (PLAIN, b"\x7e\xff\x7d\x23\x7d\x20\x21\x45\x7d\x31")):
        link = Link(PppSettings(lcp), PppSettings(lcp))
        link.run(1)
        link.a.line.send(IPV4, Octets(b"\x45\x11"))
        link.run(1)
        assert link.to_b.frames[-1].emit().startswith(expected)
        assert link.b.above.packets == [(IPV4, b"\x45\x11")]


def test_lcp_is_sent_as_if_nothing_had_been_negotiated() -> None:
    link = Link()
    link.run(1)
    link.a.session.lcp.ask_for_echo()
    link.run(1)
    assert link.to_b.frames[-1].emit().startswith(b"\x7e\xff\x7d\x23\xc0\x21\x7d\x29")
    assert link.a.session.lcp.echoes_missed == 0


def test_nothing_passes_before_the_network_protocol_is_opened() -> None:
    link = Link()
    link.a.line.send(IPV4, Octets(b"\x45"))
    assert link.a.port.dropped_no_carrier == 1
    link.run(1)
    assert link.b.above.packets == []


def test_the_addresses_of_both_ends_are_told() -> None:
    link = Link()
    link.run(1)
    assert (link.a.session.ipcp.address, link.a.session.ipcp.peer_address) == (0x0A000001, 0x0A000002)
    assert (link.b.session.ipv6cp.identifier, link.b.session.ipv6cp.peer_identifier) == (2, 1)


def test_an_end_without_an_address_is_given_one() -> None:
    """RFC 1332, section 3.3: a Configure-Nak of 0.0.0.0."""
    link = Link(b=PppSettings(for_peer=0x0A000009), addresses=(0, 0x0A000002))
    link.run(1)
    assert link.a.above.assigned == [0x0A000009]
    assert link.a.session.ipcp.address == link.b.session.ipcp.peer_address == 0x0A000009
    assert link.a.states() == ALL_OPENED


def test_an_end_that_nobody_gives_an_address_goes_without() -> None:
    link = Link(addresses=(0, 0))
    link.run(1)
    assert link.a.states() == link.b.states() == ALL_OPENED
    assert link.a.session.ipcp.address == 0


def test_two_ends_with_one_interface_identifier_find_others() -> None:
    """RFC 5072, section 4.1."""
    link = Link(identifiers=(7, 7))
    link.run(1)
    a, b = link.a.session.ipv6cp, link.b.session.ipv6cp
    assert link.a.states() == link.b.states() == ALL_OPENED
    assert a.identifier != b.identifier
    assert (a.peer_identifier, b.peer_identifier) == (b.identifier, a.identifier)


def test_a_cut_takes_the_carrier_and_all_begins_again() -> None:
    link = Link()
    link.run(1)
    for channel in link.channels:
        channel.cut()
    assert link.a.states() == link.b.states() == (STARTING, STARTING, STARTING)
    assert link.a.above.carrier == [True, False]
    for channel in link.channels:
        channel.heal()
    link.run(0)
    assert link.a.states()[0] == automaton.REQ_SENT
    link.run(1)
    assert link.a.states() == ALL_OPENED
    assert link.a.above.carrier == [True, False, True]


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(loss=st.floats(0.0, 0.6), seed=st.integers(0, 1 << 30))
@example(loss=0.6, seed=1)
def test_two_ends_always_meet_however_much_is_lost(loss: float, seed: int) -> None:
    random = Random(seed)
    link = Link(loses=lambda: random.random() < loss)
    for _ in range(400):
        link.run(5)
        if link.a.states() == link.b.states() == ALL_OPENED:
            break
    assert link.a.states() == link.b.states() == ALL_OPENED


def test_one_that_gave_up_tries_again() -> None:
    """After ten requests LCP is Stopped, and is started again when pppd would."""
    deaf = [True]
    link = Link(loses=lambda: deaf[0])
    link.run(30.5)
    assert link.a.states()[0] == STOPPED
    assert len(link.controls(link.to_b, LCP)) == 10
    deaf[0] = False
    link.run(HOLDOFF_NS / 1e9 + 1)
    assert link.a.states() == link.b.states() == ALL_OPENED


def test_a_dead_link_is_noticed_by_echoes() -> None:
    dead = [False]
    settings = PppSettings(echo_ns=1_000_000_000)
    link = Link(settings, settings, loses=lambda: dead[0])
    link.run(10)
    assert link.a.above.carrier == [True]
    dead[0] = True
    link.run(4.5)
    assert link.a.above.carrier == [True, False]
    dead[0] = False
    link.run(10)
    assert link.a.above.carrier == [True, False, True]


def test_an_idle_link_has_nothing_to_do() -> None:
    link = Link()
    link.kernel.run()
    assert link.kernel.now_ns < 10_000_000_000


class Peer(Receiver):
    """A peer that a test plays: it notes what comes, and says what it is told to."""

    def __init__(self, settings: PppSettings | None = None) -> None:
        self.kernel = Kernel(7)
        self.end = End(self.kernel, "a", 0x0A000001, 1, settings or PppSettings())
        self.heard: list[tuple[int, ControlPacket]] = []
        self.end.port.attach(Channel(self.kernel, "a>peer", self, RATE_BIT_S, 0))
        self.run()

    def receive(self, pdu: Pdu) -> None:
        frame = PppEncoding().parse(pdu.emit())
        assert isinstance(frame, LineFrame)
        control = ControlPacket.parse(frame.payload.emit())
        assert control is not None
        self.heard.append((int(frame.protocol), control))

    def run(self) -> None:
        self.kernel.run(int(self.kernel.now_ns + 100_000_000))

    def say(self, code: int, identifier: int, data: bytes, protocol: int = LCP) -> list[tuple[int, ControlPacket]]:
        """Say something, and give what comes back."""
        before = len(self.heard)
        information = ControlPacket(code, identifier, data).emit()
        header = b"\xff\x03" + protocol.to_bytes(2, "big")
        self.end.port.receive(Octets(LineFrame(PppEncoding(), header, 0, protocol, Octets(information)).emit()))
        self.run()
        return self.heard[before:]

    def request(self, options: list[Option], protocol: int = LCP) -> ControlPacket:
        """Request options, and give the reply."""
        replies = self.say(packet.CONFIGURE_REQUEST, 77, emit_options(options), protocol)
        return next(reply for _, reply in replies if reply.identifier == 77)

    def accept(self) -> None:
        """Acknowledge the last request of each protocol that made one since the last call."""
        new, self.heard = self.heard, []
        for protocol, control in dict(entry for entry in new if entry[1].code == packet.CONFIGURE_REQUEST).items():
            self.say(packet.CONFIGURE_ACK, control.identifier, control.data, protocol)

    def open(self) -> None:
        """Open LCP and both network protocols."""
        self.request([Option(MAGIC, b"peer")])
        self.accept()
        self.request([Option(3, b"\x0a\0\0\x02")], IPCP)
        self.request([Option(1, bytes(7) + b"\x02")], IPV6CP)
        self.accept()
        assert self.end.states() == ALL_OPENED


def test_the_first_request() -> None:
    peer = Peer()
    (protocol, control), *_ = peer.heard
    assert (protocol, control.code) == (LCP, packet.CONFIGURE_REQUEST)
    options = parse_options(control.data)
    assert options is not None
    assert [option.kind for option in options] == [ACCM, MAGIC, PFC, ACFC]
    assert options[0].number() == 0


@pytest.mark.parametrize(
    ("options", "code", "reply"),
    [
        ([Option(MRU, b"\x05\xdc"), Option(PFC)], packet.CONFIGURE_ACK, None),
        ([Option(MRU, b"\x00\x10"), Option(PFC)], packet.CONFIGURE_NAK, [Option(MRU, b"\x05\xdc")]),
        ([Option(3, b"\xc0\x23"), Option(MRU, b"\x00\x10")], packet.CONFIGURE_REJECT, [Option(3, b"\xc0\x23")]),
        ([Option(4, b"\xc0\x25\0\0\0\x0a"), Option(PFC)], packet.CONFIGURE_REJECT, [Option(4, b"\xc0\x25\0\0\0\x0a")]),
        ([Option(99, b"x"), Option(98)], packet.CONFIGURE_REJECT, [Option(99, b"x"), Option(98)]),
        ([Option(MRU, b"\x05")], packet.CONFIGURE_REJECT, [Option(MRU, b"\x05")]),
    ],
)
def test_what_lcp_says_to_options(options: list[Option], code: int, reply: list[Option] | None) -> None:
    """Section 5.4: what is not recognised is rejected alone, however bad the rest; what is bad has a Nak."""
    answer = Peer().request(options)
    assert answer.code == code
    assert parse_options(answer.data) == (options if reply is None else reply)


def test_vj_compression_is_rejected() -> None:
    """RFC 1332, section 3.2."""
    peer = Peer()
    peer.request([])
    peer.accept()
    answer = peer.request([Option(2, b"\x00\x2d\x0f\x01"), Option(3, b"\x0a\0\0\x02")], IPCP)
    assert (answer.code, parse_options(answer.data)) == (packet.CONFIGURE_REJECT, [Option(2, b"\x00\x2d\x0f\x01")])


def test_a_loop_is_seen_by_the_magic_number() -> None:
    """Section 6.4: one's own number has a Nak with another."""
    peer = Peer()
    answer = peer.request([Option(MAGIC, peer.end.session.lcp.magic.to_bytes(4, "big"))])
    options = parse_options(answer.data)
    assert answer.code == packet.CONFIGURE_NAK
    assert options is not None
    assert options[0].number() != peer.end.session.lcp.magic


def test_naks_end() -> None:
    """Section 4.6, Max-Failure: the sixth is a Configure-Reject."""
    peer = Peer()
    codes = [int(peer.request([Option(MRU, b"\x00\x10")]).code) for _ in range(6)]
    assert codes == [packet.CONFIGURE_NAK] * 5 + [packet.CONFIGURE_REJECT]


def test_options_that_the_peer_refuses_are_left_out_or_changed() -> None:
    peer = Peer()
    request = peer.heard[-1][1]
    peer.say(packet.CONFIGURE_REJECT, request.identifier, emit_options([Option(PFC), Option(ACFC)]))
    changed = peer.heard[-1][1]
    assert changed.identifier != request.identifier
    assert [option.kind for option in parse_options(changed.data) or []] == [ACCM, MAGIC]
    peer.say(packet.CONFIGURE_NAK, changed.identifier, emit_options([Option(ACCM, b"\0\x0a\0\0")]))
    assert (parse_options(peer.heard[-1][1].data) or [])[0] == Option(ACCM, b"\0\x0a\0\0")


def test_an_answer_to_another_request_is_ignored() -> None:
    """Section 5.2: identifier and options must be those of the last request."""
    peer = Peer()
    peer.request([])
    request = peer.heard[0][1]
    peer.say(packet.CONFIGURE_ACK, request.identifier + 1 & 0xFF, request.data)
    peer.say(packet.CONFIGURE_ACK, request.identifier, request.data + b"\x07\x02")
    assert peer.end.session.lcp.state == automaton.ACK_SENT
    peer.say(packet.CONFIGURE_ACK, request.identifier, request.data)
    assert peer.end.session.lcp.state == OPENED


def test_codes_and_protocols_that_are_not_known_are_rejected() -> None:
    """Sections 5.6 and 5.7, with what was sent."""
    peer = Peer()
    peer.open()
    ((protocol, reply),) = peer.say(99, 5, b"what")
    assert (protocol, reply.code, reply.data) == (LCP, packet.CODE_REJECT, ControlPacket(99, 5, b"what").emit())
    ((protocol, reply),) = peer.say(1, 5, b"who", 0x8029)
    assert (protocol, reply.code) == (LCP, packet.PROTOCOL_REJECT)
    assert reply.data == b"\x80\x29" + ControlPacket(1, 5, b"who").emit()
    assert peer.end.states() == ALL_OPENED


def test_a_peer_without_ipv6_has_ipv4() -> None:
    peer = Peer()
    peer.request([])
    peer.accept()
    peer.say(packet.PROTOCOL_REJECT, 9, b"\x80\x57" + bytes(8))
    peer.request([Option(3, b"\x0a\0\0\x02")], IPCP)
    peer.accept()
    assert peer.end.states() == (OPENED, OPENED, STOPPED)
    assert peer.end.above.carrier == [True]
    peer.kernel.run(int(peer.kernel.now_ns) + 100_000_000_000)
    assert peer.end.states() == (OPENED, OPENED, STOPPED)


def test_a_rejected_code_that_is_needed_ends_the_link() -> None:
    peer = Peer()
    peer.open()
    ((_, reply),) = peer.say(packet.CODE_REJECT, 1, ControlPacket(packet.CONFIGURE_REQUEST, 1, b"").emit())
    assert reply.code == packet.TERMINATE_REQUEST
    assert peer.end.above.carrier == [True, False]
    peer.say(packet.TERMINATE_ACK, int(reply.identifier), b"")
    assert peer.end.states()[0] == STOPPED
    peer.open()
    assert peer.say(packet.CODE_REJECT, 1, ControlPacket(packet.ECHO_REQUEST, 1, b"").emit()) == []
    assert peer.end.states() == ALL_OPENED


def test_a_peer_that_terminates_is_let_go() -> None:
    peer = Peer()
    peer.open()
    ((_, reply),) = peer.say(packet.TERMINATE_REQUEST, 42, b"bye")
    assert (reply.code, reply.identifier) == (packet.TERMINATE_ACK, 42)
    assert peer.end.states()[0] == automaton.STOPPING
    assert peer.end.above.carrier == [True, False]
    peer.kernel.run(int(peer.kernel.now_ns) + 3_000_000_000)
    assert peer.end.states()[0] == STOPPED
    peer.open()


def test_echoes_have_their_own_magic_number() -> None:
    """Section 5.8."""
    peer = Peer()
    assert peer.say(packet.ECHO_REQUEST, 3, b"peerdata") == []
    peer.open()
    ((_, reply),) = peer.say(packet.ECHO_REQUEST, 3, b"peerdata")
    magic = peer.end.session.lcp.magic.to_bytes(4, "big")
    assert (reply.code, reply.identifier, reply.data) == (packet.ECHO_REPLY, 3, magic + b"data")
    assert peer.say(packet.DISCARD_REQUEST, 4, b"peerdata") == []


def test_a_peer_that_takes_less_lowers_the_mtu() -> None:
    peer = Peer()
    peer.request([Option(MRU, (1400).to_bytes(2, "big"))])
    peer.accept()
    assert peer.end.port.mtu == 1400


def test_a_longer_unit_is_asked_for() -> None:
    link = Link()
    link.a.port.mtu = 4000
    link.b.port.mtu = 4000
    link.run(1)
    first = link.controls(link.to_b, LCP)[0]
    assert (parse_options(first.data) or [])[0] == Option(MRU, (4000).to_bytes(2, "big"))
    assert link.a.port.mtu == 4000


MESSAGES = st.tuples(
    st.sampled_from([LCP, IPCP, IPV6CP, 0x21, 0x57, 0xC023]),
    st.integers(0, 12),
    st.integers(0, 3),
    st.one_of(
        st.just(b""),
        st.sampled_from([Option(MRU, b"\x05\xdc"), Option(3, b"\x0a\0\0\x02"), Option(9)]).map(lambda one: one.emit()),
        st.binary(max_size=12),
    ),
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(MESSAGES, st.integers(1, 40), st.booleans()), max_size=25))
def test_no_peer_brings_it_where_the_table_has_no_entry(steps: list[tuple[int, int, int, bytes] | int | bool]) -> None:
    """Whatever it is told, and whenever: a state and an event without an entry would be a KeyError."""
    peer = Peer()
    channel = peer.end.port.channel
    assert channel is not None
    for step in steps:
        if isinstance(step, bool):
            peer.end.port.signal_changed(step)
        elif isinstance(step, int):
            peer.kernel.run(int(peer.kernel.now_ns) + step * 1_000_000_000)
        else:
            peer.say(step[1], step[2], step[3], step[0])
            peer.accept()
        assert all((state, automaton.REQUEST_GOOD) in TRANSITIONS or state < 2 for state in peer.end.states())
