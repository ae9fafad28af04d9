"""Histories as JSON lines, one event a line, in the order in which they happened::

    {"event": "invoke", "process": 0, "time_ns": 1200, "operation": "put", "key": "x", "arguments": ["a"]}
    {"event": "return", "process": 0, "time_ns": 4100, "result": null}

``event`` is ``invoke``, ``return``, ``fail`` or ``info``.  ``key``, ``arguments``, ``result`` and ``time_ns`` may be
left out.  The end of an operation may repeat its ``operation``, ``key`` and ``arguments``, as they were.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any, Final

from catenet.check.history import ENDS, INVOKE, RETURN, Event, HistoryError
from catenet.check.values import DEPTH_MAX, as_json, exact, frozen, text

_KEYS: Final = frozenset({"event", "process", "time_ns", "operation", "key", "arguments", "result"})
_DIGITS_MAX: Final = 4000
_INTEGER_MAX: Final = 1 << 63


def written(events: Iterable[Event]) -> str:
    """Events as JSON lines."""
    return "".join(json.dumps(_as_object(event)) + "\n" for event in events)


def parsed(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, Event]]:
    """The events of numbered lines.  Raises HistoryError with the line of an error."""
    under_way: dict[int, Event] = {}
    for number, line in lines:
        if not line.strip():
            continue
        try:
            found = json.loads(
                line,
                object_pairs_hook=_object,
                parse_int=_integer,
                parse_float=_float,
                parse_constant=_constant,
            )
            event = _event(found)
            _repeats(found, event, under_way)
        except RecursionError:
            raise HistoryError(f"line {number}: a value is nested more than {DEPTH_MAX} deep") from None
        except json.JSONDecodeError as error:
            raise HistoryError(f"line {number}: this is no JSON at column {error.colno}: {error.msg}") from None
        except ValueError as error:
            raise HistoryError(f"line {number}: {error}") from None
        yield number, event


def _as_object(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = {"event": event.kind, "process": event.process, "time_ns": event.time_ns}
    if event.kind == INVOKE:
        found["operation"] = event.name
        if event.key is not None:
            found["key"] = as_json(event.key)
        found["arguments"] = as_json(event.arguments)
    elif event.kind == RETURN:
        found["result"] = as_json(event.result)
    return found


def _event(found: Any) -> Event:
    if not isinstance(found, dict):
        raise HistoryError("an event is an object, {...}")
    unknown = found.keys() - _KEYS
    if unknown:
        raise HistoryError(f"an event has no {min(unknown)!r}; it has {', '.join(sorted(_KEYS))}")
    kind = found.get("event")
    if kind != INVOKE and kind not in ENDS:
        raise HistoryError(f'"event" is invoke, return, fail or info, not {text(frozen(kind))}')
    process, time_ns = _whole(found, "process"), _whole({"time_ns": -1, **found}, "time_ns")
    if kind != RETURN and "result" in found:
        raise HistoryError(f'only a return has a "result", and this is {kind}')
    if kind != INVOKE:
        return Event(kind, process, time_ns, result=frozen(found.get("result")))
    name, arguments = found.get("operation"), found.get("arguments", [])
    if not (isinstance(name, str) and name):
        raise HistoryError('an invocation needs its "operation"')
    if not isinstance(arguments, list):
        raise HistoryError(f'"arguments" is a list, not {text(frozen(arguments))}')
    return Event(kind, process, time_ns, name, frozen(found.get("key")), frozen(arguments))


def _repeats(found: dict[str, Any], event: Event, under_way: dict[int, Event]) -> None:
    """Check that the invocation repeated at an end is the same."""
    if event.kind == INVOKE:
        under_way[event.process] = event
        return
    began = under_way.pop(event.process, None)
    for name in ("operation", "key", "arguments"):
        if name in found and began is not None:
            was = began.name if name == "operation" else began.key if name == "key" else began.arguments
            if exact(frozen(found[name])) != exact(was):
                raise HistoryError(
                    f'"{name}" is {text(frozen(found[name]))}, and was {text(was)} when process {event.process} began'
                )


def _whole(found: dict[str, Any], name: str) -> int:
    value = found.get(name)
    if type(value) is not int or not -_INTEGER_MAX <= value < _INTEGER_MAX:
        missing = "it is not there" if name not in found else f"not {text(frozen(value))}"
        raise HistoryError(f'"process" and "time_ns" are whole numbers of 64 bits: "{name}": {missing}')
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise HistoryError(f"{next(name for name in names if names.count(name) > 1)!r} is there twice")
    return found


def _integer(digits: str) -> int:
    if len(digits) > _DIGITS_MAX:
        raise HistoryError(f"a number of {len(digits):,} digits; at most {_DIGITS_MAX:,} are read")
    return int(digits)


def _float(digits: str) -> float:
    found = float(digits)
    if not math.isfinite(found):
        raise HistoryError("a number is larger than any that can be held")
    return found


def _constant(name: str) -> float:
    raise HistoryError(f"{name} is no JSON")
