"""Checks the invariants after every step of every replica, and counts rare states."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from catenet.application.consensus.effects import Append, Apply, Effect, Message, Refused, Restore
from catenet.application.consensus.entry import COMMAND, Entry
from catenet.application.consensus.paxos.multi.invariants import PaxosInvariants
from catenet.application.consensus.paxos.multi.replica import PaxosReplica
from catenet.application.consensus.raft.invariants import Invariants as RaftInvariants
from catenet.application.consensus.raft.membership.config import is_change
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.server import ROLE_LEADER
from catenet.application.kv import protocol
from catenet.application.kv.group import Group, Observer
from catenet.application.kv.owner import GroupOwner
from catenet.application.kv.state.commands import CompareAndSet, Configure, Delete, Install, Put, Request
from catenet.application.kv.state.machines import command_of
from catenet.application.kv.state.slots import slot_of
from catenet.application.storage.engine import PoisonedStore
from catenet.experiments.chaos.coverage import Coverage
from catenet.experiments.chaos.lease_rules import LeaseRules
from catenet.experiments.chaos.paxos_rules import PaxosRules
from catenet.experiments.chaos.raft_rules import RaftRules
from catenet.experiments.chaos.read_rules import ReadRules
from catenet.experiments.chaos.state_rules import SlotRules, StateRules, state_of

if TYPE_CHECKING:
    from catenet.application.storage.engine import DamagedStore

ELECTED: Final = "elected"
COMMITTED: Final = "committed"
CHANGED: Final = "changed"
HOLED: Final = "holed"
"""What a leader comes to: it was elected, it is the first to know that more is committed, it proposes another
membership, and somebody has what it proposed last, but not all before."""
SHOWN: Final = ("linearizable", "lease", "stale")
"""The modes of a read in messages."""


class Watched:
    """One group: its protocol's invariants and rules, and the highest known commit index."""

    def __init__(self, paxos: bool, coverage: Coverage, is_up: Callable[[int], bool], leases: LeaseRules) -> None:
        self.invariants: Final[RaftInvariants | PaxosInvariants] = PaxosInvariants() if paxos else RaftInvariants()
        self.rules: Final[RaftRules | PaxosRules] = PaxosRules(coverage, is_up) if paxos else RaftRules(coverage, is_up)
        self.leases: Final = leases
        self.reads: Final = ReadRules()
        self.states: Final = StateRules()
        self.applied: Final[dict[int, int]] = {}
        """By replica: the last entry that its state machine has applied."""
        self.committed: int = 0
        self.seen_to = 0
        self.refuted = False
        self.leading: Final[set[int]] = set()
        self.last_seen_ns: Final[dict[int, int]] = {}

    def restarted(self, replica: RaftReplica | PaxosReplica) -> None:
        """A replica starts.  Raises AssertionError."""
        self.invariants.restarted(replica.id, replica.applied_index)
        self.applied[replica.id] = replica.applied_index
        self.reads.restarted(replica.id)
        self.leading.discard(replica.id)
        self.rules.restarted(replica)  # type: ignore[arg-type]

    def observe(self, replica: RaftReplica | PaxosReplica, asked: list[Effect]) -> None:
        """A replica has made a step, with these effects.  Raises AssertionError."""
        self.reads.effects_emitted(replica, asked)
        self.leases.asked_for(replica, asked)
        self.invariants.observe(replica)  # type: ignore[arg-type]
        self.rules.observe(replica)  # type: ignore[arg-type]

    def event(self, replica: RaftReplica | PaxosReplica, asked: list[Effect]) -> str:
        """The event that this step is for a leader, if any."""
        news = replica.commit_index > self.committed
        self.committed = max(self.committed, replica.commit_index)
        if replica.role != ROLE_LEADER:
            self.leading.discard(replica.id)
            return HOLED if _has_hole(replica, asked) else ""
        if replica.id not in self.leading:
            self.leading.add(replica.id)
            return ELECTED
        if any(is_change(entry) for effect in asked if isinstance(effect, Append) for entry in effect.entries):
            return CHANGED
        return COMMITTED if news else ""


def _has_hole(replica: RaftReplica | PaxosReplica, asked: list[Effect]) -> bool:
    """Whether an acceptor of Multi-Paxos has just accepted a value after an empty slot."""
    if isinstance(replica, RaftReplica) or not any(isinstance(effect, Append) and effect.entries for effect in asked):
        return False
    log = replica.server.log
    return any(log.get(index) is None for index in range(log.chosen + 1, log.last))


class Invariants(Observer):
    """``broken`` lists the first violation of each group.

    ``now_ns`` is the simulation's clock, ``clock_ns`` a node's own; ``is_up`` tells whether a node has power;
    ``lease_ns`` is the maximum duration of a lease; with ``leases_are_checked``, reads by a lease are checked like all
    others.
    """

    def __init__(
        self,
        now_ns: Callable[[], int],
        clock_ns: Callable[[int], int],
        is_up: Callable[[int], bool],
        coverage: Coverage,
        *,
        lease_ns: int = 0,
        leases_are_checked: bool = True,
    ) -> None:
        self.broken: Final[list[str]] = []
        self.repairs: int = 0
        self.failures: int = 0
        self.coverage: Final = coverage
        self.on_message: Callable[[Message], None] | None = None
        self.on_event: Callable[[str, int], None] | None = None
        self._now_ns: Final = now_ns
        self._clock_ns: Final = clock_ns
        self._is_up: Final = is_up
        self._lease_ns: Final = lease_ns
        self._leases_are_checked: Final = leases_are_checked
        self._groups: Final[dict[int, Watched]] = {}
        self._slots: Final = SlotRules()
        self._requests: Final[dict[tuple[int, int, int], None]] = {}

    def leader(self, group: int) -> int:
        """The node that leads a group; 0 if none does."""
        watched = self._groups.get(group)
        return 0 if watched is None else watched.rules.leader()

    def _watched(self, group: Group) -> Watched:
        known = self._groups.get(group.number)
        if known is None:
            paxos = isinstance(group.member.replica, PaxosReplica)
            leases = LeaseRules(self.coverage, self._lease_ns, self._clock_ns, checked=self._leases_are_checked)
            known = self._groups[group.number] = Watched(paxos, self.coverage, self._is_up, leases)
        return known

    def _refute(self, group: Group, words: object) -> None:
        watched = self._watched(group)
        if not watched.refuted:
            watched.refuted = True
            self.broken.append(f"{self._now_ns() / 1e9:.3f} s, group {group.number}: {words}")

    # -- what replicas do

    def served(self, group: Group) -> None:
        watched, replica = self._watched(group), group.member.replica
        assert isinstance(replica, RaftReplica | PaxosReplica)
        last_ns = watched.last_seen_ns.get(replica.id)
        self.coverage.met("restarts within a lease", last_ns is not None and self._now_ns() - last_ns < self._lease_ns)
        try:
            watched.restarted(replica)
        except AssertionError as error:
            self._refute(group, error)

    def damaged(self, node: GroupOwner, group: int, error: DamagedStore) -> None:
        self.repairs += 1
        known = self._groups.get(group)
        if known is not None:
            known.invariants.forgotten(node.number)
            known.rules.forgotten(node.number)

    def failed(self, group: Group, error: BaseException) -> None:
        self.failures += 1
        if not isinstance(error, PoisonedStore):
            self.broken.append(
                f"{self._now_ns() / 1e9:.3f} s, group {group.number}: the replica on node {group.node.number} failed:"
                f" {error!r}"
            )

    def effects_emitted(self, group: Group, asked: list[Effect]) -> None:
        watched, replica = self._watched(group), group.member.replica
        if watched.refuted:
            return
        assert isinstance(replica, RaftReplica | PaxosReplica)
        watched.last_seen_ns[replica.id] = self._now_ns()
        try:
            self._compare_state(group, watched, asked)
            watched.observe(replica, asked)
            event = watched.event(replica, asked)
            if event:
                self.coverage.met("holes", event == HOLED)
            if event and self.on_event is not None:
                self.on_event(event, watched.rules.leader())
            for effect in asked:
                if isinstance(effect, Apply):
                    watched.invariants.applied(replica.id, effect.entries)
                    self._look_at(group, watched, effect.entries)
                elif isinstance(effect, Restore):
                    watched.invariants.restored(replica.id, effect.snapshot.index)
                elif isinstance(effect, Refused):
                    self.coverage.met("changes refused", "change" in effect.reason)
        except AssertionError as error:
            self._refute(group, error)

    @staticmethod
    def _compare_state(group: Group, watched: Watched, asked: list[Effect]) -> None:
        """Compare the state before the effects of this step are executed: it is that after the previous step."""
        node = group.member.replica.id
        reached = [effect.entries[-1].index for effect in asked if isinstance(effect, Apply)]
        reached += [effect.snapshot.index for effect in asked if isinstance(effect, Restore)]
        if reached:
            index, watched.applied[node] = watched.applied.get(node, 0), max(reached)
            if watched.states.wants(index):
                watched.states.holds(node, index, state_of(group.machine))

    def _look_at(self, group: Group, watched: Watched, entries: list[Entry]) -> None:
        """Examine a group's entries when the first replica applies them."""
        for entry in entries:
            if entry.index <= watched.seen_to:
                continue
            watched.seen_to = entry.index
            if entry.kind != COMMAND or not entry.data or not group.number:
                continue
            command = command_of(entry.data)
            if isinstance(command, Configure):
                self._slots.configured(group.number, command)
            elif isinstance(command, Install):
                self.coverage.met("slots moved")
                self._slots.installed(group.number, command)
            elif isinstance(command, Request):
                self._count_request(command)

    def _count_request(self, request: Request) -> None:
        operation = request.operation
        if isinstance(operation, Put | Delete | CompareAndSet):
            number = request.session, slot_of(operation.key), request.sequence
            self.coverage.met("commands repeated", number in self._requests)
            self._requests[number] = None

    def message_sent(self, group: Group, message: Message) -> None:
        watched = self._watched(group)
        try:
            watched.invariants.sent(message)
            watched.rules.sent(message)
        except AssertionError as error:
            self._refute(group, error)
        if self.on_message is not None:
            self.on_message(message)

    # -- what clients read

    def reading(self, group: Group, mode: int) -> int:
        watched, replica = self._watched(group), group.member.replica
        if mode != protocol.STALE:
            self.coverage.met("stale leader asked", watched.rules.is_stale(replica))  # type: ignore[arg-type]
            if watched.rules.is_new(replica):  # type: ignore[arg-type]
                self.coverage.met("new leader asked")
                self.coverage.met("new leader behind", replica.commit_index < watched.committed)
            checked = mode != protocol.LEASE or self._leases_are_checked
            watched.reads.asked(replica, watched.committed if checked else 0)  # type: ignore[arg-type]
        return watched.committed

    def read(self, group: Group, mode: int, asked: int) -> None:
        """A read's index must be at least the commit index at the time of the request."""
        self.coverage.met("lease reads", mode == protocol.LEASE)
        if mode == protocol.STALE or (mode == protocol.LEASE and not self._leases_are_checked):
            return
        applied = group.member.replica.applied_index
        if applied < asked:
            self._refute(
                group,
                f"node {group.node.number} answers a read ({SHOWN[mode]}) from entry {applied}, but at the time of the"
                f" request, entry {asked} was committed: a client may see the state before another's finished write",
            )
