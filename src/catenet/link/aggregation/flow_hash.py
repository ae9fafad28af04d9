"""Which member of an aggregate a frame goes by: all frames of a flow by the same one, so that they stay in order.

The policies and their names are those of Linux's bonding driver: ``layer2`` takes MAC addresses and the ethertype,
``layer2+3`` IP addresses too, ``layer3+4`` IP addresses, protocol and ports alone.  Frames that are not IP go by
layer 2.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.aggregation.settings import LAYER2, LAYER34
from catenet.link.ethernet import Frame
from catenet.link.queues.dissector import dissect
from catenet.link.queues.ip_fields import IpFields, mix

SEED: Final[i64] = 0x0802_1AC0


def flow_hash(frame: Frame, policy: str) -> i64:
    """A number of 32 bits, the same for every frame of a flow."""
    if policy == LAYER2:
        return _layer2(frame)
    fields = dissect(frame)
    if fields is None:
        return _layer2(frame)
    if policy == LAYER34:
        return fields.flow_hash(SEED)
    addresses = IpFields(fields.version, 0, 0, fields.src, fields.dst, 0)
    return addresses.flow_hash(_layer2(frame))


def _layer2(frame: Frame) -> i64:
    mixed = mix(mix(SEED, frame.src), frame.src >> 32)
    return mix(mix(mix(mixed, frame.dst), frame.dst >> 32), frame.ethertype)
