"""What a host counted of ICMP and ICMPv6, by the names that Linux gives it (``nstat``; RFC 2011, RFC 4293)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.network.icmp import icmpv4, icmpv6


class IcmpCounters:
    """Messages in and out of both versions, and those that could not be read."""

    def __init__(self) -> None:
        self._counts: Final[dict[str, int]] = {}

    def sent(self, version: i64, kind: i64) -> None:
        """Count a message that goes out."""
        self.count(version, "OutMsgs")
        self.count_type(version, "Out", kind)

    def count(self, version: i64, name: str) -> None:
        """Count one of ``InMsgs``, ``InErrors`` …"""
        key = ("Icmp" if version == 4 else "Icmp6") + name
        self._counts[key] = self._counts.get(key, 0) + 1

    def count_type(self, version: i64, way: str, kind: i64) -> None:
        """Count a message by its type; ``way`` is ``In`` or ``Out``."""
        names = icmpv4.NAMES if version == 4 else icmpv6.NAMES
        self.count(version, way + names.get(kind, f"Type{kind}"))

    def named(self) -> dict[str, int]:
        """``{"IcmpInMsgs": …, "Icmp6OutEchos": …}``: what has been counted so far."""
        return dict(self._counts)
