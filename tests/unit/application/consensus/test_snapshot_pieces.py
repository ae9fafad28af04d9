"""Pieces of snapshots in any order, from any senders: what is installed is one of the snapshots, whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.application.consensus import effects, events
from catenet.application.consensus.entry import Entry, HardState, Membership, Snapshot, founding
from catenet.application.consensus.interface import Replica
from catenet.application.consensus.messages import InstallSnapshot
from catenet.application.consensus.paxos.ballot import ballot
from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.paxos.multi.replica import PaxosReplica
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.timing import Randomised
from catenet.application.replication.log_store import batch_of, stored
from catenet.application.storage.records import Recovered, after

MS = 1_000_000
VOTERS = Membership((1, 2, 3))
NAMES = ["raft", "multi-paxos"]


def follower(name: str) -> Replica:
    policy = Randomised(150 * MS, 300 * MS, 50 * MS)
    if name == "raft":
        return RaftReplica(1, founding((1, 2, 3)), RaftOptions(), policy, Random(1))
    return PaxosReplica(1, founding((1, 2, 3)), PaxosOptions(), policy, Random(1))


def piece(name: str, sender: int, snapshot: Snapshot, start: int, end: int) -> effects.Message:
    """``sender`` leads the term (ballot) of its number, and sends this share of a snapshot."""
    done = end >= len(snapshot.data)
    data = snapshot.data[start:end]
    if name == "raft":
        return InstallSnapshot(sender, 1, sender, snapshot.index, snapshot.term, VOTERS, start, data, done)
    term = ballot(sender, sender)
    return InstallSnapshot(sender, 1, term, snapshot.index, snapshot.term, VOTERS, start, data, done)


@dataclass
class Receiver:
    """A follower and what it asked its disk and its application to take."""

    name: str
    installed: list[Snapshot] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.replica = follower(self.name)

    def take(self, message: effects.Message) -> list[effects.Message]:
        """Give it a message; what it answers."""
        answers: list[effects.Message] = []
        for effect in self.replica.step(events.Receive(message), 0):
            match effect:
                case effects.Append():
                    if effect.snapshot is not None:
                        self.installed.append(effect.snapshot)
                    self.replica.step(events.Appended(effect.token), 0)
                case effects.Send():
                    answers.append(effect.message)
        return answers


def of(sender: int, index: int) -> Snapshot:
    return Snapshot(index, 1, VOTERS, b"".join(b"<%d/%d:%d>" % (sender, index, part) for part in range(6)))


def test_a_late_piece_of_an_older_snapshot_takes_nothing_from_a_newer_one() -> None:
    """From two senders ``FIRST-SECOND`` once became ``SECOND``, and was stored."""
    receiver = Receiver("multi-paxos")
    old, new = Snapshot(5, 1, VOTERS, b"old"), Snapshot(9, 1, VOTERS, b"FIRST-SECOND")
    receiver.take(piece("multi-paxos", 3, old, 0, 3))
    assert receiver.installed == [old]
    receiver.take(piece("multi-paxos", 2, new, 0, 6))
    receiver.take(piece("multi-paxos", 3, old, 0, 3))
    receiver.take(piece("multi-paxos", 2, new, 6, 12))
    assert receiver.installed == [old, new]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_place_in_two_senders_snapshots_is_not_mixed(name: str) -> None:
    receiver = Receiver(name)
    one, other = Snapshot(9, 1, VOTERS, b"AAAABBBB"), Snapshot(9, 1, VOTERS, b"aaaabbbb")
    receiver.take(piece(name, 2, one, 0, 4))
    receiver.take(piece(name, 3, other, 4, 8))
    assert receiver.installed == []
    receiver.take(piece(name, 3, other, 0, 4))
    receiver.take(piece(name, 3, other, 4, 8))
    assert receiver.installed == [other]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=150)
def test_any_interleaving_installs_whole_snapshots_only(name: str, data: st.DataObject) -> None:
    snapshots = {(sender, index): of(sender, index) for sender in (2, 3) for index in (4, 7, 9)}
    receiver = Receiver(name)
    for _ in range(data.draw(st.integers(1, 40))):
        sender, index = data.draw(st.sampled_from(sorted(snapshots)))
        snapshot = snapshots[sender, index]
        size = len(snapshot.data)
        start = data.draw(st.sampled_from([0, 0, size // 3, size // 2]))
        end = data.draw(st.sampled_from([size // 3, size // 2, size, size]))
        receiver.take(piece(name, sender, snapshot, start, max(start, end)))
    assert all(installed in snapshots.values() for installed in receiver.installed)
    indices = [installed.index for installed in receiver.installed]
    assert indices == sorted(set(indices))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@given(seed=st.integers(0, 1 << 32), late=st.integers(0, 12))
@settings(max_examples=60)
def test_a_sender_that_follows_the_answers_comes_to_an_end_whatever_else_arrives(
    name: str, seed: int, late: int
) -> None:
    """Late and doubled pieces of older snapshots, and of the same one, come in between."""
    dice, receiver = Random(seed), Receiver(name)
    wanted, old = of(3, 9), of(3, 4)
    offset = 0
    for _ in range(200):
        if late and dice.random() < 0.3:
            late -= 1
            start = dice.randrange(len(old.data))
            receiver.take(piece(name, 3, dice.choice([old, wanted]), start, start + 10))
        answers = receiver.take(piece(name, 3, wanted, offset, offset + 10))
        if wanted in receiver.installed:
            return
        offset = getattr(answers[-1], "offset", 0)
    raise AssertionError("the snapshot never arrived")


def test_an_installed_snapshot_takes_nothing_from_what_was_accepted_after_it() -> None:
    """A Multi-Paxos acceptor that forgets what it accepted may help to choose another value there."""
    accepted = effects.Append(1, HardState(7, 0, 0), [Entry(7, 12, 0, b"accepted")], None, True, truncates=False)
    installed = effects.Append(2, None, [], of(2, 9), True, truncates=False)
    held = after(Recovered(), [batch_of(accepted), batch_of(installed)])
    found = stored(held, founding((1, 2, 3)))
    assert found.snapshot == of(2, 9)
    assert [(entry.index, entry.data) for entry in found.entries] == [(12, b"accepted")]
