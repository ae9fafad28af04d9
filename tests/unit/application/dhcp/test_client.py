"""The client's state machine: alone, and against a server that answers, refuses, or is silent."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from catenet.application.dhcp import client as states
from catenet.application.dhcp import options as codes
from catenet.application.dhcp.client import ClientActions, DhcpClient
from catenet.application.dhcp.client_lease import ClientLease
from catenet.application.dhcp.lease_text import dump_lease, load_lease
from catenet.application.dhcp.message import DhcpMessage
from catenet.application.dhcp.server import DhcpServer
from catenet.application.dhcp.subnet import Subnet
from catenet.kernel.streams import Stream

S = 1_000_000_000
MAC = bytes([2, 0, 0, 0, 0, 1])
OWN = IPv4Address("10.0.0.1")
NET = IPv4Network("10.0.0.0/24")


class Host(ClientActions):
    """What the client asked for."""

    def __init__(self, seed: int = 1) -> None:
        self.client = DhcpClient(MAC, "h1", Stream(seed, "dhcp"), self)
        self.sent: list[tuple[DhcpMessage, IPv4Address | None, IPv4Address]] = []
        self.probed: IPv4Address | None = None
        self.configured: ClientLease | None = None
        self.kept: ClientLease | None = None

    def send(self, message: DhcpMessage, to: IPv4Address | None, src: IPv4Address) -> None:
        self.sent.append((message, to, src))

    def probe(self, address: IPv4Address) -> None:
        self.probed = address

    def configure(self, lease: ClientLease) -> None:
        self.configured = lease

    def deconfigure(self) -> None:
        self.configured = None

    def remember(self, lease: ClientLease | None) -> None:
        self.kept = lease


class Bench(Host):
    """A client with a clock and a server."""

    def __init__(self, seed: int = 1, lease_s: int = 600) -> None:
        super().__init__(seed)
        self.now_ns = 0
        pool = ((IPv4Address("10.0.0.100"), IPv4Address("10.0.0.110")),)
        self.server = DhcpServer([Subnet(NET, pool, lease_s=lease_s, routers=(OWN,))])

    def wake(self) -> None:
        """Go on to the client's next time."""
        assert self.client.wake_ns is not None
        self.now_ns = max(self.now_ns, self.client.wake_ns)
        self.client.wake(self.now_ns)

    def answer(self) -> DhcpMessage | None:
        """The server's answer to the last message, which reaches the client."""
        message, _, _ = self.sent[-1]
        reply = self.server.answer(message, [OWN], self.now_ns // S).reply
        if reply is not None:
            self.client.receive(reply, self.now_ns)
        return reply

    def bind(self) -> None:
        self.client.link_up(self.now_ns)
        self.wake()
        self.answer()
        self.answer()
        assert self.client.state == states.PROBING
        self.client.probed(False, self.now_ns)
        assert self.client.state == states.BOUND

    @property
    def kinds(self) -> list[int]:
        return [message.type for message, _, _ in self.sent]


def test_from_init_to_bound() -> None:
    bench = Bench()
    bench.bind()
    assert bench.kinds == [codes.DISCOVER, codes.REQUEST]
    discover, request = bench.sent[0][0], bench.sent[1][0]
    assert discover.xid == request.xid
    assert request.address(codes.SERVER_ID) == OWN
    assert all((to, int(src), message.broadcast) == (None, 0, True) for message, to, src in bench.sent)
    assert bench.configured is not None
    assert (bench.configured.address, bench.configured.routers) == (IPv4Address("10.0.0.100"), (OWN,))


def test_nothing_is_configured_before_the_probe_is_over() -> None:
    bench = Bench()
    bench.client.link_up(0)
    bench.wake()
    bench.answer()
    bench.answer()
    assert (bench.probed, bench.configured) == (IPv4Address("10.0.0.100"), None)
    bench.client.probed(True, bench.now_ns)
    assert bench.kinds[-1] == codes.DECLINE
    decline = bench.sent[-1][0]
    assert decline.address(codes.REQUESTED_ADDRESS) == IPv4Address("10.0.0.100")
    assert bench.client.wake_ns is not None
    assert bench.client.wake_ns - bench.now_ns >= 10 * S
    bench.answer()
    bench.wake()
    bench.answer()
    bench.answer()
    assert bench.probed == IPv4Address("10.0.0.101")


def test_retransmissions_double_with_jitter() -> None:
    """RFC 2131 4.1: 4, 8, 16, 32, 64 s, each ± 1 s."""
    bench = Bench()
    bench.client.link_up(0)
    times = []
    for _ in range(7):
        bench.wake()
        times.append(bench.now_ns)
    gaps = [(b - a) / S for a, b in pairwise(times)]
    for gap, nominal in zip(gaps, (4, 8, 16, 32, 64, 64), strict=True):
        assert abs(gap - nominal) <= 1
    assert len(set(gaps)) == len(gaps)
    assert {message.xid for message, _, _ in bench.sent} == {bench.sent[0][0].xid}
    assert bench.sent[3][0].secs > 20


def test_a_request_without_an_answer_begins_anew() -> None:
    bench = Bench()
    bench.client.link_up(0)
    bench.wake()
    bench.answer()
    for _ in range(3):
        bench.wake()
    assert bench.kinds == [codes.DISCOVER, *[codes.REQUEST] * 4]
    bench.wake()
    bench.wake()
    assert bench.kinds[-1] == codes.DISCOVER
    assert bench.sent[-1][0].xid != bench.sent[0][0].xid


def test_renewal_is_a_unicast_from_the_address() -> None:
    bench = Bench()
    bench.bind()
    until_ns = bench.configured.until_ns  # type: ignore[union-attr]
    bench.wake()
    assert bench.client.state == states.RENEWING
    message, to, src = bench.sent[-1]
    assert (to, src, message.ciaddr) == (OWN, message.ciaddr, IPv4Address("10.0.0.100"))
    assert {codes.SERVER_ID, codes.REQUESTED_ADDRESS}.isdisjoint(message.options)
    assert 300 <= bench.now_ns / S < 320
    bench.answer()
    assert bench.client.state == states.BOUND
    assert bench.configured.until_ns > until_ns  # type: ignore[operator, union-attr]


def test_without_an_answer_it_rebinds_and_then_loses_its_address() -> None:
    """RFC 2131 4.4.5: half of what remains, at least 60 s, between two requests."""
    bench = Bench()
    bench.bind()
    seen: list[tuple[str, int]] = []
    while bench.configured is not None:
        bench.wake()
        seen.append((bench.client.state, bench.now_ns // S))
    assert [state for state, _ in seen] == [states.RENEWING] * 3 + [states.REBINDING] * 2 + [states.INIT]
    gaps = [b - a for (_, a), (_, b) in pairwise(seen)]
    assert min(gaps[:3]) >= 45
    assert 600 <= bench.now_ns // S <= 602
    rebinding = [entry for entry in bench.sent if entry[1] is None and int(entry[2])]
    assert len(rebinding) == 2
    assert not rebinding[0][0].broadcast


def test_a_nak_ends_the_lease() -> None:
    bench = Bench()
    bench.bind()
    bench.server.leases.by_address.clear()
    bench.wake()
    other = DhcpMessage(1, 5, bytes([2, 0, 0, 0, 0, 9]), {codes.MESSAGE_TYPE: bytes([codes.DISCOVER])})
    bench.server.answer(other, [OWN], bench.now_ns // S)
    reply = bench.answer()
    assert reply is not None
    assert reply.type == codes.NAK
    assert (bench.configured, bench.client.state, bench.client.naks) == (None, states.INIT, 1)


def test_after_a_cut_of_the_link_the_lease_is_verified() -> None:
    """INIT-REBOOT."""
    bench = Bench()
    bench.bind()
    bench.client.link_down()
    bench.now_ns += 100 * S
    bench.client.link_up(bench.now_ns)
    request = bench.sent[-1][0]
    assert (bench.client.state, request.type) == (states.REBOOTING, codes.REQUEST)
    assert codes.SERVER_ID not in request.options
    assert request.address(codes.REQUESTED_ADDRESS) == IPv4Address("10.0.0.100")
    assert bench.configured is not None
    bench.answer()
    assert bench.client.state == states.BOUND


def restarted(bench: Bench, after_s: int) -> None:
    """The host has lost power, and what its disk kept is what the client begins with."""
    bench.client.forget()
    assert bench.configured is None
    assert bench.client.wake_ns is None
    bench.now_ns += after_s * S
    bench.client.resume(bench.kept)
    bench.client.link_up(bench.now_ns)


def test_a_kept_lease_is_verified_and_probed_before_it_is_used() -> None:
    """RFC 2131 3.2: a REQUEST with the address, and without the server's identifier."""
    bench = Bench()
    bench.bind()
    kept = bench.kept
    assert kept is not None
    assert load_lease(dump_lease(kept, 77), 77) == kept
    assert load_lease(dump_lease(kept, 0).replace(b"10.0.0.100", b"10.0.0.101"), 0) is None
    restarted(bench, 100)
    request = bench.sent[-1][0]
    assert (bench.client.state, request.type, int(request.ciaddr)) == (states.REBOOTING, codes.REQUEST, 0)
    assert codes.SERVER_ID not in request.options
    assert request.address(codes.REQUESTED_ADDRESS) == kept.address
    bench.answer()
    assert (bench.client.state, bench.configured) == (states.PROBING, None)
    bench.client.probed(False, bench.now_ns)
    assert bench.configured is not None
    assert bench.configured.address == kept.address
    assert bench.kept == bench.configured
    assert bench.kinds.count(codes.DISCOVER) == 1


def test_a_kept_lease_without_a_server_is_used_to_its_end() -> None:
    bench = Bench()
    bench.bind()
    kept = bench.kept
    restarted(bench, 100)
    bench.wake()
    bench.wake()
    assert bench.client.state == states.PROBING
    bench.client.probed(False, bench.now_ns)
    assert bench.configured is kept


def test_a_kept_lease_that_has_ended_or_is_refused_is_not_used() -> None:
    """Of an ended one the address is asked for in the DISCOVER (RFC 2131 4.4.1)."""
    bench = Bench()
    bench.bind()
    kept = bench.kept
    assert kept is not None
    restarted(bench, 700)
    assert bench.client.state == states.INIT
    bench.wake()
    assert bench.sent[-1][0].address(codes.REQUESTED_ADDRESS) == kept.address
    bench = Bench()
    bench.bind()
    bench.server.leases.by_address.clear()
    other = DhcpServer([Subnet(IPv4Network("10.9.0.0/24"), ((IPv4Address("10.9.0.5"), IPv4Address("10.9.0.9")),))])
    bench.server = other
    restarted(bench, 10)
    reply = other.answer(bench.sent[-1][0], [IPv4Address("10.9.0.1")], bench.now_ns // S).reply
    assert reply is not None
    bench.client.receive(reply, bench.now_ns)
    assert (reply.type, bench.client.state, bench.kept) == (codes.NAK, states.INIT, None)
    bench.wake()
    assert codes.REQUESTED_ADDRESS not in bench.sent[-1][0].options


def test_a_lease_that_nobody_verifies_is_used_to_its_end() -> None:
    bench = Bench()
    bench.bind()
    bench.client.link_down()
    bench.now_ns += 100 * S
    bench.client.link_up(bench.now_ns)
    bench.wake()
    bench.wake()
    assert bench.client.state == states.BOUND
    assert bench.configured is not None


def test_a_lease_ends_also_while_the_link_is_down() -> None:
    bench = Bench()
    bench.bind()
    bench.client.link_down()
    bench.wake()
    assert bench.configured is None
    assert bench.client.wake_ns is None
    bench.client.link_up(bench.now_ns)
    assert bench.client.state == states.INIT


def test_release_and_conflict() -> None:
    bench = Bench()
    bench.bind()
    bench.client.conflict(IPv4Address("10.0.0.100"), bench.now_ns)
    assert (bench.kinds[-1], bench.configured, bench.client.declined) == (codes.DECLINE, None, 1)
    bench = Bench()
    bench.bind()
    bench.client.release(bench.now_ns)
    message, to, src = bench.sent[-1]
    assert (message.type, to, src) == (codes.RELEASE, OWN, message.ciaddr)
    assert (bench.configured, bench.kept, bench.client.wake_ns) == (None, None, None)


def test_replies_to_others_are_ignored() -> None:
    bench = Bench()
    bench.client.link_up(0)
    bench.wake()
    reply = bench.server.answer(bench.sent[-1][0], [OWN], 0).reply
    assert reply is not None
    for field, value in (("xid", reply.xid ^ 1), ("chaddr", bytes(6)), ("op", 1)):
        before = getattr(reply, field)
        setattr(reply, field, value)
        bench.client.receive(reply, 0)
        assert bench.client.state == states.SELECTING
        setattr(reply, field, before)
    bench.client.receive(reply, 0)
    assert bench.client.state == states.REQUESTING


class Life(RuleBasedStateMachine):
    """Any order of time, answers, losses, conflicts, and cuts of the link."""

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench(lease_s=300)
        self.bench.client.link_up(0)

    @precondition(lambda self: self.bench.client.wake_ns is not None)
    @rule()
    def wake(self) -> None:
        self.bench.wake()

    @precondition(lambda self: self.bench.sent)
    @rule()
    def answer(self) -> None:
        self.bench.answer()

    @rule(in_use=st.booleans())
    def probed(self, in_use: bool) -> None:
        self.bench.client.probed(in_use, self.bench.now_ns)

    @rule(seconds=st.integers(1, 400))
    def wait(self, seconds: int) -> None:
        until_ns = self.bench.now_ns + seconds * S
        while self.bench.client.wake_ns is not None and self.bench.client.wake_ns <= until_ns:
            self.bench.wake()
        self.bench.now_ns = until_ns

    @rule()
    def link_down(self) -> None:
        self.bench.client.link_down()

    @precondition(lambda self: self.bench.client.state == states.STOPPED)
    @rule()
    def link_up(self) -> None:
        self.bench.client.link_up(self.bench.now_ns)

    @rule()
    def conflict(self) -> None:
        if self.bench.configured is not None:
            self.bench.client.conflict(self.bench.configured.address, self.bench.now_ns)

    @rule()
    def forget(self) -> None:
        self.bench.client.forget()
        self.bench.client.resume(self.bench.kept)

    @invariant()
    def what_is_configured_is_the_lease(self) -> None:
        client, configured = self.bench.client, self.bench.configured
        assert configured is client.lease
        if client.state in (states.BOUND, states.RENEWING, states.REBINDING):
            assert configured is not None
        if configured is not None and configured.until_ns is not None:
            assert client.wake_ns is not None
            assert client.wake_ns <= configured.until_ns

    @invariant()
    def it_never_falls_asleep_with_its_link_up(self) -> None:
        client = self.bench.client
        assert client.state in (states.STOPPED, states.PROBING) or client.wake_ns is not None


Life.TestCase.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
TestLife = pytest.mark.slow(Life.TestCase)
