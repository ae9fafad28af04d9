"""Histories in files: our own JSON lines, Jepsen's logs, and histories in EDN.

Our own has one event a line, in the order in which they happened::

    {"event": "invoke", "process": 0, "time_ns": 1200, "operation": "put", "key": "x", "arguments": ["a"]}
    {"event": "return", "process": 0, "time_ns": 4100, "result": null}

``key``, ``arguments``, ``result`` and ``time_ns`` may be left out.  ``event`` is ``invoke``, ``return``, ``fail`` or
``info``.  A Jepsen log has lines such as ``INFO  jepsen.util - 3  :invoke  :cas  [1 4]``, and all others are passed
over; EDN has a map an event, ``{:process 3, :type :invoke, :f :append, :key "0", :value "x"}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from catenet.lab.check import edn
from catenet.lab.check.history import ENDS, FAIL, INFO, INVOKE, RETURN, Event, HistoryError, frozen

_LOG_LINE: Final = re.compile(
    r"\bjepsen\.\S+ - (?P<process>\d+)\s+:(?P<type>invoke|ok|fail|info)\s+:(?P<f>\S+)\s*(?P<value>.*)$"
)
_TYPES: Final = {"invoke": INVOKE, "ok": RETURN, "fail": FAIL, "info": INFO}
_UNKNOWN_TO: Final = frozenset({"read", "get", "r"})


def read_history(path: Path) -> list[Event]:
    """The events of a file, whichever of the formats it has.

    Raises OSError, UnicodeDecodeError, and HistoryError with the line that cannot be understood.
    """
    return parse_history(path.read_text(encoding="utf-8"))


def parse_history(text: str) -> list[Event]:
    """The events of a text.  Raises HistoryError."""
    for line in text.splitlines():
        stripped = line.strip()
        if _LOG_LINE.search(line):
            return list(_of_jepsen(_log_maps(text)))
        if stripped.startswith('{"') or stripped == "{":
            return list(_of_json(text))
        if stripped.startswith(("{:", "#jepsen", "[{")):
            return list(_of_jepsen(_edn_maps(text)))
    raise HistoryError(
        'this is no history: neither JSON lines ({"event": ...}), nor a Jepsen log (... jepsen.util - 0 :invoke ...),'
        " nor EDN ({:process 0, :type :invoke, ...})"
    )


def write_history(path: Path, events: Iterable[Event]) -> None:
    """Write events as JSON lines.  Raises OSError."""
    path.write_text(json_lines(events), encoding="utf-8")


def json_lines(events: Iterable[Event]) -> str:
    """Events as JSON lines."""
    return "".join(json.dumps(_as_json(event)) + "\n" for event in events)


def _as_json(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = {"event": event.kind, "process": event.process, "time_ns": event.time_ns}
    if event.kind == INVOKE:
        found["operation"] = event.name
        if event.key is not None:
            found["key"] = event.key
        found["arguments"] = _plain(event.arguments)
    elif event.kind == RETURN:
        found["result"] = _plain(event.result)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted((_plain(each) for each in value), key=lambda each: (str(type(each)), each))
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _of_json(text: str) -> Iterator[Event]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
            yield _json_event(found)
        except (TypeError, ValueError) as error:
            raise HistoryError(f"line {number}: {error}") from None


def _json_event(found: Any) -> Event:
    if not isinstance(found, dict):
        raise HistoryError("an event is an object, {...}")
    unknown = found.keys() - {"event", "process", "time_ns", "operation", "key", "arguments", "result"}
    if unknown:
        raise HistoryError(f"an event has no {min(unknown)!r}")
    kind, process, time_ns = found.get("event"), found.get("process"), found.get("time_ns", -1)
    if kind != INVOKE and kind not in ENDS:
        raise HistoryError(f'"event" is invoke, return, fail or info, not {kind!r}')
    if type(process) is not int or type(time_ns) is not int:
        raise HistoryError('"process" and "time_ns" are whole numbers')
    name, arguments = found.get("operation", ""), found.get("arguments", [])
    if kind == INVOKE and not (isinstance(name, str) and name):
        raise HistoryError('an invocation needs its "operation"')
    if not isinstance(arguments, list):
        raise HistoryError(f'"arguments" is a list, not {arguments!r}')
    return Event(kind, process, time_ns, name, frozen(found.get("key")), frozen(arguments), frozen(found.get("result")))


def _edn_maps(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        for line, form in edn.forms(text):
            for found in form if isinstance(form, tuple) else (form,):
                if not isinstance(found, dict):
                    raise HistoryError(f"line {line}: an event is a map, not {found!r}")
                yield line, {str(name): value for name, value in found.items()}
    except edn.EdnError as error:
        raise HistoryError(f"line {error.line}: {error}") from None


def _log_maps(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.splitlines(), 1):
        found = _LOG_LINE.search(line)
        if found is None:
            continue
        try:
            values = [form for _, form in edn.forms(found["value"])]
        except edn.EdnError as error:
            raise HistoryError(f"line {number}: {error}") from None
        value = values[0] if values else None
        yield number, {"process": int(found["process"]), "type": found["type"], "f": found["f"], "value": value}


def _of_jepsen(maps: Iterable[tuple[int, dict[str, Any]]]) -> Iterator[Event]:
    """Jepsen's events in our terms.  What its nemesis does is no operation, and is passed over."""
    under_way: dict[int, str] = {}
    for line, found in maps:
        process, kind, name = found.get("process"), _TYPES.get(found.get("type", "")), found.get("f")
        if type(process) is not int:
            continue
        if kind is None or not isinstance(name, str):
            raise HistoryError(f"line {line}: an event needs :type (:invoke, :ok, :fail or :info) and :f")
        time_ns = found.get("time", -1)
        key, value = found.get("key"), frozen(found.get("value"))
        if kind == INVOKE:
            under_way[process] = name
            yield Event(INVOKE, process, time_ns, str(name), key, _arguments(name, value))
        elif process in under_way:
            yield _end(under_way.pop(process), kind, process, time_ns, value)


def _arguments(name: str, value: Any) -> tuple[Any, ...]:
    if name == "cas" and isinstance(value, tuple):
        return value
    if name in _UNKNOWN_TO and value is None:
        return ()
    if name == "txn":
        return _micro(value)
    if name == "put":
        return (_present(value),)
    return () if value is None else (value,)


def _micro(value: Any) -> tuple[Any, ...]:
    """A transaction's operations: ``(("append", "x", 1), ("r", "x", (1,)))``."""
    if not isinstance(value, tuple) or not all(isinstance(each, tuple) and len(each) == 3 for each in value):
        raise HistoryError(f"a transaction is a list of [name key value], not {value!r}")
    return tuple((str(name), key, result) for name, key, result in value)


def _end(name: str, kind: str, process: int, time_ns: int, value: Any) -> Event:
    """What an end means: a compare-and-set that failed has compared, and one that is ok has set."""
    if name == "cas" and kind in (RETURN, FAIL) and not _is_error(value):
        return Event(RETURN, process, time_ns, result=kind == RETURN)
    if kind != RETURN:
        return Event(kind, process, time_ns)
    if name == "txn":
        return Event(kind, process, time_ns, result=_micro(value))
    if name == "get":
        return Event(kind, process, time_ns, result=_present(value))
    return Event(kind, process, time_ns, result=value if name in ("read", "dequeue", "contains") else None)


def _present(value: Any) -> Any:
    """The published key-value histories show a missing key as the empty string."""
    return None if value == "" else value


def _is_error(value: Any) -> bool:
    return isinstance(value, edn.Keyword)
