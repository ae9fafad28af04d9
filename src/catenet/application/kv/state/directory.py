"""The state machine of the directory: a separate replicated log, whose entries are groups that join and leave.

Each change makes a new :class:`~catenet.application.kv.state.slot_map.Layout`, in which a hash ring assigns every slot
to a group.  Groups and clients request layouts by number; layouts are never changed or deleted.
"""

from __future__ import annotations

from typing import Final

import msgspec

from catenet.application.kv.state.slot_map import Layout, balanced_layout


class Join(msgspec.Struct, frozen=True, array_like=True, tag=64):
    """Add a group, or change the addresses of its replicas."""

    group: int
    addresses: tuple[str, ...]


class Leave(msgspec.Struct, frozen=True, array_like=True, tag=65):
    """Remove a group, whose slots move to the others.  The last group cannot leave."""

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
        """The layout with a number (-1: the latest); None if there is none yet."""
        if number < 0:
            return self.latest
        return self.layouts[number] if number < len(self.layouts) else None

    def apply(self, change: Change) -> Layout | None:
        """Add or remove a group; returns the resulting layout, None if the change is invalid."""
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
        """The state, encoded."""
        return _encoder.encode(self.layouts)

    def restore(self, octets: bytes) -> None:
        """Replace the state by that of a snapshot.  Raises ValueError (of msgspec) for invalid octets."""
        self.layouts = _layouts.decode(octets)
