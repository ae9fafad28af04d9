"""How often a universe met the states in which bugs show: one that is never met is a hole in the test."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

STATES: Final = {
    "stale leader asked": "reads asked of a replica that believes it leads, while another leads a newer term",
    "new leader asked": "reads asked of a leader that does not know yet what those before it have committed",
    "new leader behind": "those asked while more was committed than it knew",
    "lease reads": "reads that a leader may answer by its lease alone",
    "voters free under a lease": "times that a leader's lease held, and some voter's promise to it was over",
    "votes after a promise": "votes for another than the leader that the voter had last heard",
    "elections": "replicas that became leader",
    "split votes": "terms or rounds that several replicas wanted to lead",
    "two leaders": "replicas that became leader while another believed that it led",
    "transfers": "leaders that told another to take over",
    "term conflicts": "appends refused, as there was an entry of another term at that index",
    "truncations": "logs of which a suffix was replaced",
    "inherited entries": "leaders elected with entries of earlier terms that nobody had called committed",
    "newer log elsewhere": "leaders of Raft elected while the log of another replica ended in a later term",
    "inherited changes": "leaders of Raft elected with a change of membership that they had not applied",
    "adopted values": "values that a leader of Multi-Paxos proposed again in its own ballot",
    "holes": "places that an acceptor of Multi-Paxos had nothing for, as it accepted something behind them",
    "gaps": "places that a leader of Multi-Paxos filled with nothing, as something was accepted only behind them",
    "rejected ballots": "messages refused for a higher promise",
    "snapshots sent": "snapshots, or pieces of them, that one replica sent another",
    "snapshot against a longer log": "those that came where the log went further already",
    "snapshot within a log": "those whose last entry the log holds, with more after it",
    "snapshot below a commit": "those of which the log's own committed entries go further",
    "restarts": "replicas that began again from their disk",
    "restarts within a lease": "those within an election time-out of their end",
    "membership changes": "changes of membership that took effect at a replica",
    "joint memberships": "those into a joint membership, or of several members at once",
    "learners": "those with a learner in the group",
    "changes refused": "changes of membership that were asked for too early, or could not be",
    "slots moved": "slots that one group installed from another",
    "commands repeated": "commands that came into a log a second time",
    "unknown outcomes": "operations of which no client ever learned what came of them",
    "faults of leaders": "faults that were aimed at whoever led",
    "triggered faults": "faults that struck right after a message",
    "forbidden drift": "clocks set to run faster or slower than a lease allows",
}
"""Each state's name, and what is counted."""


class Coverage:
    """Counts of :data:`STATES`."""

    def __init__(self) -> None:
        self.counts: Final[dict[str, int]] = dict.fromkeys(STATES, 0)

    def met(self, state: str, times: int = 1) -> None:
        """A state was met.  Raises KeyError for one that is not in the list."""
        self.counts[state] += times


def total(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    """The sums over many universes."""
    found = dict.fromkeys(STATES, 0)
    for one in counts:
        for state, times in one.items():
            found[state] += times
    return found
