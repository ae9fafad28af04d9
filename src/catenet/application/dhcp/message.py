"""A DHCP message and its octets (RFC 2131 section 2, RFC 3396 for long options)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Final

from catenet.application.dhcp import options as codes

SERVER_PORT: Final = 67
CLIENT_PORT: Final = 68
REQUEST: Final = 1
"""``op`` of a message to a server (BOOTREQUEST)."""
REPLY: Final = 2
ETHERNET: Final = 1
NO_ADDRESS: Final = IPv4Address(0)
COOKIE: Final = b"\x63\x82\x53\x63"
MIN_OCTETS: Final = 300
"""A BOOTP message (RFC 951), which relay agents may expect."""
_HEAD: Final = struct.Struct("!BBBBIHH4s4s4s4s16s64s128s")
_BROADCAST: Final = 0x8000


@dataclass(slots=True)
class DhcpMessage:
    """One message.  ``options`` are octets by code; the names of fields are those of RFC 2131."""

    op: int
    xid: int
    chaddr: bytes
    options: dict[int, bytes] = field(default_factory=dict)
    secs: int = 0
    broadcast: bool = False
    ciaddr: IPv4Address = NO_ADDRESS
    yiaddr: IPv4Address = NO_ADDRESS
    siaddr: IPv4Address = NO_ADDRESS
    giaddr: IPv4Address = NO_ADDRESS
    hops: int = 0

    @property
    def type(self) -> int:
        """DISCOVER …; 0 if there is none."""
        return codes.to_number(self.options.get(codes.MESSAGE_TYPE, b""), 1) or 0

    @property
    def client_id(self) -> bytes:
        """What identifies the client: its identifier option, else type and hardware address (RFC 2131 4.2)."""
        given = self.options.get(codes.CLIENT_ID, b"")
        return given if len(given) >= 2 else bytes([ETHERNET]) + self.chaddr

    def address(self, code: int) -> IPv4Address | None:
        """The address in an option; None without one."""
        data = self.options.get(code, b"")
        return IPv4Address(data) if len(data) == 4 else None

    def number(self, code: int) -> int | None:
        """The number of 32 bits in an option; None without one."""
        return codes.to_number(self.options.get(code, b""), 4)

    def emit(self) -> bytes:
        """The octets of the message."""
        head = _HEAD.pack(
            self.op,
            ETHERNET,
            len(self.chaddr),
            self.hops,
            self.xid,
            self.secs,
            _BROADCAST if self.broadcast else 0,
            self.ciaddr.packed,
            self.yiaddr.packed,
            self.siaddr.packed,
            self.giaddr.packed,
            self.chaddr,
            b"",
            b"",
        )
        body = b"".join(_option(code, data) for code, data in self.options.items())
        return (head + COOKIE + body + bytes([codes.END])).ljust(MIN_OCTETS, b"\0")


def parse(data: bytes) -> DhcpMessage | None:
    """A message from its octets; None if it is malformed, or not of DHCP over Ethernet."""
    if len(data) < _HEAD.size + 4 or data[_HEAD.size : _HEAD.size + 4] != COOKIE:
        return None
    op, hardware, length, hops, xid, secs, flags, ciaddr, yiaddr, siaddr, giaddr, chaddr, sname, file = (
        _HEAD.unpack_from(data)
    )
    if op not in (REQUEST, REPLY) or hardware != ETHERNET or length != 6:
        return None
    options: dict[int, bytes] = {}
    if not _read(data[_HEAD.size + 4 :], options):
        return None
    overload = codes.to_number(options.pop(codes.OVERLOAD, b""), 1) or 0
    for flag, area in ((1, file), (2, sname)):
        if overload & flag and not _read(area, options):
            return None
    return DhcpMessage(
        op,
        xid,
        chaddr[:6],
        options,
        secs,
        flags & _BROADCAST != 0,
        ciaddr=IPv4Address(ciaddr),
        yiaddr=IPv4Address(yiaddr),
        siaddr=IPv4Address(siaddr),
        giaddr=IPv4Address(giaddr),
        hops=hops,
    )


def _option(code: int, data: bytes) -> bytes:
    """An option; one of more than 255 octets is split (RFC 3396)."""
    pieces = [data[at : at + 255] for at in range(0, len(data), 255)] or [b""]
    return b"".join(bytes([code, len(piece)]) + piece for piece in pieces)


def _read(area: bytes, options: dict[int, bytes]) -> bool:
    """Read the options of one area; False if they are truncated.  Pieces of one option are joined (RFC 3396)."""
    at = 0
    while at < len(area) and area[at] != codes.END:
        if area[at] == codes.PAD:
            at += 1
            continue
        if at + 2 > len(area) or at + 2 + area[at + 1] > len(area):
            return False
        end = at + 2 + area[at + 1]
        options[area[at]] = options.get(area[at], b"") + area[at + 2 : end]
        at = end
    return True
