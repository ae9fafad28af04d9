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
from catenet.application.consensus.server import Server


@mypyc_attr(allow_interpreted_subclasses=True)
class Replica(ABC):
    """One member of a replicated log, around the state of its server."""

    def __init__(self, server: Server) -> None:
        self.id: Final = server.id
        self._server: Final = server

    def step(self, event: Event, now_ns: int) -> list[Effect]:
        """Let an event happen and take what it asks for."""
        self.handle(event, now_ns)
        return self.take_effects(now_ns)

    def handle(self, event: Event, now_ns: int) -> None:
        """Let an event happen; ``now_ns`` is the host's monotonic clock and never runs back."""
        self._server.now_ns = max(self._server.now_ns, now_ns)
        self._handle(event)

    @abstractmethod
    def _handle(self, event: Event) -> None: ...

    def take_effects(self, now_ns: int) -> list[Effect]:
        """All that was asked for since the last call."""
        self._server.now_ns = max(self._server.now_ns, now_ns)
        self._flush()
        effects = self._server.take_effects()
        self._take_append(effects)
        self._take_apply(effects)
        return effects

    @abstractmethod
    def _flush(self) -> None:
        """What was put off, to be done once for all events since the last time."""

    @abstractmethod
    def _take_append(self, effects: list[Effect]) -> None:
        """What is to be on disk, and the messages that wait for it."""

    @abstractmethod
    def _take_apply(self, effects: list[Effect]) -> None:
        """What is decided, for the application."""

    @abstractmethod
    def deadline_ns(self) -> int:
        """When a Tick is due; NEVER_NS if time alone changes nothing."""

    @property
    def role(self) -> int:
        """One of the ROLE_ numbers (:mod:`.server`)."""
        return self._server.role

    @property
    def leader(self) -> int:
        """The leader's id as far as this replica knows, else NONE."""
        return self._server.leader

    @property
    def term(self) -> int:
        """The newest term (ballot) heard of."""
        return self._server.term

    @property
    def commit_index(self) -> int:
        """All up to it is decided."""
        return self._server.commit_index

    @property
    def applied_index(self) -> int:
        """All up to it has been applied by the application."""
        return self._server.last_applied

    @property
    def listening(self) -> bool:
        """It has lost its disk and has not caught up yet (see `entry.Readmission`): its state is not to be read."""
        return self._server.is_listening()

    @property
    def membership(self) -> Membership:
        """Who takes part, as far as entries have been applied here."""
        return self._server.membership
