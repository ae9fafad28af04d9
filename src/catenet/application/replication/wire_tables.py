"""The wire formats of consensus as tables: for each kind of message its name and its fields, in order.

They describe the output of ``raft/wire.py``, ``paxos/multi/wire.py`` and ``ballot_election.py`` for programs that read
captures; a test compares them with the encoder.  Every message begins with its kind, its sender and its receiver; the
listed fields follow.
"""

from __future__ import annotations

from typing import Final

from catenet.application.consensus import ballot_election as ballots
from catenet.application.consensus.paxos.multi import wire as paxos
from catenet.application.consensus.raft import wire as raft

NUMBER: Final = "number"
FLAG: Final = "flag"
OCTETS: Final = "octets"
ENTRIES: Final = "entries"
MEMBERSHIP: Final = "membership"

Fields = tuple[tuple[str, str], ...]
Table = dict[int, tuple[str, Fields]]


def _numbers(*names: str) -> Fields:
    return tuple((name, NUMBER) for name in names)


_TERM: Final = _numbers("term")
_GRANTED: Final[Fields] = (*_TERM, ("granted", FLAG), *_numbers("commit", "commit_term"))
_ENTRIES: Final[Fields] = (("entries", ENTRIES),)

RAFT: Final[Table] = {
    raft.APPEND_ENTRIES: (
        "AppendEntries",
        (*_numbers("term", "prev_index", "prev_term"), *_ENTRIES, *_numbers("commit")),
    ),
    raft.APPEND_REPLY: (
        "AppendReply",
        (*_numbers("term", "index"), ("rejected", FLAG), *_numbers("hint_index", "hint_term")),
    ),
    raft.HEARTBEAT: ("Heartbeat", _numbers("term", "commit", "round", "rtt_ns")),
    raft.HEARTBEAT_REPLY: ("HeartbeatReply", _numbers("term", "round")),
    raft.REQUEST_VOTE: ("RequestVote", (*_numbers("term", "last_index", "last_term"), ("transfer", FLAG))),
    raft.VOTE_REPLY: ("VoteReply", _GRANTED),
    raft.REQUEST_PRE_VOTE: ("RequestPreVote", _numbers("term", "last_index", "last_term")),
    raft.PRE_VOTE_REPLY: ("PreVoteReply", _GRANTED),
    raft.INSTALL_SNAPSHOT: (
        "InstallSnapshot",
        (
            *_numbers("term", "index", "index_term"),
            ("membership", MEMBERSHIP),
            *_numbers("offset"),
            ("data", OCTETS),
            ("done", FLAG),
        ),
    ),
    raft.SNAPSHOT_REPLY: ("SnapshotReply", _numbers("term", "index", "offset")),
    raft.TIMEOUT_NOW: ("TimeoutNow", _TERM),
    raft.FORWARD_PROPOSAL: ("ForwardProposal", (*_TERM, *_ENTRIES)),
    raft.FORWARD_TRANSFER: ("ForwardTransfer", _numbers("term", "target")),
    raft.READ_REQUEST: ("ReadRequest", _numbers("term", "tag")),
    raft.READ_REPLY: ("ReadReply", _numbers("term", "index", "tag")),
}

PAXOS: Final[Table] = {
    paxos.PREPARE: ("Prepare", (*_numbers("term", "attempt", "first"), ("taking_over", FLAG), *_numbers("mark"))),
    paxos.PROMISE: (
        "Promise",
        (*_numbers("term", "attempt", "part"), ("last", FLAG), *_numbers("base", "chosen"), *_ENTRIES),
    ),
    paxos.REJECT: ("Reject", _numbers("term", "refused")),
    paxos.ACCEPT: ("Accept", (*_numbers("term", "chosen"), *_ENTRIES)),
    paxos.ACCEPTED: ("Accepted", _numbers("term", "first", "last")),
    paxos.HEARTBEAT: ("Heartbeat", _numbers("term", "chosen", "round", "rtt_ns")),
    paxos.HEARTBEAT_REPLY: ("HeartbeatReply", _numbers("term", "round", "chosen", "accepted")),
    paxos.LEARN: ("Learn", (*_TERM, *_ENTRIES)),
    paxos.LEARN_REPLY: ("LearnReply", _numbers("term", "chosen")),
    paxos.CATCH_UP_REQUEST: ("CatchUpRequest", _numbers("term", "chosen")),
    paxos.SNAPSHOT_PIECE: (
        "SnapshotPiece",
        (
            *_numbers("term", "index", "index_term", "offset"),
            ("done", FLAG),
            ("membership", MEMBERSHIP),
            ("data", OCTETS),
        ),
    ),
    paxos.PIECE_REPLY: ("PieceReply", _numbers("term", "index", "offset")),
    paxos.TAKE_OVER: ("TakeOver", _TERM),
}

ELECTOR: Final[Table] = {
    ballots.HB_REQUEST: ("HBRequest", _numbers("round")),
    ballots.HB_REPLY: ("HBReply", (*_numbers("round", "ballot"), ("connected", FLAG))),
}
"""Ballot leader election's, which may share a mesh with either protocol."""

ENTRY: Final = ("term", "index", "kind", "data")
"""An entry of a list, which begins with their count: three numbers, then octets after their count."""
MEMBERSHIP_GROUPS: Final = ("voters", "outgoing", "learners", "learners_next", "witnesses")
"""A membership: each group as its count and its ids, then the flag ``auto_leave``."""
