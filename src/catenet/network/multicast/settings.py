"""The settings of group membership on an interface, as in Linux's ``net.ipv4.conf`` and ``net.ipv6.conf``."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

ROBUSTNESS: Final = 2
"""Robustness Variable (RFC 3376 section 8.1): how often a change is reported."""
LATEST_IGMP: Final = 3
LATEST_MLD: Final = 2


class MulticastSettings:
    """``igmp`` and ``mld`` are the highest versions in use (``force_igmp_version``, ``force_mld_version``).

    ``robustness`` applies until a query contains one (``igmp_qrv``, ``mld_qrv``).  With ``link_scope_reports`` an
    interface always reports groups of 224.0.0.0/24 and of link scope, as Linux does
    (``igmp_link_local_mcast_reports``); without, only if a query was received, since only snooping switches need these
    reports.
    """

    def __init__(
        self,
        igmp: int = LATEST_IGMP,
        mld: int = LATEST_MLD,
        robustness: int = ROBUSTNESS,
        link_scope_reports: bool = False,
    ) -> None:
        self.igmp: Final[i64] = igmp
        self.mld: Final[i64] = mld
        self.robustness: Final[i64] = robustness
        self.link_scope_reports: Final = link_scope_reports

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MulticastSettings) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def _values(self) -> tuple[int, int, int, bool]:
        return int(self.igmp), int(self.mld), int(self.robustness), self.link_scope_reports

    def with_link_scope(self) -> MulticastSettings:
        """The same with ``link_scope_reports``."""
        return MulticastSettings(self.igmp, self.mld, self.robustness, True)

    def latest(self, version: i64) -> i64:
        """The highest version of IGMP or MLD."""
        return self.igmp if version == 4 else self.mld


DEFAULT_SETTINGS: Final = MulticastSettings()
