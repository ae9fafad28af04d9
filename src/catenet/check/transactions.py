"""Transactions of a history, and the anomalies that need no cycle.

A transaction is an operation ``txn`` whose arguments are small operations ``(name, key, value)``: for **list-append**
``("append", key, element)`` and ``("r", key, list)``, for **rw-register** ``("w", key, value)`` and ``("r", key,
value)``.  The result contains the values read.  No two transactions write the same value to the same key, so each
value read identifies its writer, on which the whole inference depends (Kingsbury and Alvaro, "Elle", 2020).

The anomalies found here (Adya, "Weak Consistency", 1999, section 4.2):

- **G1a**, aborted read: a transaction read a value written by an aborted one;
- **G1b**, intermediate read: a transaction read a value that its writer then overwrote;
- **internal**: a transaction does not see its own reads and writes;
- **unwritten**: no transaction wrote the value read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from catenet.check.history import FAIL, RETURN, HistoryError, Operation
from catenet.check.values import exact, text

LIST_APPEND: Final = "list-append"
RW_REGISTER: Final = "rw-register"
WRITES: Final = {LIST_APPEND: "append", RW_REGISTER: "w"}


class Edge(NamedTuple):
    """One transaction comes before another: ``kind`` is ww, wr, rw or rt (by real time), and ``value`` is the reason.

    ``inferred`` is 0 if the values alone show it, 1 if real time and writes gave the order of versions, 2 if real time
    and reads did.
    """

    before: int
    after: int
    kind: str
    key: Any = None
    value: Any = None
    inferred: int = 0


class Anomaly(NamedTuple):
    """An anomaly, with the numbers of its transactions: a cycle in order, if there are ``edges``."""

    name: str
    what: str
    transactions: tuple[int, ...]
    edges: tuple[Edge, ...] = ()


class Transactions:
    """The transactions of a history, by kind of model.

    ``reads`` are the external reads of committed transactions: ``(transaction, key, value)``, without values that the
    transaction wrote itself.  ``known`` are the transactions known to have happened: they returned, or another read
    their writes.  All values are exact.  Raises HistoryError for an invalid transaction.
    """

    def __init__(self, operations: Sequence[Operation], model: str) -> None:
        self.model: Final = model
        self.writers: Final[dict[tuple[Any, Any], int]] = {}
        self.last_writes: Final[dict[tuple[int, Any], Any]] = {}
        self.reads: Final[list[tuple[int, Any, Any]]] = []
        self.anomalies: Final[list[Anomaly]] = []
        operations = [each._replace(arguments=exact(each.arguments), result=exact(each.result)) for each in operations]
        self.operations: Final = {each.number: each for each in operations}
        for each in operations:
            self._take_writes(each)
        seen = [part for each in operations if each.end == RETURN for part in self._values_read(each)]
        witnessed = {self.writers[each] for each in seen if each in self.writers}
        self.known: Final = {
            each.number for each in operations if each.end == RETURN or (each.end != FAIL and each.number in witnessed)
        }
        for each in operations:
            if each.end == RETURN:
                self._take_reads(each)

    def _take_writes(self, operation: Operation) -> None:
        parts = _small(operation, operation.arguments, self.model, operation.called)
        if operation.end == RETURN:
            _match(operation, parts, _small(operation, operation.result, self.model, operation.ended))
        for name, key, value in parts:
            if name == "r":
                continue
            other = self.writers.setdefault((key, value), operation.number)
            if other != operation.number or self.last_writes.get((operation.number, key), _NONE) == value:
                raise HistoryError(
                    f"{text(value)} is written twice to {_at(key)}: what is written has to tell who wrote it, so each"
                    " write to a key needs a value of its own",
                    operation.called,
                )
            self.last_writes[operation.number, key] = value

    def _values_read(self, operation: Operation) -> Iterable[tuple[Any, Any]]:
        for name, key, value in _small(operation, operation.result, self.model, operation.ended):
            if name == "r":
                for each in _elements(value) if self.model == LIST_APPEND else (value,):
                    yield key, each

    def _take_reads(self, operation: Operation) -> None:
        """Simulate one transaction's own reads and writes, and record its external reads."""
        known: dict[Any, Any] = {}
        appended: dict[Any, tuple[Any, ...]] = {}
        for name, key, value in _small(operation, operation.result, self.model, operation.ended):
            if name == "append":
                appended[key] = (*appended.get(key, ()), value)
            elif name == "w":
                known[key] = value
            elif self.model == RW_REGISTER:
                if key not in known:
                    self._record_read(operation, key, value)
                elif known[key] != value:
                    self._internal(operation, key, text(known[key]), value)
                known[key] = value
            else:
                self._read_list(operation, key, _elements(value), known, appended.pop(key, ()))

    def _read_list(
        self, operation: Operation, key: Any, value: tuple[Any, ...], known: dict[Any, Any], own: tuple[Any, ...]
    ) -> None:
        outside = value[: len(value) - len(own)]
        if value[len(outside) :] != own:
            self._internal(operation, key, f"a list that ends with {text(own)}", value)
        elif key not in known:
            self._record_read(operation, key, outside)
        elif known[key] != outside:
            self._internal(operation, key, text((*known[key], *own)), value)
        known[key] = value

    def _record_read(self, operation: Operation, key: Any, value: Any) -> None:
        self.reads.append((operation.number, key, value))
        elements = value if self.model == LIST_APPEND else (value,)
        for each in elements:
            if each is not None or self.model == LIST_APPEND:
                self._check_writer(operation, key, each)
        if elements and elements[-1] is not None:
            writer = self.writers.get((key, elements[-1]))
            if writer is not None and writer != operation.number:
                last = self.last_writes[writer, key]
                if last != elements[-1]:
                    what = f"{_at(key)} was read as of {text(elements[-1])}, which its writer followed by {text(last)}"
                    self.anomalies.append(Anomaly("G1b", what, (writer, operation.number)))

    def _check_writer(self, operation: Operation, key: Any, value: Any) -> None:
        writer = self.writers.get((key, value))
        if writer is None:
            what = f"{text(value)} was read from {_at(key)}, and written by nobody"
            self.anomalies.append(Anomaly("unwritten", what, (operation.number,)))
        elif self.operations[writer].end == FAIL:
            what = f"{text(value)} was read from {_at(key)}, and its writer failed"
            self.anomalies.append(Anomaly("G1a", what, (writer, operation.number)))

    def _internal(self, operation: Operation, key: Any, expected: str, value: Any) -> None:
        what = f"{_at(key)} was read as {text(value)}, after this transaction itself had made it {expected}"
        self.anomalies.append(Anomaly("internal", what, (operation.number,)))


_NONE: Final = object()


def _at(key: Any) -> str:
    return f"key {text(key)}"


def _elements(value: Any) -> tuple[Any, ...]:
    return () if value is None else tuple(value)


def _small(operation: Operation, parts: Any, model: str, place: int) -> list[tuple[str, Any, Any]]:
    """The small operations, checked; ``place`` is that of the event which has them."""
    if operation.name != "txn":
        raise HistoryError(f"{model} takes transactions, `txn`, not {operation.name!r}", place)
    write = WRITES[model]
    if not isinstance(parts, tuple):
        raise HistoryError(f"a transaction is a list of operations, not {text(parts)}", place)
    for each in parts:
        if not isinstance(each, tuple) or len(each) != 3 or each[0] not in ("r", write):
            raise HistoryError(
                f'a transaction of {model} is made of ["r", key, value] and ["{write}", key, value], not {text(each)}',
                place,
            )
        if each[0] == "r" and model == LIST_APPEND and not isinstance(each[2], tuple | None):
            raise HistoryError(f"what is read from a list is a list, not {text(each[2])}", place)
    return list(parts)


def _match(operation: Operation, asked: list[tuple[str, Any, Any]], told: list[tuple[str, Any, Any]]) -> None:
    """Check that a transaction's result matches its invocation."""
    same = len(asked) == len(told) and all(
        one[:2] == other[:2] and (one[0] == "r" or one[2] == other[2]) for one, other in zip(asked, told, strict=True)
    )
    if not same:
        raise HistoryError(
            f"the transaction is {text(tuple(told))} now, and was {text(tuple(asked))} when it began; only what is read"
            " may differ",
            operation.ended,
        )
