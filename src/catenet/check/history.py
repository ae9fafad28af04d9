"""Histories of clients: operations with an invocation and, in most cases, a response.

A history is a list of events in the order in which they happened.  The checkers use only the order; times are for
pictures.  A process (a client) has at most one operation at a time.  It ends by:

=========  ========================================================================================
event      meaning
=========  ========================================================================================
return     it took effect, somewhere between its invocation and now, and this is its result
fail       it is known to have had no effect, now or ever (an aborted transaction)
info       nobody knows: it may take effect at any time from its invocation on, or never
=========  ========================================================================================

An operation without an end is treated like one that ended with ``info`` (Herlihy and Wing, 1990, call it pending).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, NamedTuple

from catenet.check.values import frozen

INVOKE: Final = "invoke"
RETURN: Final = "return"
FAIL: Final = "fail"
INFO: Final = "info"
ENDS: Final = (RETURN, FAIL, INFO)


class HistoryError(ValueError):
    """An invalid history; the message names the event and the reason.

    ``what`` is the reason, ``place`` the index of the event, -1 for the whole history.
    """

    def __init__(self, what: str, place: int = -1) -> None:
        super().__init__(f"event {place + 1}: {what}" if place >= 0 else what)
        self.what: Final = what
        self.place: Final = place


class Event(NamedTuple):
    """One event.  ``name``, ``key`` and ``arguments`` are an invocation's, ``result`` a return's.

    ``key`` is None where the object is the only one.  All values are hashable: a list is a tuple here.
    """

    kind: str
    process: int
    time_ns: int
    name: str = ""
    key: Any = None
    arguments: tuple[Any, ...] = ()
    result: Any = None


class Operation(NamedTuple):
    """An invocation and its end: ``end`` is RETURN, FAIL or INFO.

    ``called`` and ``ended`` are the places of its events in the history; ``ended`` is -1 without an end, or after
    ``info``, since it may still take effect.  Times are those of the events, -1 where there is none.
    """

    number: int
    process: int
    name: str
    key: Any
    arguments: tuple[Any, ...]
    end: str
    result: Any
    called: int
    ended: int
    called_ns: int = -1
    ended_ns: int = -1

    def unknown(self) -> Operation:
        """The same operation with an unknown end."""
        return self._replace(end=INFO, result=None, ended=-1, ended_ns=-1)


def operations(events: Iterable[Event]) -> list[Operation]:
    """Pair invocations with their ends, in order of invocation.

    Raises HistoryError where an end has no beginning, or a process begins a second operation before the end of
    its first.
    """
    found: list[Operation] = []
    under_way: dict[int, int] = {}
    for place, event in enumerate(events):
        if event.kind == INVOKE:
            if event.process in under_way:
                last = found[under_way[event.process]].name
                raise HistoryError(
                    f"process {event.process} invokes {event.name} while its {last} has not ended;"
                    " one that will never end needs an `info` first",
                    place,
                )
            under_way[event.process] = len(found)
            found.append(
                Operation(
                    len(found),
                    event.process,
                    event.name,
                    event.key,
                    event.arguments,
                    INFO,
                    None,
                    place,
                    -1,
                    event.time_ns,
                )
            )
        elif event.kind in ENDS:
            if event.process not in under_way:
                raise HistoryError(f"process {event.process} has no operation that could end", place)
            number = under_way.pop(event.process)
            if event.kind != INFO:
                found[number] = found[number]._replace(
                    end=event.kind, result=event.result, ended=place, ended_ns=event.time_ns
                )
        else:
            raise HistoryError(f"{event.kind!r} is none of invoke, return, fail and info", place)
    return found


class Recorder:
    """Records the operations of clients.  ``now_ns`` returns the time of an event, in nanoseconds.

    The order of its calls is the order of the history: it must be used by one thread, or by one simulation.  Keys and
    values may be octets, as in the store; they are recorded as text (:func:`~catenet.check.values.frozen`).
    """

    def __init__(self, now_ns: Callable[[], int]) -> None:
        self._now_ns: Final = now_ns
        self.events: Final[list[Event]] = []

    def invoke(self, process: int, name: str, *arguments: Any, key: Any = None) -> None:
        """A process begins an operation."""
        self.events.append(Event(INVOKE, process, self._now_ns(), name, frozen(key), frozen(arguments)))

    def returned(self, process: int, result: Any = None) -> None:
        """Its operation ended, with a result."""
        self.events.append(Event(RETURN, process, self._now_ns(), result=frozen(result)))

    def failed(self, process: int) -> None:
        """Its operation had no effect, and never will."""
        self.events.append(Event(FAIL, process, self._now_ns()))

    def unknown(self, process: int) -> None:
        """Its operation may have taken effect, or may still do so."""
        self.events.append(Event(INFO, process, self._now_ns()))

    async def call(self, process: int, name: str, *arguments: Any, key: Any = None, by: Awaitable[Any]) -> Any:
        """Await ``by`` as one operation, and return its result.  One that raises has an unknown end."""
        self.invoke(process, name, *arguments, key=key)
        try:
            result = await by
        except BaseException:
            self.unknown(process)
            raise
        self.returned(process, result)
        return result

    def operations(self) -> list[Operation]:
        """The operations recorded up to now."""
        return operations(self.events)
