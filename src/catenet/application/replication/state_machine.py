"""The replicated state machine of one member: applies committed entries in order, and takes snapshots of the result."""

from __future__ import annotations

from typing import Final

from catenet.application.consensus import effects, events
from catenet.application.consensus.entry import COMMAND, Entry
from catenet.application.replication.application import Application
from catenet.application.replication.pending import Requests


class SnapshotPolicy:
    """A snapshot of the application after ``every`` entries; ``keep`` of them stay for followers that lag."""

    def __init__(self, every: int = 10_000, keep: int = 1_000) -> None:
        self.every: Final = every
        self.keep: Final = keep


class StateMachine:
    """What of the log was applied to the application.  ``requests`` get their results.

    Each method returns the events that the replica must hear of.
    """

    def __init__(self, application: Application, requests: Requests, policy: SnapshotPolicy, last_applied: int) -> None:
        self.application: Final = application
        self.last_applied: int = last_applied
        self._requests: Final = requests
        self._policy: Final = policy
        self._last_snapshot = last_applied

    def apply(self, effect: effects.Apply) -> list[events.Event]:
        """Apply committed entries, in the order of the log."""
        for entry in effect.entries:
            assert entry.index > self.last_applied, f"entry {entry.index} after {self.last_applied}"
            self._apply_entry(entry)
            self.last_applied = entry.index
        return self._advanced()

    def restore(self, effect: effects.Restore) -> list[events.Event]:
        """Replace the application's state by a leader's snapshot."""
        snapshot = effect.snapshot
        assert snapshot.index > self.last_applied, f"a snapshot up to {snapshot.index} after {self.last_applied}"
        self.application.restore(snapshot.data)
        self._last_snapshot = self.last_applied = snapshot.index
        self._requests.snapshot_restored(snapshot.index)
        return self._advanced()

    def _apply_entry(self, entry: Entry) -> None:
        result: object = None
        if entry.kind == COMMAND and entry.data:
            result = self.application.apply(entry.index, entry.data)
        self._requests.applied(entry.index, entry.term, entry.data, result)

    def _advanced(self) -> list[events.Event]:
        index = self.last_applied
        self._requests.applied_up_to(index)
        happened: list[events.Event] = [events.Applied(index)]
        if index - self._last_snapshot >= self._policy.every:
            self._last_snapshot = index
            happened.append(events.SnapshotTaken(index, self.application.snapshot()))
            happened.append(events.Compact(max(0, index - self._policy.keep)))
        return happened
