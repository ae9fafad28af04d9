"""The TCP segment: an object from sender to receiver, and its wire format (RFC 9293 section 3.1).

::

     0                   1                   2                   3
    +-------------------------------+-------------------------------+
    |          source port          |       destination port        |  0
    |                        sequence number                        |  4
    |                    acknowledgment number                      |  8
    | offset| rsrvd |C E U A P R S F|            window             | 12
    |           checksum            |         urgent pointer        | 16
    |                  options, padded to four octets               | 20
    +---------------------------------------------------------------+

The checksum exists only on the wire: :meth:`TcpSegment.emit_over` writes it and :func:`parse` checks it.
"""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

from catenet.kernel.checksum import internet_checksum
from catenet.network.packet import IpPayload
from catenet.transport.tcp.segment.options import (
    TIMESTAMPS_LENGTH,
    SynOptions,
    emit_sack,
    emit_syn_options,
    emit_timestamps,
    parse_options,
    syn_options_length,
)

FIN: Final[i64] = 0x01
SYN: Final[i64] = 0x02
RST: Final[i64] = 0x04
PSH: Final[i64] = 0x08
ACK: Final[i64] = 0x10
URG: Final[i64] = 0x20

HEADER_LENGTH: Final[i64] = 20
PROTOCOL: Final[i64] = 6
_HEADER: Final = struct.Struct("!HHIIBBHHH")
_CHECKSUM_AT: Final = 16
_FLAG_LETTERS: Final = "FSRPAUEC"


class TcpSegment(IpPayload):
    """One segment.  Numbers are those on the wire: ``seq`` and ``ack`` modulo 2^32, ``window`` unscaled."""

    def __init__(
        self,
        src_port: i64,
        dst_port: i64,
        seq: i64,
        ack: i64,
        flags: i64,
        window: i64,
        payload: bytes,
        has_timestamps: bool = False,
        ts_value: i64 = 0,
        ts_echo: i64 = 0,
        sack_blocks: list[int] | None = None,
        syn_options: SynOptions | None = None,
        urgent: i64 = 0,
    ) -> None:
        self.src_port: Final = src_port
        self.dst_port: Final = dst_port
        self.seq: Final = seq
        self.ack: Final = ack
        self.flags: Final = flags
        self.window: Final = window
        self.payload: Final = payload
        self.has_timestamps: Final = has_timestamps
        self.ts_value: Final = ts_value
        self.ts_echo: Final = ts_echo
        self.sack_blocks: Final = sack_blocks
        self.syn_options: Final = syn_options
        self.urgent: Final = urgent

    def wire_length(self) -> i64:
        return self.header_length() + len(self.payload)

    def flow_ports(self) -> i64:
        return self.src_port << 16 | self.dst_port

    def flow_flags(self) -> i64:
        return self.flags

    def with_flow_ports(self, ports: i64) -> IpPayload:
        return TcpSegment(
            ports >> 16, ports & 0xFFFF, self.seq, self.ack, self.flags, self.window, self.payload,
            self.has_timestamps, self.ts_value, self.ts_echo,
            self.sack_blocks, self.syn_options, self.urgent,
        )  # fmt: skip

    def header_length(self) -> i64:
        """Octets of the header, options included."""
        length = HEADER_LENGTH
        if self.syn_options is not None:
            length += syn_options_length(self.syn_options, self.has_timestamps)
        elif self.has_timestamps:
            length += TIMESTAMPS_LENGTH
        if self.sack_blocks is not None:
            length += 4 + 4 * len(self.sack_blocks)
        return length

    def sequence_length(self) -> i64:
        """The sequence space that it consumes (SEG.LEN): its payload, its SYN and its FIN."""
        length: i64 = len(self.payload)
        if self.flags & SYN:
            length += 1
        if self.flags & FIN:
            length += 1
        return length

    def clone(self) -> TcpSegment:
        """The segment itself, since segments are immutable."""
        return self

    def emit(self) -> bytes:
        """The octets with a checksum without pseudo header, for a segment by itself."""
        return self.emit_over(0)

    def emit_over(self, pseudo_header_sum: i64) -> bytes:
        """The octets on the wire, with the checksum over the pseudo header whose sum is given."""
        data = b"".join((self.emit_header(0), self.payload))
        checksum = internet_checksum(data, pseudo_header_sum)
        return b"".join((data[:_CHECKSUM_AT], struct.pack("!H", checksum), data[_CHECKSUM_AT + 2 :]))

    def emit_header(self, checksum: i64) -> bytes:
        """The header's octets, options included, with a given checksum."""
        options = self._emit_options()
        offset = (HEADER_LENGTH + len(options)) // 4
        header = _HEADER.pack(
            self.src_port, self.dst_port, self.seq, self.ack,
            offset << 4, self.flags, self.window, checksum, self.urgent,
        )  # fmt: skip
        return header + options

    def _emit_options(self) -> bytes:
        timestamps = emit_timestamps(self.ts_value, self.ts_echo) if self.has_timestamps else b""
        if self.syn_options is not None:
            options = emit_syn_options(self.syn_options, timestamps)
        elif timestamps:
            options = b"\x01\x01" + timestamps
        else:
            options = b""
        if self.sack_blocks is not None:
            options += emit_sack(self.sack_blocks)
        return options

    def __repr__(self) -> str:
        flags = "".join(letter for bit, letter in enumerate(_FLAG_LETTERS) if self.flags >> bit & 1)
        text = f"<{flags or '-'} seq {self.seq} ack {self.ack} win {self.window} len {len(self.payload)}"
        if self.sack_blocks is not None:
            text += f" sack {self.sack_blocks}"
        return text + ">"


def parse(data: bytes, pseudo_header_sum: i64) -> TcpSegment | None:
    """Parse a segment; None if the checksum or the header is wrong.

    ``pseudo_header_sum`` is the network layer's sum for the packet that carried it.
    """
    if len(data) < HEADER_LENGTH or internet_checksum(data, pseudo_header_sum) != 0:
        return None
    src_port, dst_port, seq, ack, offset, flags, window, _checksum, urgent = _HEADER.unpack_from(data)
    header_length = (offset >> 4) * 4
    if header_length < HEADER_LENGTH or header_length > len(data):
        return None
    options = parse_options(data[HEADER_LENGTH:header_length])
    syn_options = None
    if flags & SYN:
        syn_options = SynOptions(options.mss, options.window_shift, options.sack_permitted)
    return TcpSegment(
        src_port, dst_port, seq, ack, flags, window, data[header_length:],
        options.timestamps, options.ts_value, options.ts_echo,
        options.sack_blocks, syn_options, urgent,
    )  # fmt: skip
