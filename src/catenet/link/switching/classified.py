"""A frame inside a bridge: the received frame, and its VLAN (IEEE 802.1Q-2018, 6.9.1 and 6.9.2)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.pdu import Pdu
from catenet.link.ethernet import FCS_OCTETS, HEADER_OCTETS, Frame
from catenet.link.switching.port_vlans import PortVlans
from catenet.link.vlan_tag import VID_MASK, VlanTag


class Classified:
    """A frame and its VLAN; ``tag`` is its tag of the port's type, None if it has none."""

    def __init__(self, frame: Frame, vid: i64, tag: VlanTag | None) -> None:
        self.frame: Final = frame
        self.vid: Final[i64] = vid
        self.tag: Final = tag

    def data(self) -> tuple[i64, Pdu]:
        """The ethertype and the payload, without the port's own tag."""
        tag = self.tag
        return (self.frame.ethertype, self.frame.payload) if tag is None else (tag.ethertype, tag.payload)

    def leaving(self, vlans: PortVlans, last: bool) -> Frame:
        """The frame as sent by a port with these VLANs; unless it is the ``last``, the payload is a clone."""
        frame = self.frame
        tag = self.tag
        wanted = vlans.tag(self.vid)
        if tag is None:
            if wanted == 0:
                return frame if last else frame.copy()
            ethertype, payload, octets = frame.ethertype, frame.payload, frame.octets - HEADER_OCTETS - FCS_OCTETS
        elif wanted == frame.ethertype and tag.tci & VID_MASK == self.vid:
            return frame if last else frame.copy()
        else:
            ethertype, payload, octets = tag.ethertype, tag.payload, tag.octets
        if not last:
            payload = payload.clone()
        if wanted == 0:
            return Frame(frame.dst, frame.src, ethertype, payload)
        tci = self.vid if tag is None else (tag.tci & ~VID_MASK) | self.vid
        return Frame(frame.dst, frame.src, wanted, VlanTag(tci, ethertype, payload, octets))


def classified(frame: Frame, vlans: PortVlans) -> Classified:
    """Classify a frame received by a port with these VLANs; its VLAN is 0 if it is to be dropped."""
    payload = frame.payload
    if not isinstance(payload, VlanTag):
        return Classified(frame, vlans.classify(0, 0), None)
    tpid = frame.ethertype
    vid = vlans.classify(tpid, payload.tci & VID_MASK)
    return Classified(frame, vid, payload if vlans.takes_off(tpid) else None)
