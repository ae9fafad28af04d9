"""Counts how often a run reached rare states in which bugs tend to show; a state that never occurs is not tested."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

STATES: Final = {
    "stale leader asked": "reads asked of a replica that believes it leads, while another leads a newer term",
    "new leader asked": "reads asked of a leader that does not yet know what its predecessors have committed",
    "new leader behind": "those asked while more was committed than it knew",
    "lease reads": "reads that a leader may answer by its lease alone",
    "voters free under a lease": "times that a leader's lease held, and some voter's promise to it was over",
    "votes after a promise": "votes for a replica other than the leader that the voter had last heard",
    "elections": "replicas that became leader",
    "split votes": "terms or ballots in which several replicas were candidates",
    "two leaders": "replicas that became leader while another one believed that it led",
    "transfers": "leaders that transferred leadership",
    "term conflicts": "appends refused because of an entry of another term at that index",
    "truncations": "logs of which a suffix was replaced",
    "inherited entries": "leaders elected with entries of earlier terms that no leader had committed",
    "newer log elsewhere": "leaders of Raft elected while the log of another replica ended in a later term",
    "inherited changes": "leaders of Raft elected with a change of membership that they had not applied",
    "adopted values": "values that a leader of Multi-Paxos proposed again in its own ballot",
    "holes": "empty slots before a slot in which an acceptor of Multi-Paxos accepted a value",
    "gaps": "empty slots that a leader of Multi-Paxos filled with no-ops before an accepted value",
    "rejected ballots": "messages refused because of a higher promise",
    "snapshots sent": "snapshots, or parts of them, that one replica sent to another",
    "snapshot against a longer log": "those received by a replica with a longer log",
    "snapshot within a log": "those whose last entry is in the receiver's log, before later ones",
    "snapshot below a commit": "those that end before the receiver's commit index",
    "restarts": "replicas that restarted from their disk",
    "restarts within a lease": "those within an election timeout of their end",
    "membership changes": "changes of membership that took effect at a replica",
    "joint memberships": "those to a joint membership, or of several members at once",
    "learners": "those with a learner in the group",
    "changes refused": "changes of membership that were requested too early, or were impossible",
    "slots moved": "slots that one group installed from another",
    "commands repeated": "commands that were appended to a log a second time",
    "unknown outcomes": "operations whose outcome no client ever learned",
    "faults of leaders": "faults of the current leader",
    "triggered faults": "faults right after a message",
    "forbidden drift": "clocks that drift more than a lease allows",
}
"""Each state's name, and what is counted."""


class Coverage:
    """Counts of :data:`STATES`."""

    def __init__(self) -> None:
        self.counts: Final[dict[str, int]] = dict.fromkeys(STATES, 0)

    def met(self, state: str, times: int = 1) -> None:
        """Count a state.  Raises KeyError for an unknown one."""
        self.counts[state] += times


def total(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    """The sums over many runs."""
    found = dict.fromkeys(STATES, 0)
    for one in counts:
        for state, times in one.items():
            found[state] += times
    return found
