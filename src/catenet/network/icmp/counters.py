"""The ICMP and ICMPv6 counters of a host, with Linux's names (``nstat``; RFC 2011, RFC 4293)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.network.icmp import icmpv4, icmpv6


class IcmpCounters:
    """Received and sent messages of both versions, and malformed ones."""

    def __init__(self) -> None:
        self._counts: Final[dict[str, int]] = {}

    def sent(self, version: i64, kind: i64) -> None:
        """Count a sent message."""
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
        """``{"IcmpInMsgs": …, "Icmp6OutEchos": …}``: the present values."""
        return dict(self._counts)
