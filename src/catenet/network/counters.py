"""Counters of one host, with Linux's names (``nstat``; defined in RFC 4293 and RFC 2011)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

_IP_NAMES: Final = (
    "InReceives",
    "InHdrErrors",
    "InAddrErrors",
    "ForwDatagrams",
    "InUnknownProtos",
    "InDiscards",
    "InDelivers",
    "OutRequests",
    "OutDiscards",
    "OutNoRoutes",
    "ReasmTimeout",
    "ReasmReqds",
    "ReasmOKs",
    "ReasmFails",
    "FragOKs",
    "FragFails",
    "FragCreates",
)
_IP6_NAMES: Final = {
    "ForwDatagrams": "OutForwDatagrams",
}


class IpCounters:
    """The counters of one version of IP, in packets."""

    def __init__(self) -> None:
        self.in_receives: i64 = 0
        self.in_header_errors: i64 = 0
        self.in_address_errors: i64 = 0
        self.forwarded: i64 = 0
        self.in_unknown_protocols: i64 = 0
        self.in_discards: i64 = 0
        self.in_delivers: i64 = 0
        self.out_requests: i64 = 0
        self.out_discards: i64 = 0
        self.out_no_routes: i64 = 0
        self.reassembly_timeouts: i64 = 0
        self.reassembly_required: i64 = 0
        self.reassembled: i64 = 0
        self.reassembly_failures: i64 = 0
        self.fragmented: i64 = 0
        self.fragmentation_failures: i64 = 0
        self.fragments_created: i64 = 0

    def values(self) -> list[int]:
        """The numbers, in the order of the MIB's names."""
        return [
            self.in_receives,
            self.in_header_errors,
            self.in_address_errors,
            self.forwarded,
            self.in_unknown_protocols,
            self.in_discards,
            self.in_delivers,
            self.out_requests,
            self.out_discards,
            self.out_no_routes,
            self.reassembly_timeouts,
            self.reassembly_required,
            self.reassembled,
            self.reassembly_failures,
            self.fragmented,
            self.fragmentation_failures,
            self.fragments_created,
        ]

    def named(self, version: i64) -> dict[str, int]:
        """``{"IpInReceives": …}`` or ``{"Ip6InReceives": …}``."""
        if version == 4:
            return {f"Ip{name}": value for name, value in zip(_IP_NAMES, self.values(), strict=True)}
        return {f"Ip6{_IP6_NAMES.get(name, name)}": value for name, value in zip(_IP_NAMES, self.values(), strict=True)}
