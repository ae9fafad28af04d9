"""Messages and changes of membership as octets: what is written is read again, and nothing else is taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import Entry, Membership
from catenet.application.consensus.events import MemberChange
from catenet.application.consensus.messages import InstallSnapshot, SnapshotReply, TimeoutNow
from catenet.application.consensus.raft import messages as kinds
from catenet.application.consensus.raft.membership.codec import emit_change, parse_change
from catenet.application.consensus.raft.membership.config import Change
from catenet.application.consensus.raft.wire import emit_message, parse_message
from catenet.application.consensus.varint import put_varint, take_varint

numbers = st.integers(0, 1 << 62)
ids = st.integers(1, 1 << 40)
octets = st.binary(max_size=200)
groups = st.lists(ids, max_size=5, unique=True).map(lambda found: tuple(sorted(found)))
memberships = st.builds(Membership, groups, groups, groups, groups, groups, st.booleans())
entries = st.lists(st.builds(Entry, numbers, numbers, st.integers(0, 3), octets), max_size=4)
messages = st.one_of(
    st.builds(kinds.AppendEntries, ids, ids, numbers, numbers, numbers, entries, numbers),
    st.builds(kinds.AppendReply, ids, ids, numbers, numbers, st.booleans(), numbers, numbers),
    st.builds(kinds.Heartbeat, ids, ids, numbers, numbers, numbers, numbers),
    st.builds(kinds.HeartbeatReply, ids, ids, numbers, numbers),
    st.builds(kinds.RequestVote, ids, ids, numbers, numbers, numbers, st.booleans()),
    st.builds(kinds.VoteReply, ids, ids, numbers, st.booleans(), numbers, numbers),
    st.builds(kinds.RequestPreVote, ids, ids, numbers, numbers, numbers),
    st.builds(kinds.PreVoteReply, ids, ids, numbers, st.booleans(), numbers, numbers),
    st.builds(InstallSnapshot, ids, ids, numbers, numbers, numbers, memberships, numbers, octets, st.booleans()),
    st.builds(SnapshotReply, ids, ids, numbers, numbers, numbers),
    st.builds(TimeoutNow, ids, ids, numbers),
    st.builds(kinds.ForwardProposal, ids, ids, entries),
    st.builds(kinds.ForwardTransfer, ids, ids, numbers, ids),
    st.builds(kinds.ReadRequest, ids, ids, numbers),
    st.builds(kinds.ReadReply, ids, ids, numbers, numbers, numbers),
)


def fields(message: Message) -> dict[str, object]:
    """All that a message holds."""
    names = [name for name in dir(message) if not name.startswith("_")]
    return {"kind": type(message).__name__} | {name: getattr(message, name) for name in names}


@pytest.mark.slow
@given(messages)
def test_a_message_is_read_as_it_was_written(message: Message) -> None:
    assert fields(parse_message(emit_message(message))) == fields(message)


@pytest.mark.slow
@given(messages, st.data())
def test_a_message_that_is_cut_off_is_refused(message: Message, data: st.DataObject) -> None:
    written = emit_message(message)
    with pytest.raises(ValueError, match="cut off"):
        parse_message(written[: data.draw(st.integers(0, len(written) - 1))])


@pytest.mark.slow
@given(messages)
def test_what_follows_a_message_is_refused(message: Message) -> None:
    with pytest.raises(ValueError, match="follow"):
        parse_message(emit_message(message) + b"\x00")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no message is of kind 99"):
        parse_message(bytes((99, 1, 2, 3)))


def test_only_rafts_messages_are_written() -> None:
    with pytest.raises(TypeError, match="none of Raft's messages"):
        emit_message(Message(1, 2, 3))


changes = st.builds(
    Change,
    st.lists(st.builds(MemberChange, st.integers(0, 4), ids), max_size=4),
    st.integers(0, 2),
    octets,
    st.none() | memberships,
)


@pytest.mark.slow
@given(changes)
def test_a_change_is_read_as_it_was_written(change: Change) -> None:
    found = parse_change(emit_change(change))
    assert (found.changes, found.transition, found.context, found.before) == (
        change.changes,
        change.transition,
        change.context,
        change.before,
    )


def test_the_change_that_leaves_a_joint_membership_is_empty() -> None:
    assert emit_change(Change([])) == b""
    assert parse_change(b"").leaves_joint()


@pytest.mark.parametrize("data", [b"\x12\x7f", b"\x08", b"\x12\x02\x08", b"\x7a\x01a", b"\x12\x02\x18\x01"])
def test_other_octets_are_no_change(data: bytes) -> None:
    with pytest.raises(ValueError, match="change"):
        parse_change(data)


@pytest.mark.slow
@given(numbers)
def test_numbers_take_seven_bits_an_octet(number: int) -> None:
    written = put_varint(number)
    assert take_varint(b"?" + written, 1) == (number, 1 + len(written))
    assert len(written) == max(1, -(-number.bit_length() // 7))
