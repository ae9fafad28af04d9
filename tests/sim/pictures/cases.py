"""Pictures of every kind, with ordinary contents and with the longest names and most extreme values."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from catenet.application.placement import HashRing
from catenet.application.placement.node import Node
from catenet.application.placement.survey import survey
from catenet.experiments.comparison import Cell, Comparison, CurvePoint
from catenet.view.pictures.history import object_picture, transaction_picture
from catenet.view.pictures.reproduction import picture
from catenet.view.pictures.ring import ring_picture

from .trace_cases import long_traced

LONG = "a name of a figure that somebody wrote without thinking of the page on which it has to stand, and " * 3
UNBROKEN = "an-unbroken-name-that-has-no-place-to-break-" * 6


def experiment(*figures: Comparison, name: str = "trial") -> str:
    return picture({"experiment": name, "seed": 7, "figures": [each.as_json() for each in figures]})


def figure(measured: float = 15.0, low: float = 10.0, high: float = 20.0, **changes: Any) -> Comparison:
    settings: dict[str, Any] = {"what": "time until it is there", "expected": "10 to 20 s", **changes}
    return Comparison(settings.pop("what"), settings.pop("expected"), low, high, measured, **settings)


def spread(low: float, high: float, count: int = 40) -> tuple[float, ...]:
    draws = random.Random(1)
    return tuple(low + (high - low) * draws.random() for _ in range(count))


def strips() -> str:
    return experiment(figure(runs=spread(11, 19)), figure(25.0), figure(float("inf"), runs=(12.0, float("inf"))))


def long_strips() -> str:
    return experiment(
        figure(what=LONG, expected=LONG), figure(what=UNBROKEN, expected=UNBROKEN, unit="packets of 1,500 octets " * 8),
        figure(what="긴 이름을 가진 실험의 결과 " * 12, expected="예상 값 " * 40), name=UNBROKEN,
    )  # fmt: skip


def extreme_strips() -> str:
    return experiment(
        figure(3e-10, 2e-10, 1e-9, runs=spread(2e-10, 1e-9), unit="s"),
        figure(3.872e-6, 3.5e-6, 4.2e-6, unit="", what="bit-error rate at 10 dB", expected="3.872 × 10⁻⁶"),
        figure(4.2e14, 1e14, 9e14, unit="bit/s"),
        figure(1_000_000.25, 1_000_000.0, 1_000_000.5, unit="packets"),
        figure(-40.0, -90.0, 120_000.0, unit="dB"),
        figure(7.0, 7.0, 7.0, unit="elections"),
        figure(0.0, 0.0, 0.0, unit=""),
        figure(99_999.0, 0.0, float("inf"), unit="s"),
        figure(123_456.0, 123_400.0, 123_500.0, unit="heartbeats"),
    )


def curves() -> str:
    line = tuple((float(place), 10.0 ** -(place / 3)) for place in range(0, 25, 3))
    names = ("BPSK", "QPSK", LONG, UNBROKEN, "OOK")
    return experiment(
        *(figure(1e-3, 0.0, 1.0, unit="", curve=CurvePoint(name, 9.0, "dB", "errors", line)) for name in names),
        figure(),
    )


def ordinary_map() -> str:
    return experiment(*mapped(("1 ms", "16.9 ms", "120 ms"), ("0.5 %", "1 %", "2 %", "5 %"), 37.5, 8420.0))


def wide_map() -> str:
    rows = ("a row of which the name is longer than anybody would like it to be, but there it is", UNBROKEN)
    columns = tuple(f"column {number} of the many" + " that there are" * (number % 5) for number in range(9))
    return experiment(figure(), *mapped(rows, columns, 3.2e-11, 7.9e19))


def mapped(rows: tuple[str, ...], columns: tuple[str, ...], measured: float, reference: float) -> list[Comparison]:
    return [
        figure(measured * (1 + r), 0.0, 1e99, unit="heartbeats", cell=Cell(row, column, reference / 3**c))
        for r, row in enumerate(rows)
        for c, column in enumerate(columns)
    ]


def operation(number: int, process: Any, name: str, arguments: list[Any], result: Any, span: tuple[int, int], end: str = "return") -> dict[str, Any]:  # fmt: skip  # noqa: E501
    return {
        "number": number, "process": process, "name": name, "arguments": arguments, "result": result,
        "called": span[0], "ended": span[1], "end": end,
    }  # fmt: skip


def register() -> str:
    operations = [
        operation(0, 0, "write", [1], None, (0, 3)),
        operation(1, 1, "read", [], 2, (1, 4)),
        operation(2, 2, "write", [2], None, (2, 6), "info"),
        operation(3, 1, "read", [], 1, (5, 7)),
    ]
    refutation = {"key": None, "operations": operations, "culprit": 3, "states": [2]}
    return object_picture({"model": "register", "refutation": refutation})


def long_register() -> str:
    operations = [
        operation(
            n, f"client-{n % 3}@a-host-with-a-very-long-name.example", "put", [UNBROKEN], None, (2 * n, 2 * n + 3)
        )
        for n in range(6)
    ]
    refutation = {"key": UNBROKEN, "operations": operations, "culprit": 4, "states": [UNBROKEN, LONG, "서울" * 30, 4]}
    return object_picture({"model": "kv", "refutation": refutation})


def transactions() -> str:
    return transaction_picture(
        {
            "level": "strict-serializable",
            "involved": pair(),
            "anomalies": [anomaly("G-single", (0, 1, "rw"), (1, 0, "wr"))],
        }
    )


def crossed_transactions() -> str:
    involved = [
        operation(n, n % 4, "txn", [], [["append", "x", n], ["r", "y", list(range(n))]], (2 * n, 2 * n + 5))
        for n in range(8)
    ]
    edges = [
        (n, (n + step) % 8, kind) for n in range(8) for step, kind in ((1, "ww"), (3, "rw"), (1, "realtime"), (4, "wr"))
    ]
    return transaction_picture(
        {
            "level": "serializable",
            "involved": involved,
            "anomalies": [anomaly("G2", *edges), anomaly("G1c", *edges[:3])],
        }
    )


def pair() -> list[dict[str, Any]]:
    return [
        operation(0, 0, "txn", [], [["append", "x", 1], ["r", "y", []]], (0, 2)),
        operation(1, 1, "txn", [], [["append", "y", 1], ["r", "x", [1]]], (1, 3)),
    ]


def anomaly(name: str, *edges: tuple[int, int, str]) -> dict[str, Any]:
    return {"name": name, "edges": [{"before": one, "after": other, "kind": kind} for one, other, kind in edges]}


def ring(names: list[str], keys: list[str], points: int = 20) -> str:
    return ring_picture(survey("ring", HashRing([Node(name) for name in names], points), keys, 2))


def ordinary_ring() -> str:
    return ring(["n1", "n2", "n3", "n4"], ["user:42", "user:43", "cart:7"])


def crowded_ring() -> str:
    names = [f"node-{number}.a-region-with-a-very-long-name.example.org" for number in range(24)]
    return ring(names, [f"key:{number}" * (1 + number % 20) for number in range(60)] + [UNBROKEN, "열쇠" * 60], 5)


CASES: dict[str, Callable[[], str]] = {
    made.__name__: made
    for made in (
        strips, long_strips, extreme_strips, curves, ordinary_map, wide_map,
        register, long_register, transactions, crossed_transactions, ordinary_ring, crowded_ring,
        long_traced,
    )
}  # fmt: skip
