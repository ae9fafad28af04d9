"""Jepsen's histories: maps in EDN, and lines of its log.

In EDN each event is a map, ``{:process 3, :type :invoke, :f :append, :key "0", :value "x"}``; a log has lines such as
``INFO  jepsen.util - 3  :invoke  :cas  [1 4]``, all other lines and the nemesis's events are skipped.

Their meaning in Jepsen (its ``jepsen.history``, ``jepsen.independent`` and ``knossos.history``):

- ``:fail`` means that the operation did not happen, whatever it was.  Logs in the form in which porcupine reads them
  (``INFO  jepsen.util - 3  :fail  :cas  [1 4]`` and nothing after it) use it for a compare-and-set that found another
  value.
- The value in the invocation of a read is filled in later, and is ignored.
- A value ``[key value]`` in every invocation is a tuple of ``jepsen.independent``: each key has an object of its own.
- Histories of a key-value store in which no ``get`` was told ``nil`` show a missing key as ``""``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal, NamedTuple

from catenet.check import edn
from catenet.check.edn import Word
from catenet.check.history import FAIL, INFO, INVOKE, RETURN, Event, HistoryError
from catenet.check.values import FrozenDict, exact, plain, text

FailedCas = Literal["by-format", "no-effect", "compared"]
"""The meanings of ``:fail`` for a compare-and-set."""

LOG_LINE: Final = re.compile(
    r"\bjepsen\.\S+?(?: -|:)\s+(?P<process>-?[0-9]+|:[\w-]+)\s+:(?P<type>[\w-]+)\s+:(?P<f>\S+)(?:\s+(?P<value>.*))?$"
)
_PORCUPINE: Final = re.compile(r"\s*INFO\s+jepsen\.util\s+-\s.*:cas\s+\[[^\[\]]*\]\s*$")
_TYPES: Final = {":invoke": INVOKE, ":ok": RETURN, ":fail": FAIL, ":info": INFO}
_ASKS_NOTHING: Final = frozenset({"read", "get", "dequeue"})
_TELLS: Final = frozenset({"read", "get", "dequeue", "contains", "txn"})
_WRITES: Final = frozenset({"write", "put", "append", "enqueue", "add"})
_NEMESIS: Final = Word(":nemesis")
_INTEGER_MAX: Final = 1 << 63


class Entry(NamedTuple):
    """One event of the file.  ``told`` is True if it has a value, ``compared`` if it has porcupine's form."""

    line: int
    process: int
    kind: str
    name: str
    value: Any
    told: bool
    key: Any
    time_ns: int
    compared: bool = False


def edn_entries(content: str) -> Iterator[Entry]:
    """The entries of a text in EDN.  Raises HistoryError."""
    try:
        for line, form in edn.forms(content):
            for found in form if isinstance(form, tuple) else (form,):
                if not isinstance(found, FrozenDict):
                    raise HistoryError(f"line {line}: an event is a map, not {text(found)}")
                entry = _entry(line, dict(found.pairs))
                if entry is not None:
                    yield entry
    except edn.EdnError as error:
        raise HistoryError(f"line {error.line}: {error}") from None


def log_entries(lines: Iterable[tuple[int, str]]) -> Iterator[Entry]:
    """The entries of a log's numbered lines.  Raises HistoryError."""
    for number, line in lines:
        match = LOG_LINE.search(line)
        if match is None:
            continue
        found: dict[Any, Any] = {Word(":type"): Word(":" + match["type"]), Word(":f"): Word(":" + match["f"])}
        found[Word(":process")] = _first(match["process"], number)
        if match["value"]:
            found[Word(":value")] = exact(_first(match["value"], number))
        entry = _entry(number, found)
        if entry is not None:
            yield entry._replace(compared=_PORCUPINE.match(line) is not None)


def _first(content: str, line: int) -> Any:
    try:
        return next((form for _, form in edn.forms(content)), None)
    except edn.EdnError as error:
        raise HistoryError(f"line {line}: {error}") from None


def _entry(line: int, found: dict[Any, Any]) -> Entry | None:
    process, kind, name = found.get(Word(":process")), found.get(Word(":type")), found.get(Word(":f"))
    if process == _NEMESIS:
        return None
    if type(process) is not int or not -_INTEGER_MAX <= process < _INTEGER_MAX:
        said = f"not {text(process)}" if Word(":process") in found else "and there is none"
        raise HistoryError(f"line {line}: :process is a client's whole number, or :nemesis, {said}")
    if not (isinstance(kind, Word) and kind.written in _TYPES and isinstance(name, Word) and name.written[:1] == ":"):
        raise HistoryError(f"line {line}: an event needs :type (:invoke, :ok, :fail or :info) and :f")
    time_ns = found.get(Word(":time"))
    if time_ns is not None and (type(time_ns) is not int or not -_INTEGER_MAX <= time_ns < _INTEGER_MAX):
        raise HistoryError(f"line {line}: :time is a whole number of nanoseconds, not {text(time_ns)}")
    return Entry(
        line,
        process,
        _TYPES[kind.written],
        name.written[1:],
        plain(found.get(Word(":value"))),
        Word(":value") in found,
        plain(found.get(Word(":key"))),
        -1 if time_ns is None else time_ns,
    )


def events(
    entries: list[Entry], failed_cas: FailedCas = "by-format", independent: bool | None = None
) -> tuple[list[Event], list[int], list[str]]:
    """The events of entries, the line of each, and the assumptions made, as text.

    ``independent`` says whether values are ``[key value]``; None: if all look so.  Raises HistoryError.
    """
    notes: list[str] = []
    if independent or (independent is None and _look_independent(entries)):
        entries = [_keyed(each) for each in entries]
        notes.append("each :value was read as [key value], as of jepsen.independent")
    if _missing_is_empty(entries):
        entries = [each._replace(value=_without_empty(each.value)) for each in entries]
        notes.append('no get was told nil: "" was read as a missing key')
    compared = [each for each in entries if _has_compared(each, failed_cas)]
    if compared:
        notes.append(f"{len(compared):,} of :cas that :fail were read as: it compared, and found something else")
    pairing = _Pairing(failed_cas)
    for entry in entries:
        pairing.take(entry)
    return pairing.events, [entry.line for entry in entries], notes


class _Pairing:
    """Gives each end its invocation, and each invocation what its end fills in."""

    def __init__(self, failed_cas: FailedCas) -> None:
        self.events: Final[list[Event]] = []
        self._failed_cas: Final = failed_cas
        self._under_way: Final[dict[int, tuple[int, Entry]]] = {}

    def take(self, entry: Entry) -> None:
        if entry.kind == INVOKE:
            self._under_way[entry.process] = len(self.events), entry
            arguments = _arguments(entry)
            self.events.append(Event(INVOKE, entry.process, entry.time_ns, entry.name, entry.key, arguments))
            return
        if entry.process not in self._under_way:
            raise HistoryError(f"line {entry.line}: process {entry.process} has no operation that could end")
        place, began = self._under_way.pop(entry.process)
        if entry.name != began.name:
            raise HistoryError(
                f"line {entry.line}: process {entry.process} ends a :{entry.name},"
                f" and began a :{began.name} in line {began.line}"
            )
        if entry.kind == RETURN:
            self._fill_in(place, began, entry)
        self.events.append(_end(entry, self._failed_cas))

    def _fill_in(self, place: int, began: Entry, ended: Entry) -> None:
        """A write's value may be given at its end only; if it is given twice, both must be equal."""
        if ended.name in _TELLS and not ended.told:
            raise HistoryError(f"line {ended.line}: a :{ended.name} that is :ok needs the :value that it was told")
        if exact(ended.key) != exact(began.key):
            raise HistoryError(
                f"line {ended.line}: the key is {text(ended.key)}, and was {text(began.key)} in line {began.line}"
            )
        if ended.name not in _WRITES or not ended.told or ended.value is None:
            return
        if began.value is None:
            self.events[place] = self.events[place]._replace(arguments=(ended.value,))
        elif exact(ended.value) != exact(began.value):
            raise HistoryError(
                f"line {ended.line}: the value is {text(ended.value)}, and was {text(began.value)} in line {began.line}"
            )


def _arguments(entry: Entry) -> tuple[Any, ...]:
    name, value = entry.name, entry.value
    if name in _ASKS_NOTHING:
        return ()
    if name == "cas" and isinstance(value, tuple):
        return value
    if name == "txn":
        return _micro(entry)
    if name == "put":
        return (value,)
    return () if value is None else (value,)


def _micro(entry: Entry) -> tuple[Any, ...]:
    """A transaction's operations: ``(("append", "x", 1), ("r", "x", (1,)))``."""
    value = entry.value
    if not isinstance(value, tuple) or not all(isinstance(each, tuple) and len(each) == 3 for each in value):
        raise HistoryError(f"line {entry.line}: a transaction is a list of [name key value], not {text(value)}")
    return tuple((str(name).removeprefix(":"), key, result) for name, key, result in value)


def _end(entry: Entry, failed_cas: FailedCas) -> Event:
    _, process, kind, name, value, *_ = entry
    if kind == RETURN and name == "cas":
        return Event(RETURN, process, entry.time_ns, result=True)
    if _has_compared(entry, failed_cas):
        return Event(RETURN, process, entry.time_ns, result=False)
    if kind != RETURN:
        return Event(kind, process, entry.time_ns)
    if name == "txn":
        return Event(kind, process, entry.time_ns, result=_micro(entry))
    return Event(kind, process, entry.time_ns, result=value if name in _TELLS else None)


def _has_compared(entry: Entry, failed_cas: FailedCas) -> bool:
    """Whether a compare-and-set found another value."""
    if entry.kind != FAIL or entry.name != "cas" or failed_cas == "no-effect":
        return False
    return entry.compared or (failed_cas == "compared" and not isinstance(entry.value, Word))


def _look_independent(entries: list[Entry]) -> bool:
    invoked = [each for each in entries if each.kind == INVOKE]
    return bool(invoked) and all(each.key is None and _is_keyed(each.name, each.value) for each in invoked)


def _is_keyed(name: str, value: Any) -> bool:
    if not isinstance(value, tuple) or len(value) != 2:
        return False
    if name == "cas":
        return isinstance(value[1], tuple) and len(value[1]) == 2
    if name == "txn":
        return isinstance(value[1], tuple) and all(isinstance(each, tuple) and len(each) == 3 for each in value[1])
    return True


def _keyed(entry: Entry) -> Entry:
    """Key and value separated.  A failed operation may have an error in place of the value."""
    value = entry.value
    if isinstance(value, tuple) and len(value) == 2:
        return entry._replace(key=value[0], value=value[1])
    if entry.kind in (FAIL, INFO):
        return entry
    raise HistoryError(f"line {entry.line}: a value of jepsen.independent is [key value], not {text(value)}")


def _missing_is_empty(entries: list[Entry]) -> bool:
    told = [each.value for each in entries if each.name == "get" and each.kind == RETURN and each.told]
    return "" in told and None not in told


def _without_empty(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_without_empty(each) for each in value)
    return None if value == "" else value
