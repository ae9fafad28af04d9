"""Dependencies between transactions.

=====  =====================================================================================================
edge   the later one
=====  =====================================================================================================
ww     wrote the version that comes after one of the earlier one's
wr     read what the earlier one wrote
rw     wrote over what the earlier one had read (an *anti-dependency*)
rt     began after the earlier one had ended: it counts for strict serializability only
=====  =====================================================================================================

The order of a key's versions is what the rest depends on.  A list contains it: every read returns all elements up to
then.  A register does not, so only certain orders are used: the initial version is the first, a transaction's write
follows the version that it read, and, with real time, a version seen when a transaction ended precedes the versions
that later transactions read or write.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from catenet.check.history import RETURN
from catenet.check.transactions import LIST_APPEND, Anomaly, Edge, Transactions
from catenet.check.values import text


def edges_of(history: Transactions, *, real_time: bool) -> tuple[list[Edge], list[Anomaly]]:
    """All edges, and the anomalies of the versions themselves."""
    anomalies: list[Anomaly] = []
    if history.model == LIST_APPEND:
        edges = list(_of_lists(history, anomalies))
    else:
        edges = list(_of_registers(history, real_time))
    if real_time:
        edges += [Edge(before, after, "rt") for before, after in _in_real_time(history, sorted(history.operations))]
    happened = history.known
    return [
        each for each in edges if each.before != each.after and each.before in happened and each.after in happened
    ], anomalies


def _of_lists(history: Transactions, anomalies: list[Anomaly]) -> Iterator[Edge]:
    reads: dict[Any, list[tuple[int, tuple[Any, ...]]]] = {}
    for number, key, value in history.reads:
        reads.setdefault(key, []).append((number, value))
    appended: dict[Any, list[tuple[Any, int]]] = {}
    for (key, element), writer in history.writers.items():
        if writer in history.known:
            appended.setdefault(key, []).append((element, writer))
    for key in dict.fromkeys([*reads, *appended]):
        longest = max((value for _, value in reads.get(key, [])), key=len, default=())
        held = frozenset(longest)
        unseen = [each for each in appended.get(key, []) if each[0] not in held]
        yield from _of_list(history, key, longest, unseen)
        if len(held) < len(longest):
            readers = [number for number, value in reads[key] if value == longest]
            anomalies.append(
                Anomaly("duplicate", f"key {text(key)} holds an element twice: {text(longest)}", tuple(readers[:1]))
            )
        for number, value in reads.get(key, []):
            if longest[: len(value)] != value:
                other = next(reader for reader, seen in reads[key] if seen == longest)
                what = (
                    f"key {text(key)} was read as {text(value)} and as {text(longest)}: neither grew out of the other"
                )
                anomalies.append(Anomaly("incompatible-order", what, (number, other)))
                continue
            yield from _of_list_read(history, key, number, value, longest, unseen)


def _of_list(
    history: Transactions, key: Any, longest: tuple[Any, ...], unseen: list[tuple[Any, int]]
) -> Iterator[Edge]:
    """Each element's writer before the next one's, and the last one's before those of unread elements."""
    for element, after in pairwise(longest):
        if (key, element) in history.writers and (key, after) in history.writers:
            yield Edge(history.writers[key, element], history.writers[key, after], "ww", key, after)
    if longest and (key, longest[-1]) in history.writers:
        last = history.writers[key, longest[-1]]
        yield from (Edge(last, writer, "ww", key, element) for element, writer in unseen)


def _of_list_read(
    history: Transactions,
    key: Any,
    reader: int,
    value: tuple[Any, ...],
    longest: tuple[Any, ...],
    unseen: list[tuple[Any, int]],
) -> Iterator[Edge]:
    if value and (key, value[-1]) in history.writers:
        yield Edge(history.writers[key, value[-1]], reader, "wr", key, value[-1])
    if len(value) < len(longest):
        after = longest[len(value)]
        if (key, after) in history.writers:
            yield Edge(reader, history.writers[key, after], "rw", key, after)
    else:
        yield from (Edge(reader, writer, "rw", key, element) for element, writer in unseen)


def _of_registers(history: Transactions, real_time: bool) -> Iterator[Edge]:
    found: dict[tuple[int, Any], Any] = {(number, key): value for number, key, value in history.reads}
    made = {place: value for place, value in history.last_writes.items() if place[0] in history.known}
    readers: dict[tuple[Any, Any], list[int]] = {}
    for (number, key), value in found.items():
        readers.setdefault((key, value), []).append(number)
    for key, earlier, later, inferred in _versions(history, found, made, real_time):
        writer = history.writers.get((key, later))
        if writer is None:
            continue
        if (key, earlier) in history.writers:
            yield Edge(history.writers[key, earlier], writer, "ww", key, later, inferred)
        yield from (Edge(reader, writer, "rw", key, later, inferred) for reader in readers.get((key, earlier), []))
    for (key, value), numbers in readers.items():
        if (key, value) in history.writers:
            yield from (Edge(history.writers[key, value], number, "wr", key, value) for number in numbers)


def _versions(
    history: Transactions, found: dict[tuple[int, Any], Any], made: dict[tuple[int, Any], Any], real_time: bool
) -> Iterator[tuple[Any, Any, Any, int]]:
    """Pairs of a key's versions of which the first must come before the second, and how that was inferred."""
    touching: dict[Any, set[int]] = {}
    for number, key in [*found, *made]:
        touching.setdefault(key, set()).add(number)
    for (number, key), value in made.items():
        yield key, None, value, 0
        before = found.get((number, key))
        if before is not None and before != value:
            yield key, before, value, 0
    if not real_time:
        return
    for key, numbers in touching.items():
        for before, after in _in_real_time(history, sorted(numbers)):
            left = made[before, key] if (before, key) in made else found[before, key]
            met = found[after, key] if (after, key) in found else made[after, key]
            if left != met and left is not None:
                yield key, left, met, 2 if (after, key) in found else 1


def _in_real_time(history: Transactions, numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Pairs of which the first ended before the second began, without those implied by others."""
    events: list[tuple[int, bool, int]] = []
    for number in numbers:
        operation = history.operations[number]
        if number in history.known:
            events.append((operation.called, False, number))
            if operation.end == RETURN:
                events.append((operation.ended, True, number))
    ended: dict[int, int] = {}
    for place, ends, number in sorted(events):
        if ends:
            called = history.operations[number].called
            ended = {other: end for other, end in ended.items() if end > called}
            ended[number] = place
        else:
            yield from ((other, number) for other in ended)
