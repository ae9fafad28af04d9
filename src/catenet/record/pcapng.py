"""pcapng, the file format of packet captures (draft-ietf-opsawg-pcapng).

A file is one section: a Section Header Block (4.1), an Interface Description Block (4.2) for each
interface, and an Enhanced Packet Block (4.3) for each frame.  Every block is its type, its length, its
body, and its length again, all in units of four octets; options (3.5) follow the fixed part of a body.

Times are whole nanoseconds since 1970, by the simulated hosts' clocks.  A file is independent of machine and date: the
same frames give the same octets.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

SECTION_HEADER: Final = 0x0A0D0D0A
INTERFACE_DESCRIPTION: Final = 1
ENHANCED_PACKET: Final = 6
BYTE_ORDER_MAGIC: Final = 0x1A2B3C4D
LINKTYPE_ETHERNET: Final = 1

OPT_END: Final = 0
OPT_COMMENT: Final = 1
SHB_USERAPPL: Final = 4
IF_NAME: Final = 2
IF_DESCRIPTION: Final = 3
IF_SPEED: Final = 8
IF_TSRESOL: Final = 9
IF_FCSLEN: Final = 13
EPB_FLAGS: Final = 2

INBOUND: Final = 1
OUTBOUND: Final = 2
FCS_OCTETS: Final = 4
NANOSECONDS: Final = 9
"""``if_tsresol``: a tick is 10 to the minus ninth of a second."""


class PcapngError(ValueError):
    """Invalid pcapng; the message says where and why."""


@dataclass(frozen=True)
class CapturedInterface:
    """An interface of a file that was read.  Speed in bit/s; ``fcs_octets`` is 0 if the file does not say."""

    name: str
    description: str
    speed_bit_s: int
    fcs_octets: int
    link_type: int = LINKTYPE_ETHERNET


@dataclass(frozen=True)
class CapturedFrame:
    """A frame of a file that was read.  ``interface`` is the place in the file's list of interfaces."""

    interface: int
    time_ns: int
    data: bytes
    comment: str
    direction: int


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + _padded(value)


def _block(kind: int, body: bytes) -> bytes:
    length = len(body) + 12
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


_END: Final = _option(OPT_END, b"")
_PACKET_HEAD: Final = struct.Struct("<IIIIIII")
_LENGTH: Final = struct.Struct("<I")
_PADDING: Final = (b"", bytes(1), bytes(2), bytes(3))


class PcapngWriter:
    """Writes frames to a file, Ethernet's with their check sequences.  The stream stays the caller's to close."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream: Final = stream
        self._fcs_octets: Final[list[int]] = []
        self._options: Final[dict[tuple[str, int, int], bytes]] = {}
        fixed = struct.pack("<IHHq", BYTE_ORDER_MAGIC, 1, 0, -1)
        stream.write(_block(SECTION_HEADER, fixed + _option(SHB_USERAPPL, b"Catenet") + _END))

    def add_interface(
        self,
        name: str,
        description: str = "",
        speed_bit_s: int = 0,
        link_type: int = LINKTYPE_ETHERNET,
        fcs_octets: int = FCS_OCTETS,
    ) -> int:
        """Describe an interface and give its number.  A speed of 0 is left out.

        ``link_type`` is a number of tcpdump.org's list of link-layer header types; ``fcs_octets`` is the length of the
        check sequence at the end of each frame.
        """
        options = _option(IF_NAME, name.encode())
        if description:
            options += _option(IF_DESCRIPTION, description.encode())
        if speed_bit_s:
            options += _option(IF_SPEED, struct.pack("<Q", speed_bit_s))
        options += _option(IF_TSRESOL, bytes([NANOSECONDS])) + _option(IF_FCSLEN, bytes([fcs_octets]))
        fixed = struct.pack("<HHI", link_type, 0, 0)
        self._stream.write(_block(INTERFACE_DESCRIPTION, fixed + options + _END))
        self._fcs_octets.append(fcs_octets)
        return len(self._fcs_octets) - 1

    def write(self, interface: int, time_ns: int, data: bytes, comment: str = "", direction: int = OUTBOUND) -> None:
        """Write one frame.  Raises ValueError if the interface was never described."""
        if not 0 <= interface < len(self._fcs_octets):
            raise ValueError(f"interface {interface} was not described; there are {len(self._fcs_octets)}")
        octets = len(data)
        options = self._packet_options(comment, direction, self._fcs_octets[interface])
        length = 32 + octets + -octets % 4 + len(options)
        head = _PACKET_HEAD.pack(
            ENHANCED_PACKET, length, interface, time_ns >> 32, time_ns & 0xFFFF_FFFF, octets, octets
        )
        self._stream.write(b"".join((head, data, _PADDING[-octets % 4], options, _LENGTH.pack(length))))

    def _packet_options(self, comment: str, direction: int, fcs_octets: int) -> bytes:
        key = (comment, direction, fcs_octets)
        options = self._options.get(key)
        if options is None:
            options = _option(OPT_COMMENT, comment.encode()) if comment else b""
            options += _option(EPB_FLAGS, struct.pack("<I", direction | fcs_octets << 5)) + _END
            self._options[key] = options
        return options


class PcapngReader:
    """Reads what :class:`PcapngWriter` writes: one section, low octet first, nanoseconds.

    Raises :class:`PcapngError`, while iterating too, if the file is something else.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.interfaces: Final[list[CapturedInterface]] = []
        self._stream: Final = stream
        kind, body = self._next_block() or (0, b"")
        if kind != SECTION_HEADER or struct.unpack_from("<I", body)[0] != BYTE_ORDER_MAGIC:
            raise PcapngError("not a pcapng file with its lowest octets first")

    def __iter__(self) -> Iterator[CapturedFrame]:
        while (block := self._next_block()) is not None:
            kind, body = block
            if kind == INTERFACE_DESCRIPTION:
                self.interfaces.append(self._interface(body))
            elif kind == ENHANCED_PACKET:
                yield self._frame(body)

    def _next_block(self) -> tuple[int, bytes] | None:
        head = self._stream.read(8)
        if not head:
            return None
        if len(head) < 8:
            raise PcapngError("the file ends within a block's header")
        kind, length = struct.unpack("<II", head)
        if length < 12 or length % 4:
            raise PcapngError(f"a block cannot have {length} octets")
        rest = self._stream.read(length - 8)
        if len(rest) < length - 8 or struct.unpack_from("<I", rest, len(rest) - 4)[0] != length:
            raise PcapngError(f"a block of {length} octets is cut off, or does not repeat its length")
        return kind, rest[:-4]

    @staticmethod
    def _options(data: bytes) -> dict[int, bytes]:
        options: dict[int, bytes] = {}
        place = 0
        while place + 4 <= len(data):
            code, length = struct.unpack_from("<HH", data, place)
            if code == OPT_END:
                break
            options[code] = data[place + 4 : place + 4 + length]
            place += 4 + length + -length % 4
        return options

    def _interface(self, body: bytes) -> CapturedInterface:
        options = self._options(body[8:])
        if options.get(IF_TSRESOL) != bytes([NANOSECONDS]):
            raise PcapngError("the times of an interface are not in nanoseconds")
        return CapturedInterface(
            name=options.get(IF_NAME, b"").decode(),
            description=options.get(IF_DESCRIPTION, b"").decode(),
            speed_bit_s=int.from_bytes(options.get(IF_SPEED, b""), "little"),
            fcs_octets=int.from_bytes(options.get(IF_FCSLEN, b""), "little"),
            link_type=struct.unpack_from("<H", body)[0],
        )

    def _frame(self, body: bytes) -> CapturedFrame:
        interface, high, low, captured, _ = struct.unpack_from("<IIIII", body)
        if interface >= len(self.interfaces):
            raise PcapngError(f"a frame of interface {interface}, which is not described")
        options = self._options(body[20 + captured + -captured % 4 :])
        return CapturedFrame(
            interface=interface,
            time_ns=high << 32 | low,
            data=body[20 : 20 + captured],
            comment=options.get(OPT_COMMENT, b"").decode(),
            direction=int.from_bytes(options.get(EPB_FLAGS, b""), "little") & 3,
        )
