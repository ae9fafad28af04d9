"""The configuration of an advertising interface (RFC 4861 6.2.1)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.quantity import NS_PER_S
from catenet.network.router_discovery.nd_options import (
    MEDIUM,
    NameServers,
    PrefixInformation,
    RouteInformation,
    SearchList,
)

MAX_INTERVAL_NS: Final[i64] = 600 * NS_PER_S
DEFAULT_LIFETIME_INTERVALS: Final = 3
MAX_LIFETIME_S: Final = 9000
"""The longest AdvDefaultLifetime."""
VALID_S: Final = 2_592_000
"""AdvValidLifetime: 30 days."""
PREFERRED_S: Final = 604_800
"""AdvPreferredLifetime: 7 days."""
HOP_LIMIT: Final = 64


class AdvertiserSettings:
    """What a router advertises on one link; the names of RFC 4861 6.2.1 are in brackets.

    Unsolicited advertisements are ``min_interval_ns`` to ``max_interval_ns`` apart (MinRtrAdvInterval,
    MaxRtrAdvInterval).  ``lifetime_s`` is AdvDefaultLifetime; ``reachable_ms``, ``retransmit_ms``, ``hop_limit`` and
    ``mtu`` (octets) are left to the hosts if 0.  ``prefixes`` None advertises those of the interface's addresses.
    """

    def __init__(
        self,
        max_interval_ns: i64 = MAX_INTERVAL_NS,
        min_interval_ns: i64 = MAX_INTERVAL_NS * 33 // 100,
        lifetime_s: int = 1800,
        *,
        managed: bool = False,
        other: bool = False,
        preference: int = MEDIUM,
        hop_limit: int = HOP_LIMIT,
        reachable_ms: int = 0,
        retransmit_ms: int = 0,
        mtu: int = 0,
        valid_s: int = VALID_S,
        preferred_s: int = PREFERRED_S,
        prefixes: list[PrefixInformation] | None = None,
        routes: list[RouteInformation] | None = None,
        name_servers: NameServers | None = None,
        search_list: SearchList | None = None,
    ) -> None:
        self.max_interval_ns: Final[i64] = max_interval_ns
        self.min_interval_ns: Final[i64] = min_interval_ns
        self.lifetime_s: Final = lifetime_s
        self.managed: Final = managed
        self.other: Final = other
        self.preference: Final = preference
        self.hop_limit: Final = hop_limit
        self.reachable_ms: Final = reachable_ms
        self.retransmit_ms: Final = retransmit_ms
        self.mtu: Final = mtu
        self.valid_s: Final = valid_s
        self.preferred_s: Final = preferred_s
        self.prefixes: Final = prefixes
        self.routes: Final[list[RouteInformation]] = routes if routes is not None else []
        self.name_servers: Final = name_servers
        self.search_list: Final = search_list
