"""Sees every step of every replica, and checks what must always hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from catenet.application.consensus.effects import Apply, Effect, Message, Restore
from catenet.application.consensus.paxos.multi.invariants import PaxosInvariants
from catenet.application.consensus.paxos.multi.replica import PaxosReplica
from catenet.application.consensus.raft.invariants import Invariants as RaftInvariants
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.kv.group import Group
from catenet.application.kv.node import KvNode, Observer
from catenet.application.storage.engine import PoisonedStore

if TYPE_CHECKING:
    from catenet.application.storage.engine import DamagedStore


class Witness(Observer):
    """``broken`` says what did not hold, the first time for each group; ``events`` what happened to replicas."""

    def __init__(self) -> None:
        self.broken: Final[list[str]] = []
        self.repairs = 0
        self.failures = 0
        self._groups: Final[dict[int, RaftInvariants | PaxosInvariants]] = {}
        self._refuted: Final[dict[int, None]] = {}

    def _invariants(self, group: Group) -> RaftInvariants | PaxosInvariants:
        known = self._groups.get(group.number)
        if known is None:
            paxos = isinstance(group.member.replica, PaxosReplica)
            known = self._groups[group.number] = PaxosInvariants() if paxos else RaftInvariants()
        return known

    def _refute(self, group: Group, error: AssertionError) -> None:
        if group.number not in self._refuted:
            self._refuted[group.number] = None
            self.broken.append(f"group {group.number}: {error}")

    def served(self, group: Group) -> None:
        replica = group.member.replica
        self._invariants(group).restarted(replica.id, replica.applied_index)

    def damaged(self, node: KvNode, group: int, error: DamagedStore) -> None:
        self.repairs += 1
        known = self._groups.get(group)
        if known is not None:
            known.forgotten(node.number)

    def failed(self, group: Group, error: BaseException) -> None:
        self.failures += 1
        if not isinstance(error, PoisonedStore):
            self.broken.append(f"group {group.number}: a replica failed: {error!r}")

    def stepped(self, group: Group, asked: list[Effect]) -> None:
        if group.number in self._refuted:
            return
        known, replica = self._invariants(group), group.member.replica
        try:
            if isinstance(known, PaxosInvariants):
                assert isinstance(replica, PaxosReplica)
                known.observe(replica)
            else:
                assert isinstance(replica, RaftReplica)
                known.observe(replica)
            for effect in asked:
                if isinstance(effect, Apply):
                    known.applied(replica.id, effect.entries)
                elif isinstance(effect, Restore):
                    known.restored(replica.id, effect.snapshot.index)
        except AssertionError as error:
            self._refute(group, error)

    def says(self, group: Group, message: Message) -> None:
        try:
            self._invariants(group).sent(message)
        except AssertionError as error:
            self._refute(group, error)
