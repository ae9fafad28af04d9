"""A change of membership as octets: fields with a tag, numbers in seven-bit groups (protobuf's wire format)."""

from __future__ import annotations

from catenet.application.consensus.entry import Membership
from catenet.application.consensus.events import AUTO, MemberChange
from catenet.application.consensus.fields import Reader, Writer
from catenet.application.consensus.raft.membership.config import Change
from catenet.application.consensus.varint import put_varint, take_varint


def emit_change(change: Change) -> bytes:
    """Empty for the change that leaves a joint membership."""
    parts: list[bytes] = []
    if change.transition != AUTO:
        parts.append(b"\x08" + put_varint(change.transition))
    for step in change.changes:
        one = b"\x08" + put_varint(step.operation) + b"\x10" + put_varint(step.replica)
        parts.append(b"\x12" + put_varint(len(one)) + one)
    if change.before is not None:
        writer = Writer()
        writer.membership(change.before)
        parts.append(b"\x22" + put_varint(len(writer.data())) + writer.data())
    if change.context:
        parts.append(b"\x1a" + put_varint(len(change.context)) + change.context)
    return b"".join(parts)


def _parse_step(data: bytes) -> MemberChange:
    operation = 0
    replica = 0
    at = 0
    while at < len(data):
        tag, at = take_varint(data, at)
        value, at = take_varint(data, at)
        if tag == 0x08:
            operation = value
        elif tag == 0x10:
            replica = value
        else:
            raise ValueError(f"a step of a change has no field {tag:#x}")
    return MemberChange(operation, replica)


def parse_change(data: bytes) -> Change:
    """The inverse of `emit_change`. Raises ValueError for what that cannot have made."""
    changes: list[MemberChange] = []
    transition = AUTO
    context = b""
    before: Membership | None = None
    at = 0
    try:
        while at < len(data):
            tag, at = take_varint(data, at)
            value, at = take_varint(data, at)
            if tag == 0x08:
                transition = value
                continue
            if at + value > len(data):
                raise ValueError("a change of membership is cut off")
            field, at = data[at : at + value], at + value
            if tag == 0x12:
                changes.append(_parse_step(field))
            elif tag == 0x1A:
                context = field
            elif tag == 0x22:
                before = Reader(field).membership()
            else:
                raise ValueError(f"a change of membership has no field {tag:#x}")
    except IndexError:
        raise ValueError("a change of membership is cut off") from None
    return Change(changes, transition, context, before)
