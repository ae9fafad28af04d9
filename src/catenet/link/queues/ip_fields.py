"""The fields of an IP packet that queue disciplines use, and the hash that distinguishes flows."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.pdu import Pdu

MASK32: Final[i64] = 0xFFFFFFFF


class IpFields:
    """The fields of a packet.

    ``ports`` is the source port << 16 | the destination port of TCP and UDP; 0 for others and for fragments, since only
    the first fragment has ports, and all must be in the same flow.
    """

    def __init__(self, version: i64, traffic_class: i64, protocol: i64, src: int, dst: int, ports: i64) -> None:
        self.version: Final[i64] = version
        self.traffic_class: Final[i64] = traffic_class
        self.protocol: Final[i64] = protocol
        self.src: Final = src
        self.dst: Final = dst
        self.ports: Final[i64] = ports

    def flow_hash(self, seed: i64) -> i64:
        """A 32-bit hash of addresses, protocol and ports: the same for every packet of a flow.

        ``seed`` has 32 bits, and differs between queues.
        """
        mixed = mix(mix(seed, self.protocol), self.ports)
        if self.version == 4:
            return mix(mix(mixed, self.src), self.dst)
        for shift in (96, 64, 32, 0):
            mixed = mix(mixed, (self.src >> shift) & 0xFFFFFFFF)
            mixed = mix(mixed, (self.dst >> shift) & 0xFFFFFFFF)
        return mixed


@mypyc_attr(allow_interpreted_subclasses=True)
class IpPdu(Pdu):
    """A packet object of the layer above that gives its fields, so its octets need not be parsed."""

    def ip_fields(self) -> IpFields:
        """The current fields."""
        raise AssertionError(f"{type(self).__name__} tells no fields")

    def traffic_class_octet(self) -> i64:
        """DSCP << 2 | ECN (RFC 2474, RFC 3168)."""
        raise AssertionError(f"{type(self).__name__} has no traffic class")

    def mark_congestion(self) -> None:
        """Set Congestion Experienced (RFC 3168, section 5)."""
        raise AssertionError(f"{type(self).__name__} cannot be marked")


def mix(state: i64, word: i64) -> i64:
    """Mix a 32-bit word into a 32-bit state: multiply and shift, after MurmurHash3's finaliser (Appleby)."""
    mixed: i64 = (state ^ (word & MASK32)) & MASK32
    mixed = (mixed ^ (mixed >> 16)) * 0x45D9F3B & MASK32
    mixed = (mixed ^ (mixed >> 15)) * 0x2C1B3C6D & MASK32
    return (mixed ^ (mixed >> 13) ^ 0x9E3779B9) & MASK32
