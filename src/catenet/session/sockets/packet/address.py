"""The addresses of packet sockets: ``struct sockaddr_ll`` as Python's tuples (packet(7))."""

from __future__ import annotations

import errno
import socket
from operator import index
from typing import Any, Final

from catenet.link.framing.encoding import CiscoHdlcEncoding, PppEncoding, SlipEncoding
from catenet.network.interface import Interface
from catenet.session.sockets.socket_base import fail

LinkAddress = tuple[str, int, int, int, bytes]
"""Interface, ethertype, packet type, hardware type, hardware address."""

ARPHRD_ETHER: Final = 1
ARPHRD_SLIP: Final = 256
ARPHRD_PPP: Final = 512
ARPHRD_CISCO: Final = 513
ARPHRD_RAWIP: Final = 519
ARPHRD_LOOPBACK: Final = 772
"""Hardware types (Linux's if_arp.h)."""
MAX_ADDRESS_OCTETS: Final = 8


def hardware_type(interface: Interface) -> int:
    """The hardware type of an interface, as of the link that it has now."""
    if interface.loopback:
        return ARPHRD_LOOPBACK
    encoding = interface.port.encoding
    if encoding is None:
        return ARPHRD_ETHER
    if isinstance(encoding, PppEncoding):
        return ARPHRD_PPP
    if isinstance(encoding, CiscoHdlcEncoding):
        return ARPHRD_CISCO
    return ARPHRD_SLIP if isinstance(encoding, SlipEncoding) else ARPHRD_RAWIP


def hardware_address(interface: Interface) -> bytes:
    """Its MAC address; empty on a line, which has none."""
    return b"" if interface.port.encoding is not None else int(interface.mac).to_bytes(6, "big")


def parse(interfaces: list[Interface], address: Any, call: str) -> tuple[Interface, int, bytes]:
    """Interface, ethertype and hardware address of a program's tuple.

    Raises TypeError, OverflowError, ValueError as ``socket`` does, and OSError ENODEV for an unknown interface.
    """
    if not isinstance(address, tuple):
        raise TypeError(f"{call}(): AF_PACKET address must be tuple, not {type(address).__name__}")
    if not 2 <= len(address) <= 5 or not isinstance(address[0], str):
        raise TypeError("AF_PACKET address must be a tuple of two to five elements")
    protocol = index(address[1])
    for number in address[2:4]:
        index(number)
    octets = bytes(memoryview(address[4])) if len(address) > 4 else b""
    interface = named(interfaces, address[0])
    if len(octets) > MAX_ADDRESS_OCTETS:
        raise ValueError("Hardware address must be 8 bytes or less")
    if not 0 <= protocol <= 0xFFFF:
        raise OverflowError(f"{call}(): proto must be 0-65535.")
    return interface, protocol, octets


def named(interfaces: list[Interface], name: str) -> Interface:
    """The interface of a name."""
    return next((each for each in interfaces if each.name == name), None) or fail(errno.ENODEV)


def numbered(interfaces: list[Interface], number: int) -> Interface:
    """The interface of an index, as ``if_nametoindex`` gives it."""
    return interfaces[number - 1] if 1 <= number <= len(interfaces) else fail(errno.ENODEV)


def to_host_order(protocol: int) -> int:
    """The ethertype that a program has given as ``socket.htons(ethertype)``."""
    return socket.ntohs(protocol & 0xFFFF)
