"""Who decides that it is time for a new leader. A part that can be exchanged; what makes a leader *safe* is not
here but in each protocol's own votes and promises.

A replica tells its elector what it hears, and asks it at each tick whether to campaign. An elector may talk to
its peers itself: what it puts into ``outbox`` is sent, and what theirs send comes to ``receive``.
"""

from __future__ import annotations

from random import Random
from typing import Final

from mypy_extensions import mypyc_attr

from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import NEVER_NS
from catenet.application.consensus.timing import ElectionPolicy

WAIT: Final = 0
CAMPAIGN: Final = 1  # ask first, if pre-votes are on, and respect leases
TAKE_OVER: Final = 2  # the elector knows better: neither


@mypyc_attr(allow_interpreted_subclasses=True)
class ElectorMessage(Message):
    """Base of what an elector says to its peers; the protocol only carries it."""


@mypyc_attr(allow_interpreted_subclasses=True)
class Elector:
    """Base: never campaigns by itself.

    ``keeps_leases``: it never decides to TAKE_OVER, and `within_lease` tells the truth, so that a leader may
    count on not being replaced for a while. ``rests``: it need not be ticked while its replica leads, or may not.
    """

    def __init__(self, keeps_leases: bool = False, rests: bool = False) -> None:
        self.keeps_leases: Final = keeps_leases
        self.rests: Final = rests
        self.outbox: list[Message] = []

    def restart(self, now_ns: int) -> None:
        """The replica changed its role or its term: wait anew."""

    def heard(self, now_ns: int) -> None:
        """A leader of this term is alive, or this replica just voted for one."""

    def peers_changed(self, voters: tuple[int, ...]) -> None:
        """Who may be elected, both groups of a joint membership."""

    def deadline_ns(self) -> int:
        """When to be ticked."""
        return NEVER_NS

    def tick(self, now_ns: int, leading: bool, eligible: bool) -> int:
        """WAIT, CAMPAIGN or TAKE_OVER. Only an ``eligible`` replica that is not ``leading`` may do more than wait."""
        return WAIT

    def receive(self, message: Message, now_ns: int) -> None:
        """A peer's elector says something."""

    def within_lease(self, now_ns: int) -> bool:
        """A leader was heard so recently that nobody should help to elect another."""
        return False


class TimeoutElector(Elector):
    """Raft's own: campaign when no leader was heard for a timeout that a policy draws (§5.2).

    ``handicap_ns`` is waited on top, by replicas that should rather not lead.
    """

    def __init__(self, policy: ElectionPolicy, stream: Random, handicap_ns: int = 0) -> None:
        super().__init__(keeps_leases=True, rests=True)
        self.policy: Final = policy
        self.stream: Final = stream
        self.handicap_ns: Final = handicap_ns
        self.since_ns: int = 0
        self.wait_ns: int = 0
        self.redraw()

    def redraw(self) -> None:
        """Another timeout."""
        self.wait_ns = self.policy.timeout_ns(self.stream) + self.handicap_ns

    def restart(self, now_ns: int) -> None:
        self.since_ns = now_ns
        self.redraw()

    def heard(self, now_ns: int) -> None:
        self.since_ns = now_ns

    def deadline_ns(self) -> int:
        return self.since_ns + self.wait_ns

    def tick(self, now_ns: int, leading: bool, eligible: bool) -> int:
        if leading or not eligible or now_ns - self.since_ns < self.wait_ns:
            return WAIT
        self.since_ns = now_ns
        return CAMPAIGN

    def within_lease(self, now_ns: int) -> bool:
        return now_ns - self.since_ns < self.policy.minimum_ns
