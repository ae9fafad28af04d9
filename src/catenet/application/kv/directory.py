"""The state machine that knows the groups: a replicated log of its own, whose entries are groups that join and leave.

Each change makes a new :class:`~catenet.application.kv.layout.Layout`, in which a hash ring gives every slot to a
group.  Groups and clients ask for layouts by number; none is ever changed or forgotten.
"""

from __future__ import annotations

from typing import Final

import msgspec

from catenet.application.kv.layout import NOBODY, Layout
from catenet.application.kv.results import OK, REFUSED, Result
from catenet.application.kv.slots import SLOTS
from catenet.application.placement.ring import HashRing


class Join(msgspec.Struct, frozen=True, array_like=True, tag=64):
    """A group is there, or its replicas have other addresses now."""

    group: int
    addresses: tuple[str, ...]


class Leave(msgspec.Struct, frozen=True, array_like=True, tag=65):
    """A group is to give its slots to the others."""

    group: int


Change = Join | Leave

_changes: Final = msgspec.msgpack.Decoder(Change)
_layouts: Final = msgspec.msgpack.Decoder(list[Layout])
_encoder: Final = msgspec.msgpack.Encoder()
