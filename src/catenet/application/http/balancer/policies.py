"""Which backend gets a request."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from catenet.application.http.balancer.backend import Backend
from catenet.application.http.message import Request
from catenet.application.placement import HashRing, Node, Placement


class Policy(ABC):
    """Chooses among backends that are available."""

    def begin(self, backends: Sequence[Backend]) -> None:
        """Get all backends, available or not; called once."""
        return

    @abstractmethod
    def choose(self, request: Request, available: Sequence[Backend]) -> Backend:
        """One of ``available``, which is not empty."""


class RoundRobin(Policy):
    """One after another, by weight: smooth weighted round robin, as nginx has it.

    Each turn adds to every backend its weight, and takes the sum of the weights from the one that is chosen.
    """

    def __init__(self) -> None:
        self._credit: dict[str, float] = {}

    def choose(self, request: Request, available: Sequence[Backend]) -> Backend:
        for backend in available:
            self._credit[backend.name] = self._credit.get(backend.name, 0.0) + backend.weight
        chosen = max(available, key=lambda backend: self._credit[backend.name])
        self._credit[chosen.name] -= sum(backend.weight for backend in available)
        return chosen


class LeastOutstanding(Policy):
    """The backend with the fewest requests under way, by weight; those with equally many take turns."""

    def __init__(self) -> None:
        self._turns = RoundRobin()

    def choose(self, request: Request, available: Sequence[Backend]) -> Backend:
        least = min(backend.outstanding / backend.weight for backend in available)
        return self._turns.choose(request, [one for one in available if one.outstanding / one.weight == least])


class ConsistentHash(Policy):
    """A key's backend by a placement; while it is not available, the next in the key's order.

    So only the keys of that backend move, and they come back to it.  ``key`` gives the key of a request: by default its
    target.  ``placement`` is empty, and gets the backends by name and weight.
    """

    def __init__(self, key: Callable[[Request], str] | None = None, placement: Placement | None = None) -> None:
        self._key = key if key is not None else _target
        self._placement: Placement = placement if placement is not None else HashRing()

    def begin(self, backends: Sequence[Backend]) -> None:
        for backend in backends:
            self._placement.add(Node(backend.name, backend.weight))

    def choose(self, request: Request, available: Sequence[Backend]) -> Backend:
        key, by_name = self._key(request), {backend.name: backend for backend in available}
        first = by_name.get(self._placement.place(key))
        if first is not None:
            return first
        return next(by_name[name] for name in self._placement.preference(key) if name in by_name)


def _target(request: Request) -> str:
    return request.target
