"""Messages of router discovery and their options on the wire."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.network.icmp.icmpv6 import NO_MAC, ROUTER_ADVERTISEMENT
from catenet.network.icmp.message import IcmpMessage
from catenet.network.router_discovery.messages import (
    Redirect,
    RouterAdvertisement,
    parse_advertisement,
    parse_redirect,
    parse_solicitation,
    solicitation,
)
from catenet.network.router_discovery.nd_options import (
    HIGH,
    LOW,
    MEDIUM,
    NameServers,
    NdOptions,
    PrefixInformation,
    RouteInformation,
    SearchList,
    parse_options,
)

LABELS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=20)
DOMAINS = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
LIFETIMES = st.integers(0, 0xFFFF_FFFF)
ADDRESSES = st.integers(0, (1 << 128) - 1)


@st.composite
def prefixes(draw: Callable[..., int]) -> tuple[int, int]:
    length = draw(st.integers(0, 128))
    return draw(ADDRESSES) >> (128 - length) << (128 - length), length


@st.composite
def option_lists(draw: Callable[..., object]) -> NdOptions:
    def some(each: st.SearchStrategy[object]) -> list[object]:
        return draw(st.lists(each, max_size=2))  # type: ignore[return-value]

    made = NdOptions()
    made.source_mac = draw(st.integers(-1, (1 << 48) - 1))  # type: ignore[assignment]
    made.target_mac = draw(st.integers(-1, (1 << 48) - 1))  # type: ignore[assignment]
    made.mtu = draw(st.integers(0, 0xFFFF_FFFF))  # type: ignore[assignment]
    flags = st.tuples(LIFETIMES, LIFETIMES, st.booleans(), st.booleans())
    for prefix, rest in some(st.tuples(prefixes(), flags)):  # type: ignore[misc]
        made.prefixes.append(PrefixInformation(*prefix, *rest))
    for prefix, lifetime, preference in some(  # type: ignore[misc]
        st.tuples(prefixes(), LIFETIMES, st.sampled_from([LOW, MEDIUM, HIGH]))
    ):
        made.routes.append(RouteInformation(*prefix, lifetime, preference))
    for servers, lifetime in some(st.tuples(st.lists(ADDRESSES, min_size=1, max_size=3), LIFETIMES)):  # type: ignore[misc]
        made.name_servers.append(NameServers(servers, lifetime))
    for domains, lifetime in some(st.tuples(st.lists(DOMAINS, min_size=1, max_size=3), LIFETIMES)):  # type: ignore[misc]
        made.search_lists.append(SearchList(domains, lifetime))
    return made


def values(options: NdOptions | None) -> object:
    assert options is not None
    return (
        options.source_mac,
        options.target_mac,
        options.mtu,
        [(p.prefix, p.prefix_len, p.valid_s, p.preferred_s, p.on_link, p.autonomous) for p in options.prefixes],
        [(r.prefix, r.prefix_len, r.lifetime_s, r.preference) for r in options.routes],
        [(n.servers, n.lifetime_s) for n in options.name_servers],
        [(s.domains, s.lifetime_s) for s in options.search_lists],
    )


@pytest.mark.slow
@given(option_lists())
def test_options_come_back_as_they_were(options: NdOptions) -> None:
    data = options.emit()
    assert len(data) % 8 == 0
    assert values(parse_options(data)) == values(options)


@pytest.mark.slow
@given(st.binary(max_size=200))
def test_any_octets_are_options_or_none(data: bytes) -> None:
    found = parse_options(data)
    if found is not None:
        values(found)
    for parse in (parse_advertisement, parse_redirect, parse_solicitation):
        parse(IcmpMessage(6, ROUTER_ADVERTISEMENT, 0, 0, data))


@pytest.mark.slow
@given(option_lists(), st.integers(0, 0xFFFF), st.integers(0, 255), st.booleans(), st.booleans())
def test_an_advertisement_comes_back_as_it_was(
    options: NdOptions, lifetime_s: int, hop_limit: int, managed: bool, other: bool
) -> None:
    sent = RouterAdvertisement(options, lifetime_s, hop_limit, managed, other, HIGH, 30_000, 1000)
    got = parse_advertisement(sent.message())
    assert got is not None
    assert values(got.options) == values(options)
    assert (got.lifetime_s, got.hop_limit, got.managed, got.other) == (lifetime_s, hop_limit, managed, other)
    assert (got.preference, got.reachable_ms, got.retransmit_ms) == (HIGH, 30_000, 1000)


def test_an_advertisement_has_the_octets_of_the_rfc() -> None:
    options = NdOptions()
    options.source_mac = 0x0200_0000_0001
    options.mtu = 1400
    options.prefixes.append(PrefixInformation(0x20010DB8 << 96, 64, 3600, 1800))
    message = RouterAdvertisement(options, 1800, 64, preference=LOW, other=True).message()
    assert (message.kind, message.code, message.rest) == (134, 0, 64 << 24 | 0x58 << 16 | 1800)
    assert message.body.hex() == (
        "0000000000000000"  # reachable time, retransmission timer
        "0101020000000001"
        "0501000000000578"
        "030440c000000e1000000708000000002001" + "0db8" + "00" * 12
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [("0100020000000001", "no length"), ("0102020000000001", "truncated"), ("01", "half a head")],
)
def test_malformed_options_make_the_message_invalid(data: str, why: str) -> None:
    assert parse_options(bytes.fromhex(data)) is None, why


@pytest.mark.parametrize(
    "data",
    [
        "ff01000000000000",  # unknown
        "0302" + "00" * 14,  # a prefix of the wrong length
        "030481c0" + "00" * 28,  # a prefix of 129 bits
        "180140000000000" + "1",  # a route to 64 bits without any of them
        "1801001000000001",  # a route of the reserved preference
        "1f0200000000000105" + "61" * 7,  # a label that is longer than the option
        "1f0200000000000101612e00" + "ff" * 4,
        "1902000000000001" + "00" * 8,  # half a server
    ],
)
def test_an_option_that_is_wrong_in_itself_is_left_out(data: str) -> None:
    assert values(parse_options(bytes.fromhex(data))) == values(NdOptions())


def test_a_solicitation_carries_its_options() -> None:
    options = NdOptions()
    options.source_mac = 0x0200_0000_0001
    got = parse_solicitation(solicitation(options))
    assert got is not None
    assert got.source_mac == 0x0200_0000_0001
    assert parse_solicitation(IcmpMessage(6, 133, 1, 0, b"")) is None, "its code is 0"


ROUTER = 0xFE80 << 112 | 1
DESTINATION = 0x2001_0DB8 << 96 | 5


def test_a_redirect_comes_back_with_what_it_quotes() -> None:
    options = NdOptions()
    options.redirected = b"x" * 13
    got = parse_redirect(Redirect(ROUTER, DESTINATION, options).message())
    assert got is not None
    assert (got.target, got.destination, got.options.target_mac) == (ROUTER, DESTINATION, NO_MAC)
    assert got.options.redirected == b"x" * 13 + b"\0" * 3


def test_a_redirect_leads_to_a_link_local_router_or_to_the_destination_itself() -> None:
    """RFC 4861 8.1."""
    assert parse_redirect(Redirect(DESTINATION, DESTINATION, NdOptions()).message()) is not None
    assert parse_redirect(Redirect(DESTINATION + 1, DESTINATION, NdOptions()).message()) is None
    assert parse_redirect(Redirect(ROUTER, 0xFF02 << 112 | 1, NdOptions()).message()) is None
