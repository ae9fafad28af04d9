"""The server's answers, and its leases as a file."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest

from catenet.application.dhcp import options as codes
from catenet.application.dhcp.leases import DECLINED, FREE, Lease, load
from catenet.application.dhcp.message import NO_ADDRESS, REQUEST, DhcpMessage
from catenet.application.dhcp.relay import MAX_HOPS, Relay
from catenet.application.dhcp.server import DhcpServer
from catenet.application.dhcp.subnet import Subnet

OWN = IPv4Address("10.0.0.1")
NET = IPv4Network("10.0.0.0/24")
POOL = ((IPv4Address("10.0.0.100"), IPv4Address("10.0.0.102")),)
KEPT = IPv4Address("10.0.0.7")
MAC = [bytes([2, 0, 0, 0, 0, number]) for number in range(6)]


def at(last: int) -> IPv4Address:
    return IPv4Address(f"10.0.0.{last}")


class Desk:
    """A server and what clients say to it."""

    def __init__(self, *subnets: Subnet) -> None:
        self.server = DhcpServer(
            subnets or [Subnet(NET, POOL, ((MAC[5], KEPT),), (OWN,), (at(2),), "lab.example", lease_s=600)]
        )
        self.now_s = 1000
        self.lease: Lease | None = None

    def say(
        self, kind: int, who: int = 1, give: dict[int, bytes] | None = None, **fields: object
    ) -> DhcpMessage | None:
        options = {codes.MESSAGE_TYPE: bytes([kind]), **(give or {})}
        message = DhcpMessage(REQUEST, 77, MAC[who], options, **fields)  # type: ignore[arg-type]
        answer = self.server.answer(message, [OWN], self.now_s)
        self.lease = answer.lease
        return answer.reply

    def discover(self, who: int = 1, wanted: IPv4Address | None = None) -> IPv4Address | None:
        offer = self.say(codes.DISCOVER, who, {} if wanted is None else {codes.REQUESTED_ADDRESS: wanted.packed})
        return None if offer is None else offer.yiaddr

    def select(self, address: IPv4Address, who: int = 1, server: IPv4Address = OWN) -> DhcpMessage | None:
        given = {codes.SERVER_ID: server.packed, codes.REQUESTED_ADDRESS: address.packed}
        return self.say(codes.REQUEST, who, given)

    def bind(self, who: int = 1) -> IPv4Address:
        address = self.discover(who)
        assert address is not None
        reply = self.select(address, who)
        assert reply is not None
        assert reply.type == codes.ACK
        return address


def test_an_address_is_offered_and_granted_with_options() -> None:
    desk = Desk()
    offer = desk.say(codes.DISCOVER)
    assert offer is not None
    assert (offer.type, offer.yiaddr, offer.xid) == (codes.OFFER, at(100), 77)
    assert desk.lease is None
    reply = desk.select(at(100))
    assert reply is not None
    assert (reply.type, reply.yiaddr, reply.number(codes.LEASE_TIME)) == (codes.ACK, at(100), 600)
    assert reply.options[codes.ROUTER] == OWN.packed
    assert reply.options[codes.DOMAIN_NAME] == b"lab.example"
    assert (reply.number(codes.RENEWAL_TIME), reply.number(codes.REBINDING_TIME)) == (300, 525)
    assert desk.lease is not None
    assert (desk.lease.address, desk.lease.until_s) == (at(100), 1600)


def test_only_what_is_asked_for_is_given_and_the_mask_first() -> None:
    offer = Desk().say(codes.DISCOVER, 1, {codes.PARAMETER_LIST: bytes([codes.ROUTER, codes.SUBNET_MASK])})
    assert offer is not None
    assert list(offer.options)[-2:] == [codes.SUBNET_MASK, codes.ROUTER]


def test_each_client_gets_its_own_and_finds_it_again() -> None:
    desk = Desk()
    assert [desk.bind(who) for who in (1, 2, 3)] == [at(100), at(101), at(102)]
    assert desk.discover(4) is None
    assert desk.server.exhausted == 1
    assert desk.bind(2) == at(101)
    desk.now_s += 601
    assert desk.bind(3) == at(102), "its last address"
    assert desk.bind(4) == at(100), "the one that ended first"


def test_an_offer_keeps_the_address_for_a_minute() -> None:
    desk = Desk()
    assert desk.discover(1) == at(100)
    assert desk.discover(2) == at(101)
    desk.now_s += 61
    assert desk.discover(3) == at(100)


def test_a_client_that_takes_anothers_offer_frees_this_one() -> None:
    desk = Desk()
    assert desk.discover(1) == at(100)
    assert desk.select(at(100), 1, server=at(9)) is None
    assert desk.discover(2) == at(100)


def test_the_address_asked_for_is_given_if_it_is_free() -> None:
    desk = Desk()
    assert desk.discover(1, at(102)) == at(102)
    assert desk.discover(2, at(102)) == at(100)
    assert desk.discover(3, at(50)) == at(101), "not in the pool"


def test_a_reservation_is_for_one_client_alone() -> None:
    desk = Desk()
    assert desk.bind(5) == KEPT
    assert desk.discover(1, KEPT) == at(100)


@pytest.mark.parametrize(
    ("address", "kind"),
    [(at(100), codes.ACK), (at(101), codes.NAK), (IPv4Address("10.9.9.9"), codes.NAK)],
)
def test_a_client_that_reboots(address: IPv4Address, kind: int) -> None:
    """RFC 2131 4.3.2, INIT-REBOOT."""
    desk = Desk()
    desk.bind(1)
    reply = desk.say(codes.REQUEST, 1, {codes.REQUESTED_ADDRESS: address.packed})
    assert reply is not None
    assert reply.type == kind
    if kind == codes.NAK:
        assert reply.broadcast
        assert reply.yiaddr == NO_ADDRESS


def test_of_a_client_that_it_does_not_know_a_server_is_silent() -> None:
    assert Desk().say(codes.REQUEST, 1, {codes.REQUESTED_ADDRESS: at(100).packed}) is None


def test_renewal_prolongs_and_keeps_the_address_of_the_client() -> None:
    desk = Desk()
    desk.bind(1)
    desk.now_s += 300
    reply = desk.say(codes.REQUEST, 1, ciaddr=at(100))
    assert reply is not None
    assert (reply.type, reply.ciaddr, reply.yiaddr) == (codes.ACK, at(100), at(100))
    assert desk.lease is not None
    assert desk.lease.until_s == 1900
    other = desk.say(codes.REQUEST, 2, ciaddr=at(100))
    assert other is not None
    assert other.type == codes.NAK


def test_a_lease_time_is_granted_within_bounds() -> None:
    for wanted, granted in ((5, 10), (60, 60), (10**6, 86_400)):
        reply = Desk().say(codes.DISCOVER, 1, {codes.LEASE_TIME: wanted.to_bytes(4, "big")})
        assert reply is not None
        assert reply.number(codes.LEASE_TIME) == granted


def test_a_declined_address_is_given_to_nobody_for_an_hour() -> None:
    desk = Desk()
    desk.bind(1)
    given = {codes.REQUESTED_ADDRESS: at(100).packed, codes.SERVER_ID: OWN.packed}
    assert desk.say(codes.DECLINE, 2, given) is None
    assert desk.lease is None, "not its address"
    assert desk.say(codes.DECLINE, 1, given) is None
    assert desk.lease is not None
    assert desk.lease.state == DECLINED
    assert desk.discover(1) == at(101)
    desk.now_s += 3601
    assert desk.discover(3, at(100)) == at(100)


def test_a_released_address_waits_for_its_client() -> None:
    desk = Desk()
    desk.bind(1)
    desk.say(codes.RELEASE, 2, ciaddr=at(100))
    assert desk.lease is None
    desk.say(codes.RELEASE, 1, ciaddr=at(100))
    assert desk.lease is not None
    assert desk.lease.state == FREE
    assert desk.bind(2) == at(101), "fresh ones first"
    assert desk.bind(1) == at(100)


def test_inform_gets_options_and_no_lease() -> None:
    reply = Desk().say(codes.INFORM, 1, ciaddr=at(50))
    assert reply is not None
    assert (reply.type, reply.yiaddr, reply.ciaddr) == (codes.ACK, NO_ADDRESS, at(50))
    assert codes.LEASE_TIME not in reply.options
    assert codes.ROUTER in reply.options
    assert Desk().say(codes.INFORM, 1) is None


def test_the_relay_agents_subnet_counts() -> None:
    far = IPv4Network("10.1.0.0/24")
    desk = Desk(Subnet(NET, POOL), Subnet(far, ((far[10], far[20]),)))
    offer = desk.say(codes.DISCOVER, 1, giaddr=far[1])
    assert offer is not None
    assert (offer.yiaddr, offer.giaddr) == (far[10], far[1])
    assert desk.say(codes.DISCOVER, 1, giaddr=IPv4Address("10.2.0.1")) is None


def test_leases_outlive_a_restart_and_a_torn_line() -> None:
    desk = Desk()
    lines = []
    for who in (1, 2, 1):
        desk.bind(who)
        assert desk.lease is not None
        lines.append(desk.lease.line())
        desk.now_s += 10
    whole = load(b"".join(lines))
    assert whole.by_address == desk.server.leases.by_address
    assert load(whole.dump()).by_address == whole.by_address
    torn = load(lines[0] + lines[1][:-9])
    assert list(torn.by_address) == [at(100)]
    flipped = bytearray(lines[0])
    flipped[20] ^= 1
    assert load(bytes(flipped) + lines[1]).by_address == {}


def test_a_relay_agent_marks_requests_once_and_takes_its_own_replies() -> None:
    relay = Relay()
    message = DhcpMessage(REQUEST, 1, MAC[1])
    assert relay.request(message, at(3))
    assert (message.giaddr, message.hops) == (at(3), 1)
    assert relay.request(message, at(4))
    assert (message.giaddr, message.hops) == (at(3), 2), "the first agent's"
    message.hops = MAX_HOPS
    assert not relay.request(message, at(4))
    message.op = 2
    assert not relay.request(message, at(4))
    assert relay.reply(message, [at(4), at(3)])
    assert not relay.reply(message, [at(4)])
    assert (relay.forwarded, relay.returned, relay.discarded) == (2, 1, 1)
