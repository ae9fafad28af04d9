"""The tables of the wire formats say what is written: read by them, each message gives its own fields again."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.application.consensus import ballot_election as ballots
from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import Entry, Membership
from catenet.application.consensus.fields import Reader
from catenet.application.consensus.messages import InstallSnapshot, SnapshotReply, TimeoutNow
from catenet.application.consensus.paxos.multi import messages as paxos
from catenet.application.consensus.paxos.multi import wire as paxos_wire
from catenet.application.consensus.raft import messages as raft
from catenet.application.consensus.raft import wire as raft_wire
from catenet.application.replication import wire_tables
from catenet.application.replication.wire_tables import ELECTOR, ENTRIES, FLAG, MEMBERSHIP, NUMBER, PAXOS, RAFT, Table

LOG = [Entry(5, 300, 0, b"x" * 200), Entry(6, 301, 2, b"")]
WHO = Membership((1, 2), (1,), (7,), (), (2,), True)

RAFT_MESSAGES: list[Message] = [
    raft.AppendEntries(1, 2, 9, 299, 4, LOG, 298), raft.AppendReply(1, 2, 9, 7, True, 5, 3),
    raft.Heartbeat(1, 2, 9, 8, 1000, 70_000_000), raft.HeartbeatReply(1, 2, 9, 3),
    raft.RequestVote(1, 2, 9, 8, 7, True), raft.VoteReply(1, 2, 9, True, 4, 3),
    raft.RequestPreVote(1, 2, 9, 8, 7), raft.PreVoteReply(1, 2, 9, False, 4, 3),
    InstallSnapshot(1, 2, 9, 8, 7, WHO, 4096, b"piece", True), SnapshotReply(1, 2, 9, 8, 4096),
    TimeoutNow(1, 2, 9), raft.ForwardProposal(1, 2, LOG), raft.ForwardTransfer(1, 2, 9, 3),
    raft.ReadRequest(1, 2, 17), raft.ReadReply(1, 2, 9, 8, 17),
]  # fmt: skip
PAXOS_MESSAGES: list[Message] = [
    paxos.Prepare(1, 2, 1 << 40, 3, 299, True, 12), paxos.Promise(1, 2, 9, 3, 1, True, 5, 6, LOG),
    paxos.Reject(1, 2, 9, 8),
    paxos.Accept(1, 2, 9, LOG, 298), paxos.Accepted(1, 2, 9, 300, 301), paxos.Heartbeat(1, 2, 9, 8, 7, 6),
    paxos.HeartbeatReply(1, 2, 9, 8, 7, 6), paxos.Learn(1, 2, 9, LOG), paxos.LearnReply(1, 2, 9, 8),
    paxos.CatchUpRequest(1, 2, 9, 8),
    InstallSnapshot(1, 2, 9, 8, 7, WHO, 4096, b"piece", False), SnapshotReply(1, 2, 9, 8, 4096),
    TimeoutNow(1, 2, 9),
]  # fmt: skip
IN_PAXOS = {"InstallSnapshot": "SnapshotPiece", "SnapshotReply": "PieceReply", "TimeoutNow": "TakeOver"}
"""What Multi-Paxos's table calls the messages that it shares with Raft."""
BALLOT_MESSAGES: list[Message] = [ballots.HBRequest(1, 2, 5), ballots.HBReply(1, 2, 5, 1 << 33, True)]


def name_of(message: Message, table: Table) -> str:
    name = type(message).__name__
    return IN_PAXOS.get(name, name) if table is PAXOS else name


def read(octets: bytes, table: Table) -> tuple[str, dict[str, Any]]:
    """A message as the table has it: its name and its fields; all octets are used up."""
    reader = Reader(octets)
    name, fields = table[reader.number()]
    found: dict[str, Any] = {"sender": reader.number(), "to": reader.number()}
    take = {
        NUMBER: reader.number, FLAG: reader.flag, wire_tables.OCTETS: reader.octets,
        ENTRIES: reader.entries, MEMBERSHIP: reader.membership,
    }  # fmt: skip
    for field, kind in fields:
        found[field] = take[kind]()
    assert reader.ended()
    return name, found


CASES = [
    *((message, raft_wire.emit_message, RAFT) for message in RAFT_MESSAGES),
    *((message, paxos_wire.emit_message, PAXOS) for message in PAXOS_MESSAGES),
    *((message, ballots.emit_ballot_message, ELECTOR) for message in BALLOT_MESSAGES),
]


@pytest.mark.parametrize(("message", "emit", "table"), CASES, ids=lambda value: type(value).__name__)
def test_each_message_is_read_by_its_table(message: Message, emit: Any, table: Table) -> None:
    name, found = read(emit(message), table)
    assert name == name_of(message, table)
    assert found == {field: getattr(message, field) for field in found}


def test_every_kind_is_in_a_table_and_tried() -> None:
    for table, messages in ((RAFT, RAFT_MESSAGES), (PAXOS, PAXOS_MESSAGES), (ELECTOR, BALLOT_MESSAGES)):
        assert sorted(name for name, _ in table.values()) == sorted(name_of(message, table) for message in messages)
    for module, table in ((raft_wire, RAFT), (paxos_wire, PAXOS)):
        kinds = {value for name, value in vars(module).items() if name.isupper() and isinstance(value, int)}
        assert kinds == set(table)


def test_an_entry_and_a_membership_are_as_told() -> None:
    assert wire_tables.ENTRY == ("term", "index", "kind", "data")
    assert [getattr(WHO, group) for group in wire_tables.MEMBERSHIP_GROUPS] == [*WHO.key()[:5]]
