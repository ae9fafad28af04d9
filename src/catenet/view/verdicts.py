"""A checker's verdict as lines for the terminal, made from its JSON data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from catenet.view import numbers

_MAX_OF_VALUE: Final = 40
_MAX_STATES: Final = 3
_MAX_REFUTED: Final = 10
UNKNOWN_TEXT: Final = "?: the end is unknown, or makes no difference here"


def object_lines(data: Mapping[str, Any]) -> list[str]:
    """The verdict on objects; its first line is ``linearizable`` or ``not linearizable``."""
    count = numbers.plural(data["operations"], "operation")
    keys = numbers.plural(data["keys"], "object")
    if data["linearizable"]:
        return ["linearizable", f"{count} on {keys}" if data["keys"] else f"{count}, and all failed"]
    lines = ["not linearizable"]
    refutation = data["refutation"]
    if refutation is not None:
        whose = "" if refutation["key"] is None else f" on key {value_text(refutation['key'])}"
        lines += [f"of {count}, these{whose} contradict each other:", ""]
        lines += operation_lines(refutation["operations"], refutation["culprit"])
        if any(each["end"] != "return" for each in refutation["operations"]):
            lines.append(UNKNOWN_TEXT)
        lines += ["", culprit_text(refutation)]
    if data["keys"] > 1:
        others = "; all others are" if len(data["refuted"]) < data["keys"] else ""
        lines += ["", f"of {keys}, not linearizable: {_refuted_text(data['refuted'])}{others}"]
    return lines


def _refuted_text(refuted: Sequence[Any]) -> str:
    told = [f"key {value_text(key)}" for key in refuted[:_MAX_REFUTED]]
    return ", ".join(told + [f"{len(refuted) - _MAX_REFUTED} more"] * (len(refuted) > _MAX_REFUTED))


def transaction_lines(data: Mapping[str, Any]) -> list[str]:
    """The verdict on transactions; its first line is ``serializable``, ``not strictly serializable`` and so on."""
    level = data["level"].replace("strict-", "strictly ")
    count = numbers.plural(data["operations"], "transaction")
    if data["holds"]:
        return [level, f"{count}, no anomaly"]
    lines = [f"not {level}"]
    for anomaly in data["anomalies"]:
        lines += ["", anomaly["name"], *(f"  {part}" for part in anomaly["what"].split("; "))]
    return [*lines, "", *operation_lines(data["involved"], -1)]


def culprit_text(refutation: Mapping[str, Any]) -> str:
    """The operation that has no valid place, and the states that the object could have had during it."""
    culprit = next(each for each in refutation["operations"] if each["number"] == refutation["culprit"])
    told = f"{operation_text(culprit)} of process {culprit['process']} is impossible"
    states = refutation["states"]
    if not states:
        return told
    if len(states) == 1:
        return f"{told}: the state could only be {value_text(states[0])}"
    named = [value_text(state) for state in states[:_MAX_STATES]]
    others = ["something else"] if len(states) > _MAX_STATES else []
    return f"{told}: the state could be {' or '.join(named + others)}"


def operation_lines(operations: Sequence[Mapping[str, Any]], culprit: int) -> list[str]:
    """One line for each operation: process, operation, and its first and last event."""
    rows = [
        (
            f"T{each['number']}" if each["name"] == "txn" else "",
            f"process {each['process']}",
            operation_text(each) + ("   ← impossible" if each["number"] == culprit else ""),
            span_text(each),
        )
        for each in operations
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)] if rows else []
    return [
        "  " + "  ".join([*(f"{part:<{width}}" for part, width in zip(row, widths, strict=False) if width), row[3]])
        for row in rows
    ]


def span_text(operation: Mapping[str, Any]) -> str:
    """The interval of an operation: by the clock if the history has times, else by event numbers."""
    known = operation["end"] == "return"
    if operation["called_ns"] >= 0:
        end = f"{operation['ended_ns'] / 1e6:,.3f}" if known else "?"
        return f"{operation['called_ns'] / 1e6:,.3f} – {end} ms"
    return f"events {operation['called'] + 1} – {operation['ended'] + 1 if known else '?'}"


def operation_text(operation: Mapping[str, Any]) -> str:
    """``cas 1 4 → false``; an operation with an unknown end is ``cas 1 4 ?``."""
    known = operation["end"] == "return"
    if operation["name"] == "txn":
        parts = operation["result"] if known else operation["arguments"]
        return "; ".join(_small_text(part) for part in parts or ()) + ("" if known else " ?")
    words = [operation["name"], *(value_text(each) for each in operation["arguments"])]
    result = operation["result"]
    if not known:
        words.append("?")
    elif result is not None or not operation["arguments"]:
        words += ["→", value_text(result)]
    return " ".join(words)


def _small_text(part: Sequence[Any]) -> str:
    name, key, value = part
    if name == "r":
        return f"r {value_text(key)} → {'?' if value is None else value_text(value)}"
    return f"{name} {value_text(key)} {value_text(value)}"


def value_text(value: Any) -> str:
    """A value in JSON notation, shortened in the middle if it is long."""
    if value is None or isinstance(value, bool):
        told = {None: "nil", True: "true", False: "false"}[value]
    elif isinstance(value, tuple | list):
        told = f"[{', '.join(value_text(each) for each in value)}]"
    elif isinstance(value, frozenset):
        told = f"{{{', '.join(sorted(value_text(each) for each in value))}}}"
    elif isinstance(value, dict):
        told = f"{{{', '.join(f'{value_text(name)}: {value_text(each)}' for name, each in value.items())}}}"
    elif isinstance(value, str):
        told = json.dumps(value, ensure_ascii=not value.isprintable())
    else:
        told = str(value)
    if len(told) <= _MAX_OF_VALUE:
        return told
    half = (_MAX_OF_VALUE - 3) // 2
    return f"{told[:half]} … {told[-half:]}"
