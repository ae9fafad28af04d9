"""Numbers that others know are those that IANA and the IEEE have assigned; numbers of ours mean one thing each."""

from __future__ import annotations

from types import ModuleType

import pytest

from catenet.link import ethernet
from catenet.network import packet, tracing
from catenet.network.icmp import icmpv4, icmpv6
from catenet.network.ip import ipv4, ipv6
from catenet.network.neighbour import arp_packet as arp
from catenet.network.routing.ospf import drop_reasons as ospf_drop_reasons
from catenet.network.routing.ospf.lsa import lsa
from catenet.network.routing.rip import drop_reasons as rip_drop_reasons
from catenet.network.routing.rip import message
from catenet.network.routing.rip import process as machine
from catenet.transport import datagram
from catenet.transport.tcp.segment import options, segment

ASSIGNED: dict[ModuleType, dict[str, int]] = {
    ethernet: {"IPV4": 0x0800, "IPV6": 0x86DD, "MIN_OCTETS": 64, "AROUND_OCTETS": 20},
    packet: {"ETHERTYPE_IPV4": 0x0800, "ETHERTYPE_ARP": 0x0806, "ETHERTYPE_IPV6": 0x86DD}
    | {"PROTOCOL_ICMP": 1, "PROTOCOL_TCP": 6, "PROTOCOL_UDP": 17, "PROTOCOL_ICMPV6": 58, "NO_NEXT_HEADER": 59},
    arp: {"REQUEST": 1, "REPLY": 2, "OCTETS": 28},
    icmpv4: {"ECHO_REPLY": 0, "UNREACHABLE": 3, "SOURCE_QUENCH": 4, "REDIRECT": 5, "ECHO": 8, "TIME_EXCEEDED": 11}
    | {"PARAMETER_PROBLEM": 12, "NET_UNREACHABLE": 0, "HOST_UNREACHABLE": 1, "PROTOCOL_UNREACHABLE": 2}
    | {"PORT_UNREACHABLE": 3, "FRAGMENTATION_NEEDED": 4, "PROHIBITED": 13, "MAX_ERROR_OCTETS": 576},
    icmpv6: {"UNREACHABLE": 1, "PACKET_TOO_BIG": 2, "TIME_EXCEEDED": 3, "PARAMETER_PROBLEM": 4, "ECHO": 128}
    | {"ECHO_REPLY": 129, "NEIGHBOUR_SOLICITATION": 135, "NEIGHBOUR_ADVERTISEMENT": 136, "REDIRECT": 137}
    | {"NO_ROUTE": 0, "PROHIBITED": 1, "ADDRESS_UNREACHABLE": 3, "PORT_UNREACHABLE": 4, "ND_HOP_LIMIT": 255}
    | {"UNRECOGNIZED_NEXT_HEADER": 1, "FLAG_ROUTER": 1 << 31, "FLAG_SOLICITED": 1 << 30, "FLAG_OVERRIDE": 1 << 29}
    | {"OPTION_SOURCE_MAC": 1, "OPTION_TARGET_MAC": 2, "OPTION_NONCE": 14, "MAX_ERROR_OCTETS": 1280},
    ipv4: {"HEADER_OCTETS": 20, "FLAG_DONT_FRAGMENT": 0x4000, "FLAG_MORE_FRAGMENTS": 0x2000, "FLAG_EVIL": 0x8000}
    | {"OPTION_END": 0, "OPTION_NOP": 1, "OPTION_LOOSE_SOURCE_ROUTE": 131, "OPTION_STRICT_SOURCE_ROUTE": 137},
    ipv6: {"HEADER_OCTETS": 40, "HOP_BY_HOP": 0, "ROUTING": 43, "FRAGMENT": 44, "DESTINATION_OPTIONS": 60}
    | {"MIN_MTU_OCTETS": 1280, "FRAGMENT_HEADER_OCTETS": 8},
    datagram: {"PROTOCOL_UDP": 17, "HEADER_OCTETS": 8, "MAX_DATA_OCTETS": 65_507},
    segment: {"FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32, "PROTOCOL": 6, "HEADER_LENGTH": 20},
    options: {"END": 0, "NOP": 1, "MSS": 2, "WINDOW_SCALE": 3, "SACK_PERMITTED": 4, "SACK": 5, "TIMESTAMPS": 8},
    message: {"REQUEST": 1, "RESPONSE": 2, "VERSION": 2, "INFINITY": 16, "MAX_ENTRIES": 25, "FAMILY_IPV4": 2}
    | {"FAMILY_ANY": 0, "FAMILY_AUTHENTICATION": 0xFFFF},
    machine: {"PORT": 520, "GROUP": 0xE0000009},
    lsa: {"ROUTER": 1, "NETWORK": 2, "SUMMARY": 3, "ASBR_SUMMARY": 4, "EXTERNAL": 5, "NSSA": 7, "OPAQUE_LINK": 9}
    | {"OPAQUE_AREA": 10, "OPAQUE_AS": 11, "MAX_AGE_S": 3600, "LS_REFRESH_S": 1800, "MAX_AGE_DIFF_S": 900}
    | {"E_BIT": 0x02, "NP_BIT": 0x08, "L_BIT": 0x10, "O_BIT": 0x40, "LS_INFINITY": 0xFFFFFF},
}


@pytest.mark.parametrize("module", ASSIGNED, ids=lambda module: module.__name__.removeprefix("catenet."))
def test_numbers_on_the_wire_are_those_that_were_assigned(module: ModuleType) -> None:
    """With another number two of ours would understand each other, and nobody else would: tcpdump, Linux, a router."""
    assert {name: int(getattr(module, name)) for name in ASSIGNED[module]} == ASSIGNED[module]


@pytest.mark.parametrize("module", [tracing, ospf_drop_reasons, rip_drop_reasons], ids=lambda module: module.__name__)
def test_each_reason_for_a_drop_has_a_number_and_words_of_its_own(module: ModuleType) -> None:
    """Two with one number would tell a person the wrong reason."""
    reasons = module.REASONS
    assert list(reasons) == list(range(1, len(reasons) + 1))
    assert len(set(reasons.values())) == len(reasons)
    assert getattr(module, "REASON_COUNT", len(reasons) + 1) == len(reasons) + 1
