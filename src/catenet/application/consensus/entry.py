"""What a replicated log is made of, whichever protocol keeps it: entries, hard state, membership, snapshots.

All of them are frozen: one object may stand in the log, in a message and in a write to disk at once.
"""

from __future__ import annotations

from typing import Final

NONE: Final = 0  # no replica has this id
NEVER_NS: Final = 1 << 62  # a deadline that does not come

COMMAND: Final = 0  # an application's command; empty where a new leader marks its term
CHANGE: Final = 2  # a change of membership, as `raft/membership/codec.py` writes it
STRIPPED: Final = 3  # a command whose octets a witness does not get
READMISSION: Final = 4  # from here on a replica that lost its disk may count again: see `Readmission`


def varint_octets(value: int) -> int:
    """How long a number is in seven-bit groups."""
    return 1 if value < 128 else (value.bit_length() + 6) // 7


class Entry:
    """One place of the log. ``term`` is Raft's term or a ballot; ``index`` counts from 1."""

    def __init__(self, term: int, index: int, kind: int, data: bytes) -> None:
        self.term: Final = term
        self.index: Final = index
        self.kind: Final = kind
        self.data: Final = data
        octets = 2 + varint_octets(term) + varint_octets(index)
        if kind != COMMAND:
            octets += 2
        if data:
            octets += 1 + varint_octets(len(data)) + len(data)
        self.octets: Final = octets  # on the wire, each field with its tag

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Entry)
            and self.term == other.term
            and self.index == other.index
            and self.kind == other.kind
            and self.data == other.data
        )

    def __hash__(self) -> int:
        return hash((self.term, self.index, self.kind, self.data))

    def __repr__(self) -> str:
        return f"Entry({self.term}/{self.index}, kind={self.kind}, {self.data!r})"


class HardState:
    """What must be on disk before anyone hears of it: the term (or promised ballot), the vote in it; and,
    for a quicker restart only, how far the log is known to be committed.
    """

    def __init__(self, term: int, vote: int, commit: int) -> None:
        self.term: Final = term
        self.vote: Final = vote
        self.commit: Final = commit

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, HardState)
            and self.term == other.term
            and self.vote == other.vote
            and self.commit == other.commit
        )

    def __hash__(self) -> int:
        return hash((self.term, self.vote, self.commit))

    def __repr__(self) -> str:
        return f"HardState(term={self.term}, vote={self.vote}, commit={self.commit})"


class Membership:
    """Who takes part: ids, each tuple sorted.

    While two groups of voters must agree (joint consensus), ``outgoing`` holds those before the change.
    ``learners_next`` are voters of ``outgoing`` that become learners when it ends; ``witnesses`` are voters
    that keep no commands.
    """

    def __init__(
        self,
        voters: tuple[int, ...] = (),
        outgoing: tuple[int, ...] = (),
        learners: tuple[int, ...] = (),
        learners_next: tuple[int, ...] = (),
        witnesses: tuple[int, ...] = (),
        auto_leave: bool = False,
    ) -> None:
        self.voters: Final = voters
        self.outgoing: Final = outgoing
        self.learners: Final = learners
        self.learners_next: Final = learners_next
        self.witnesses: Final = witnesses
        self.auto_leave: Final = auto_leave

    def key(self) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...], bool]:
        """All of it, to compare."""
        return (self.voters, self.outgoing, self.learners, self.learners_next, self.witnesses, self.auto_leave)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Membership) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        return (
            f"Membership(voters={self.voters}, outgoing={self.outgoing}, learners={self.learners}, "
            f"learners_next={self.learners_next}, witnesses={self.witnesses}, auto_leave={self.auto_leave})"
        )


class Snapshot:
    """The application's state after ``index``, and who took part then. A witness's has no data."""

    def __init__(self, index: int, term: int, membership: Membership, data: bytes) -> None:
        self.index: Final = index
        self.term: Final = term
        self.membership: Final = membership
        self.data: Final = data

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Snapshot)
            and self.index == other.index
            and self.term == other.term
            and self.membership == other.membership
            and self.data == other.data
        )

    def __hash__(self) -> int:
        return hash((self.index, self.term))

    def __repr__(self) -> str:
        return f"Snapshot({self.term}/{self.index}, {self.membership}, {len(self.data)} octets)"


class Readmission:
    """On what terms a replica that has lost its disk may take part again.

    It has forgotten what it promised and acknowledged. Silent until then, it asks a leader for a mark in the log
    (`events.Readmit`). The mark stands at ``index``, in ``term`` (or ballot), and was decided by a majority without
    the replica, led by ``leader``. All of the replica's forgotten answers are older than that. So who counts on one
    of them lacks the mark, and cannot win: each majority meets the one that has it, which refuses. From then on the
    replica listens: it takes what leaders send and acknowledges it, but votes, promises, campaigns and serves reads
    only when it has everything up to the mark.
    """

    def __init__(self, index: int, term: int, leader: int) -> None:
        self.index: Final = index
        self.term: Final = term
        self.leader: Final = leader

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Readmission)
            and self.index == other.index
            and self.term == other.term
            and self.leader == other.leader
        )

    def __hash__(self) -> int:
        return hash((self.index, self.term, self.leader))

    def __repr__(self) -> str:
        return f"Readmission({self.term}/{self.index}, leader={self.leader})"


def mark_octets(replica: int) -> bytes:
    """The data of the entry that marks from where on a replica may count again."""
    return b"%d" % replica


class Stored:
    """What a replica finds on its disk when it starts.

    ``snapshot`` is the newest one (of index 0 and with no data where the log starts at 1: see `founding`),
    ``entries`` follow it without a gap, and ``applied`` is how far the application's own state already is
    (the snapshot's index, unless the application keeps its state on disk itself). With a ``readmission`` it only
    listens at first.
    """

    def __init__(
        self,
        hard_state: HardState,
        snapshot: Snapshot,
        entries: list[Entry],
        applied: int = 0,
        readmission: Readmission | None = None,
    ) -> None:
        self.hard_state: Final = hard_state
        self.snapshot: Final = snapshot
        self.entries: Final = entries
        self.applied: Final = max(applied, snapshot.index)
        self.readmission: Final = readmission


def founding(voters: tuple[int, ...], learners: tuple[int, ...] = (), witnesses: tuple[int, ...] = ()) -> Stored:
    """An empty disk of a group's founder. One that joins later starts with no voters at all."""
    membership = Membership(tuple(sorted(voters)), (), tuple(sorted(learners)), (), tuple(sorted(witnesses)))
    return Stored(HardState(0, NONE, 0), Snapshot(0, 0, membership, b""), [])
