"""The one log interface: a store, a test or an experiment names the protocol as a parameter.

A replica is a pure state machine. The program around it owns the clock, the disk, the network and the
application, tells it what happened, and does what it asks::

    effects = replica.step(event, now_ns)      # events.py -> effects.py
    wake_at(replica.deadline_ns())             # then: replica.step(Tick(), now_ns)

``step`` is ``handle`` and then ``take_effects``. To batch, handle several events and take the effects once:
one append, one round of messages.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final

from mypy_extensions import mypyc_attr

from catenet.application.consensus.effects import Effect
from catenet.application.consensus.entry import Membership
from catenet.application.consensus.events import Event

ROLE_FOLLOWER: Final = 0
ROLE_CANDIDATE: Final = 1
ROLE_LEADER: Final = 2
ROLE_PRE_CANDIDATE: Final = 3
ROLE_NAMES: Final = ("follower", "candidate", "leader", "pre-candidate")


@mypyc_attr(allow_interpreted_subclasses=True)
class Replica(ABC):
    """One member of a replicated log."""

    def __init__(self, replica_id: int) -> None:
        self.id: Final = replica_id

    @abstractmethod
    def handle(self, event: Event, now_ns: int) -> None:
        """Let an event happen; ``now_ns`` is the host's monotonic clock and never runs back."""

    @abstractmethod
    def take_effects(self, now_ns: int) -> list[Effect]:
        """All that was asked for since the last call."""

    def step(self, event: Event, now_ns: int) -> list[Effect]:
        """Let an event happen and take what it asks for."""
        self.handle(event, now_ns)
        return self.take_effects(now_ns)

    @abstractmethod
    def deadline_ns(self) -> int:
        """When a Tick is due; NEVER_NS if time alone changes nothing."""

    @property
    @abstractmethod
    def role(self) -> int:
        """One of the ROLE_ numbers."""

    @property
    @abstractmethod
    def leader(self) -> int:
        """The leader's id as far as this replica knows, else NONE."""

    @property
    @abstractmethod
    def term(self) -> int:
        """The newest term (ballot) heard of."""

    @property
    @abstractmethod
    def commit_index(self) -> int:
        """All up to it is decided."""

    @property
    @abstractmethod
    def applied_index(self) -> int:
        """All up to it has been applied by the application."""

    @property
    def listening(self) -> bool:
        """It has lost its disk and has not caught up yet (see `entry.Readmission`): its state is not to be read."""
        return False

    @property
    @abstractmethod
    def membership(self) -> Membership:
        """Who takes part, as far as entries have been applied here."""
