"""Serializability: a history is serializable unless its dependencies form a cycle.

The names are Adya's ("Weak Consistency", 1999), found as Elle finds them (Kingsbury and Alvaro, 2020):

========  ==========================================================================
anomaly   a cycle
========  ==========================================================================
G0        of ww edges: writes interleave
G1c       of ww and wr edges: each saw what the other wrote
G-single  with one rw edge: a read skew
G2        with two rw edges or more: a write skew
========  ==========================================================================

``-realtime`` is added to the name of a cycle that needs the order of real time: the history may be serializable, but
not strictly.  For each strongly connected component of transactions, the first matching name of the table is reported,
with a short cycle.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from catenet.check.dependencies import edges_of
from catenet.check.history import RETURN, HistoryError, Operation
from catenet.check.transactions import Anomaly, Edge, Transactions
from catenet.check.values import plain, text

_LEVELS: Final = (
    ("G0", "ww", frozenset({"ww"})),
    ("G1c", "wr", frozenset({"ww", "wr"})),
    ("G-single", "rw", frozenset({"ww", "wr"})),
    ("G2", "rw", frozenset({"ww", "wr", "rw"})),
)
"""Name; the kind of edge that the cycle must have; the kinds that lead back from its end to its beginning."""
_MAX_TRIES: Final = 100
"""The number of cycles compared to find a short one."""


class TransactionVerdict(NamedTuple):
    """The result of a check of transactions.  ``anomalies`` is empty if none was found."""

    model: str
    level: str
    operations: int
    anomalies: list[Anomaly]
    involved: list[Operation]

    @property
    def holds(self) -> bool:
        """Whether the history satisfies the requested consistency."""
        return not self.anomalies

    def as_data(self) -> dict[str, Any]:
        """The same as data, for JSON and for pictures."""
        return {
            "model": self.model,
            "level": self.level,
            "holds": self.holds,
            "operations": self.operations,
            "anomalies": [
                {
                    "name": each.name,
                    "what": each.what,
                    "transactions": list(each.transactions),
                    "edges": [
                        {**edge._asdict(), "key": plain(edge.key), "value": plain(edge.value)} for edge in each.edges
                    ],
                }
                for each in self.anomalies
            ],
            "involved": [each._asdict() for each in self.involved],
        }


def check_transactions(operations: Sequence[Operation], model: str, *, strict: bool = True) -> TransactionVerdict:
    """Check for serializability; with ``strict``, in an order that agrees with real time.

    ``model`` is ``list-append``, for which the check is complete for transactions whose writes were read, or
    ``rw-register``, for which it is sound but not complete.  Raises HistoryError for an invalid transaction, and for
    an empty history.
    """
    if not operations:
        raise HistoryError("there is no transaction, and nothing can be said of none")
    history = Transactions(operations, model)
    edges, anomalies = edges_of(history, real_time=strict)
    anomalies = [*history.anomalies, *anomalies, *cycles(edges, history.operations)]
    numbers = sorted({number for anomaly in anomalies for number in anomaly.transactions})
    level = "strict-serializable" if strict else "serializable"
    known = {each.number: each for each in operations}
    return TransactionVerdict(model, level, len(operations), anomalies, [known[number] for number in numbers])


def cycles(edges: Iterable[Edge], operations: Mapping[int, Operation]) -> list[Anomaly]:
    """One anomaly for each strongly connected component of the graph that the edges make."""
    following: dict[int, list[Edge]] = {}
    for edge in edges:
        following.setdefault(edge.before, []).append(edge)
    found = []
    for component in _components(following):
        within = {
            number: [edge for edge in following.get(number, []) if edge.after in component]
            for number in sorted(component)
        }
        found.append(_worst(within, operations))
    return found


def _worst(following: dict[int, list[Edge]], operations: Mapping[int, Operation]) -> Anomaly:
    for inferred, real_time in ((0, frozenset[str]()), (1, frozenset({"rt"})), (2, frozenset({"rt"}))):
        usable = {number: [edge for edge in edges if edge.inferred <= inferred] for number, edges in following.items()}
        for name, must, back in _LEVELS:
            cycle = _shortest(usable, must, back | real_time)
            if cycle is not None:
                if real_time:
                    cycle = _shortened(cycle, operations)
                what = "; ".join(_told(edge) for edge in cycle)
                return Anomaly(
                    name + ("-realtime" if real_time else ""), what, tuple(each.before for each in cycle), cycle
                )
    raise AssertionError("a strongly connected component has a cycle, and real time alone has none")


def _shortest(following: dict[int, list[Edge]], must: str, back: frozenset[str]) -> tuple[Edge, ...] | None:
    """A short cycle that begins with an edge of kind ``must`` and goes on by edges of the kinds ``back``."""
    allowed = {number: [edge for edge in edges if edge.kind in back] for number, edges in following.items()}
    homes: dict[int, int] = {}
    if must in back:
        for home, component in enumerate(_components(allowed)):
            homes.update(dict.fromkeys(component, home))
    best: tuple[Edge, ...] | None = None
    tries = 0
    for edge in (edge for edges in following.values() for edge in edges if edge.kind == must):
        if must in back and homes.get(edge.before, -1) != homes.get(edge.after, -2):
            continue
        path = _path(allowed, edge.after, edge.before)
        if path is not None:
            tries += 1
            if best is None or len(path) + 1 < len(best):
                best = (edge, *path)
            if len(best) == 2 or tries == _MAX_TRIES:
                break
    return best


def _shortened(cycle: tuple[Edge, ...], operations: Mapping[int, Operation]) -> tuple[Edge, ...]:
    """The same cycle, as far as one edge of real time can stand for several edges after the first."""
    first, *path = cycle
    for at, edge in enumerate(path):
        begins = operations[edge.before]
        for to in range(len(path) - 1, at, -1):
            if begins.end == RETURN and begins.ended < operations[path[to].after].called:
                leap = Edge(edge.before, path[to].after, "rt")
                return (first, *path[:at], leap, *path[to + 1 :])
    return cycle


def _path(edges: dict[int, list[Edge]], start: int, goal: int) -> list[Edge] | None:
    came: dict[int, Edge] = {}
    waiting = deque([start])
    while waiting:
        at = waiting.popleft()
        for edge in edges[at]:
            if edge.after not in came and edge.after != start:
                came[edge.after] = edge
                if edge.after == goal:
                    return _backwards(came, start, goal)
                waiting.append(edge.after)
    return None


def _backwards(came: dict[int, Edge], start: int, goal: int) -> list[Edge]:
    path = []
    while goal != start:
        path.append(came[goal])
        goal = came[goal].before
    return path[::-1]


def _told(edge: Edge) -> str:
    before, after = f"T{edge.before}", f"T{edge.after}"
    if edge.kind == "rt":
        return f"{before} ended before {after} began"
    if edge.kind == "wr":
        return f"{after} read {text(edge.value)} of {text(edge.key)}, which {before} wrote"
    verb, did = ("overwrote what", "read") if edge.kind == "rw" else ("wrote after what", "wrote")
    return f"{after} {verb} {before} {did} of {text(edge.key)}, with {text(edge.value)}"


def _components(following: dict[int, list[Edge]]) -> Iterator[set[int]]:
    """The strongly connected components of more than one node (Tarjan, 1972), without recursion."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    for root in sorted(following):
        if root in index:
            continue
        work: list[tuple[int, Iterator[Edge]]] = [(root, iter(following.get(root, ())))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, edges = work[-1]
            for edge in edges:
                after = edge.after
                if after not in index:
                    index[after] = low[after] = len(index)
                    stack.append(after)
                    on_stack.add(after)
                    work.append((after, iter(following.get(after, ()))))
                    break
                if after in on_stack:
                    low[node] = min(low[node], index[after])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = _popped(stack, on_stack, node)
                    if len(component) > 1:
                        yield component


def _popped(stack: list[int], on_stack: set[int], node: int) -> set[int]:
    component = set()
    while True:
        each = stack.pop()
        on_stack.discard(each)
        component.add(each)
        if each == node:
            return component
