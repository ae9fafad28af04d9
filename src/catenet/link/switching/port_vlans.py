"""The VLANs of a bridge port, and their tags (IEEE 802.1Q-2018, 6.9 and 8.8.10).

=========== ========================= ============================= =======================
mode        VLAN of untagged frames   VLAN of tagged frames         frames are sent
=========== ========================= ============================= =======================
access      its VLAN                  none: they are dropped        untagged
trunk       the native VLAN           the tag's, if it is allowed   tagged, native untagged
tunnel      its service VLAN          the same, the C-tag is kept   as received
=========== ========================= ============================= =======================

A trunk without a native VLAN drops untagged frames.  A tunnel is 802.1ad's customer network port: all frames of a
customer get the S-tag of one service VLAN on a trunk of S-tags.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mypy_extensions import i64

from catenet.link.vlan_tag import C_TAG, DEFAULT_VLAN, S_TAG, VLAN_MAX, VLAN_MIN

NO_VLAN: Final[i64] = 0
"""The frame is in no VLAN of the port, and is dropped."""
ALL_VLANS: Final = frozenset(range(VLAN_MIN, VLAN_MAX + 1))


class PortVlans:
    """The VLANs of one port.

    ``pvid`` is the VLAN of untagged frames, 0 for none; ``members`` are all its VLANs.  ``tpid`` is the type of tags
    that it processes, 0 for none.  Use :func:`access`, :func:`trunk` or :func:`tunnel` to create one.
    """

    def __init__(self, mode: str, pvid: i64, members: frozenset[int], tpid: i64) -> None:
        self.mode: Final = mode
        self.pvid: Final[i64] = pvid
        self.members: Final = members
        self.tpid: Final[i64] = tpid
        self._trunk: Final = mode == "trunk"

    def classify(self, tpid: i64, vid: i64) -> i64:
        """The VLAN of a frame by its outermost tag, :data:`NO_VLAN` if it is dropped; ``tpid`` is 0 without a tag."""
        if self.takes_off(tpid) and vid != 0:
            return vid if vid in self.members and self._trunk else NO_VLAN
        if self.mode == "tunnel" and tpid == S_TAG:
            return NO_VLAN
        return self.pvid

    def takes_off(self, tpid: i64) -> bool:
        """Whether the port processes and removes a tag; otherwise it is data."""
        return tpid != 0 and tpid == self.tpid

    def carries(self, vid: i64) -> bool:
        """Whether the port sends frames of a VLAN."""
        return vid in self.members

    def tag(self, vid: i64) -> i64:
        """The TPID of sent frames of a VLAN; 0 for untagged."""
        return self.tpid if self._trunk and vid != self.pvid else 0


def access(vid: int = DEFAULT_VLAN) -> PortVlans:
    """A port to stations of one VLAN."""
    return PortVlans("access", vid, frozenset((vid,)), C_TAG)


def trunk(allowed: Iterable[int], native: int = 0, tpid: int = C_TAG) -> PortVlans:
    """A port to another bridge, for several VLANs; ``native`` is one of those allowed, or 0 for none."""
    return PortVlans("trunk", native, frozenset(allowed), tpid)


def tunnel(vid: int) -> PortVlans:
    """A port to a customer whose frames, tagged or not, are all in one service VLAN."""
    return PortVlans("tunnel", vid, frozenset((vid,)), 0)
