"""The state machine that knows the groups: a replicated log of its own, whose entries are groups that join and leave.

Each change makes a new :class:`~catenet.application.kv.state.slot_map.Layout`, in which a hash ring gives every slot to
a group.  Groups and clients ask for layouts by number; none is ever changed or forgotten.
"""

from __future__ import annotations

from typing import Final

import msgspec

from catenet.application.kv.state.slot_map import Layout, balanced_layout


class Join(msgspec.Struct, frozen=True, array_like=True, tag=64):
    """A group is there, or its replicas have other addresses now."""

    group: int
    addresses: tuple[str, ...]


class Leave(msgspec.Struct, frozen=True, array_like=True, tag=65):
    """A group is to give its slots to the others.  The last one cannot leave."""

    group: int


Change = Join | Leave

_layouts: Final = msgspec.msgpack.Decoder(list[Layout])
_encoder: Final = msgspec.msgpack.Encoder()


class Directory:
    """All layouts, by number; the first has no groups."""

    def __init__(self) -> None:
        self.layouts: list[Layout] = [Layout()]

    @property
    def latest(self) -> Layout:
        """The newest layout."""
        return self.layouts[-1]

    def layout(self, number: int) -> Layout | None:
        """The layout of that number (-1: the latest); None if there is none yet."""
        if number < 0:
            return self.latest
        return self.layouts[number] if number < len(self.layouts) else None

    def apply(self, change: Change) -> Layout | None:
        """A group joins or leaves; the layout that has it so.  None if that cannot be."""
        groups = dict(self.latest.groups)
        match change:
            case Join(group, addresses):
                if group < 1:
                    return None
                groups[group] = addresses
            case Leave(group):
                if len(groups) == 1 and group in groups:
                    return None
                groups.pop(group, None)
        if groups != self.latest.groups:
            self.layouts.append(balanced_layout(self.latest.number + 1, groups))
        return self.latest

    def snapshot(self) -> bytes:
        """All of it."""
        return _encoder.encode(self.layouts)

    def restore(self, octets: bytes) -> None:
        """Become what a snapshot was made of.  Raises ValueError (of msgspec) for octets that are none."""
        self.layouts = _layouts.decode(octets)
