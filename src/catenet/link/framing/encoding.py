"""How a point-to-point link makes frames of packets, and octets of frames: one class for each framing."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.pdu import Octets, Pdu
from catenet.link.ethernet import IPV4, IPV6, Frame
from catenet.link.framing import bit_stuffing, cobs, octet_stuffing
from catenet.link.framing.fcs import with_fcs16, without_fcs16
from catenet.physical.phys import slip

NOT_IP: Final[i64] = 0
"""The ethertype of a frame that carries neither IPv4 nor IPv6."""


@mypyc_attr(allow_interpreted_subclasses=True)
class Encoding:
    """The octets of a frame on the line.

    A frame's content is what a capture shows: header and packet, without check sequence, delimiters and stuffing.
    """

    def encode(self, content: bytes) -> bytes:
        """The octets on the line, with all that delimits the frame."""
        raise AssertionError(f"{type(self).__name__} does not say what is sent")

    def decode(self, octets: bytes) -> bytes | None:
        """The content of the first good frame in these octets; None if there is none."""
        raise AssertionError(f"{type(self).__name__} does not say what is received")

    def header(self, ethertype: i64) -> bytes:
        """What stands before a packet of this ethertype."""
        return b""

    def parse(self, octets: bytes) -> Frame | None:
        """The frame in these octets; None if there is none, or it is damaged."""
        content = self.decode(octets)
        if content is None:
            return None
        return self.frame_of(content)

    def frame_of(self, content: bytes) -> Frame | None:
        """The frame of a good content; None if there is no header that says what it is."""
        version = content[0] >> 4 if content else 0
        if version != 4 and version != 6:
            return None
        return LineFrame(self, b"", IPV4 if version == 4 else IPV6, 0, Octets(content))


class LineFrame(Frame):
    """A frame of a link without addresses: both ends of it have none, 0.

    ``header`` stands before the payload; ``protocol`` is PPP's number of what is carried, 0 without PPP.  ``octets`` is
    the length on the line when the frame was made: a mark of congestion, set later, may add an escape or two.
    """

    def __init__(self, encoding: Encoding, header: bytes, ethertype: i64, protocol: i64, payload: Pdu) -> None:
        super().__init__(0, 0, ethertype, payload)
        self.encoding: Final = encoding
        self.header: Final = header
        self.protocol: Final[i64] = protocol
        self.octets = len(encoding.encode(header + payload.emit()))

    def content(self) -> bytes:
        """Header and payload, as a capture shows them."""
        return self.header + self.payload.emit()

    def emit(self) -> bytes:
        return self.encoding.encode(self.content())

    def wire_length(self) -> i64:
        return len(self.emit())

    def overhead_octets(self) -> i64:
        return self.octets - self.payload.wire_length()

    def clone(self) -> Pdu:
        return self.copy()

    def copy(self) -> Frame:
        return LineFrame(self.encoding, self.header, self.ethertype, self.protocol, self.payload.clone())


class SlipEncoding(Encoding):
    """IP packets between ENDs, without a check sequence (RFC 1055)."""

    def encode(self, content: bytes) -> bytes:
        return slip.encode(content)

    def decode(self, octets: bytes) -> bytes | None:
        packets = slip.decode(octets)
        return packets[0] if packets else None


class CobsEncoding(Encoding):
    """IP packets with FCS-16 as COBS blocks between zeros."""

    def encode(self, content: bytes) -> bytes:
        return cobs.encode(with_fcs16(content))

    def decode(self, octets: bytes) -> bytes | None:
        return _first_good(cobs.decode(octets))


class CiscoHdlcEncoding(Encoding):
    """Packets with a header of address, control and ethertype, in frames with FCS-16 and bit stuffing.

    The header is what Cisco's routers and Linux's ``hdlc`` (drivers/net/wan/hdlc_cisco.c) send: 0x0F for one receiver,
    0x00, and the ethertype.  Keepalives (SLARP) are not sent.
    """

    def encode(self, content: bytes) -> bytes:
        return bit_stuffing.encode(with_fcs16(content))

    def decode(self, octets: bytes) -> bytes | None:
        return _first_good(bit_stuffing.BitDeframer().feed(octets))

    def header(self, ethertype: i64) -> bytes:
        return b"\x0f\x00" + int(ethertype).to_bytes(2, "big")

    def frame_of(self, content: bytes) -> Frame | None:
        if len(content) < 4 or content[0] not in (0x0F, 0x8F) or content[1] != 0:
            return None
        ethertype: i64 = content[2] << 8 | content[3]
        return LineFrame(self, content[:4], ethertype, 0, Octets(content[4:]))


class PppEncoding(Encoding):
    """PPP in HDLC-like framing on an asynchronous line (RFC 1662): FCS-16, and escapes as an ACCM says.

    Address and control may be left out, and the first octet of the protocol: the receiver sees whether they are
    (sections 3.1 and 3.2; RFC 1661, section 2).
    """

    def __init__(self, accm: i64 = octet_stuffing.DEFAULT_ACCM) -> None:
        self.accm: Final[i64] = accm

    def encode(self, content: bytes) -> bytes:
        return octet_stuffing.encode(with_fcs16(content), self.accm)

    def decode(self, octets: bytes) -> bytes | None:
        return _first_good(octet_stuffing.OctetDeframer().feed(octets))

    def frame_of(self, content: bytes) -> Frame | None:
        start: i64 = 2 if content[:2] == ADDRESS_AND_CONTROL else 0
        if len(content) <= start:
            return None
        protocol: i64 = content[start]
        end = start + 1
        if protocol & 1 == 0:
            if len(content) <= end:
                return None
            protocol = protocol << 8 | content[end]
            end += 1
        return LineFrame(self, content[:end], _ethertype_of(protocol), protocol, Octets(content[end:]))


ADDRESS_AND_CONTROL: Final = b"\xff\x03"
"""All stations, unnumbered information (RFC 1662, section 3.1)."""
PPP_IPV4: Final[i64] = 0x0021
PPP_IPV6: Final[i64] = 0x0057


def _ethertype_of(protocol: i64) -> i64:
    if protocol == PPP_IPV4:
        return IPV4
    return IPV6 if protocol == PPP_IPV6 else NOT_IP


def _first_good(frames: list[bytes]) -> bytes | None:
    """The content of the first frame whose FCS-16 is right."""
    for frame in frames:
        content = without_fcs16(frame)
        if content is not None:
            return content
    return None
