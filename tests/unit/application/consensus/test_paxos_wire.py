"""Multi-Paxos's messages as octets: what is written is read again, and nothing else is taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.application.consensus import messages as shared
from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import Entry, Membership
from catenet.application.consensus.messages import InstallSnapshot, SnapshotReply, TimeoutNow
from catenet.application.consensus.paxos.multi import messages as kinds
from catenet.application.consensus.paxos.multi.wire import emit_message, parse_message

numbers = st.integers(0, 1 << 62)
ids = st.integers(1, 1 << 40)
octets = st.binary(max_size=200)
groups = st.lists(ids, max_size=5, unique=True).map(lambda found: tuple(sorted(found)))
memberships = st.builds(Membership, groups, groups, groups, groups, groups, st.booleans())
entries = st.lists(st.builds(Entry, numbers, numbers, st.sampled_from([0, 2, 3]), octets), max_size=4)
OF_KIND = {
    "Prepare": st.builds(kinds.Prepare, ids, ids, numbers, numbers, numbers, st.booleans()),
    "Promise": st.builds(kinds.Promise, ids, ids, numbers, numbers, numbers, st.booleans(), numbers, numbers, entries),
    "Reject": st.builds(kinds.Reject, ids, ids, numbers, numbers),
    "Accept": st.builds(kinds.Accept, ids, ids, numbers, entries, numbers),
    "Accepted": st.builds(kinds.Accepted, ids, ids, numbers, numbers, numbers),
    "Heartbeat": st.builds(kinds.Heartbeat, ids, ids, numbers, numbers, numbers, numbers),
    "HeartbeatReply": st.builds(kinds.HeartbeatReply, ids, ids, numbers, numbers, numbers, numbers),
    "Learn": st.builds(kinds.Learn, ids, ids, numbers, entries),
    "LearnReply": st.builds(kinds.LearnReply, ids, ids, numbers, numbers),
    "CatchUpRequest": st.builds(kinds.CatchUpRequest, ids, ids, numbers, numbers),
    "InstallSnapshot": st.builds(
        InstallSnapshot, ids, ids, numbers, numbers, numbers, memberships, numbers, octets, st.booleans()
    ),
    "SnapshotReply": st.builds(SnapshotReply, ids, ids, numbers, numbers, numbers),
    "TimeoutNow": st.builds(TimeoutNow, ids, ids, numbers),
}
messages = st.one_of(*OF_KIND.values())


def fields(message: Message) -> dict[str, object]:
    """All that a message holds."""
    names = [name for name in dir(message) if not name.startswith("_")]
    return {"kind": type(message).__name__} | {name: getattr(message, name) for name in names}


def test_every_message_is_among_these() -> None:
    defined = {
        name for name, one in (vars(shared) | vars(kinds)).items() if isinstance(one, type) and issubclass(one, Message)
    }
    assert defined - {"Message"} == set(OF_KIND)


@pytest.mark.slow
@pytest.mark.parametrize("kind", OF_KIND)
@given(data=st.data())
def test_a_message_arrives_as_it_was_sent(kind: str, data: st.DataObject) -> None:
    """A field that is lost is a snapshot that never arrives, or a promise that forgets what was accepted."""
    message = data.draw(OF_KIND[kind])
    assert fields(parse_message(emit_message(message))) == fields(message)


def test_each_kind_has_its_number() -> None:
    """Replicas of two versions understand each other: the numbers stay what they are."""
    samples = [
        kinds.Prepare(1, 2, 3, 0, 1, False),
        kinds.Promise(1, 2, 3, 0, 0, True, 0, 0, []),
        kinds.Reject(1, 2, 3, 2),
        kinds.Accept(1, 2, 3, [], 0),
        kinds.Accepted(1, 2, 3, 1, 1),
        kinds.Heartbeat(1, 2, 3, 0, 1, 0),
        kinds.HeartbeatReply(1, 2, 3, 1, 0, 0),
        kinds.Learn(1, 2, 3, []),
        kinds.LearnReply(1, 2, 3, 0),
        kinds.CatchUpRequest(1, 2, 3, 0),
        InstallSnapshot(1, 2, 3, 1, 1, Membership((1,)), 0, b"", True),
        SnapshotReply(1, 2, 3, 1, 0),
        TimeoutNow(1, 2, 3),
    ]
    assert [emit_message(message)[:4] for message in samples] == [bytes((kind, 1, 2, 3)) for kind in range(1, 14)]


@pytest.mark.slow
@given(messages, st.data())
def test_a_message_that_is_cut_off_is_refused(message: Message, data: st.DataObject) -> None:
    written = emit_message(message)
    with pytest.raises(ValueError, match="cut off"):
        parse_message(written[: data.draw(st.integers(0, len(written) - 1))])


@pytest.mark.slow
@given(messages)
def test_what_follows_a_message_is_refused_and_counted(message: Message) -> None:
    with pytest.raises(ValueError, match="^2 octets follow a message"):
        parse_message(emit_message(message) + b"\x00\x00")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no message is of kind 14"):
        parse_message(bytes((14, 1, 2, 3)))


def test_only_multi_paxos_s_messages_are_written() -> None:
    with pytest.raises(TypeError, match="Message is none of Multi-Paxos's messages"):
        emit_message(Message(1, 2, 3))
