"""Tables that fit a width, in which no number is cut."""

from __future__ import annotations

import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from catenet.cli.live.link_rates import LinkRate
from catenet.cli.live.screen import _table
from catenet.view.clients import Traffic, client_table
from catenet.view.latency import Sample, Series, latency_chart
from catenet.view.layout import (
    LABEL,
    MIN_NAME,
    NAME,
    NUMBER,
    TEXT,
    Cell,
    Column,
    Line,
    plain,
    shortened,
    spans,
    table_lines,
    wrapped,
)
from catenet.view.links import link_table
from catenet.view.measurements import Measurement, Requests, requests_of
from catenet.view.placements import placement_lines
from catenet.view.story import Phase
from catenet.view.terminal import show

WIDTHS = (60, 80, 100)
LONG = "a-router-with-a-name-that-nobody-would-type-twice"
KOREAN = "서울에있는라우터의매우긴이름서울에있는라우터의매우긴이름"
NUMBERS = re.compile(r"\d[\d.,:/]*")


def numbers_of(lines: list[str]) -> Counter[str]:
    """Every number in some lines."""
    return Counter(found for line in lines for found in NUMBERS.findall(line))


def fits(lines: list[str], width: int) -> None:
    assert [line for line in lines if cell_len(line) > width] == []


@pytest.mark.slow
@given(st.text(alphabet="abc 서", max_size=60), st.integers(1, 40), st.integers(0, 8))
def test_a_text_in_parts_loses_nothing_but_spaces(text: str, width: int, deeper: int) -> None:
    parts = [text[start:end] for start, end in spans(text, width, deeper)]
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(part.rstrip()) <= max(2, width) for part in parts)


@pytest.mark.slow
@given(st.text(alphabet="abc서", max_size=40), st.integers(1, 30))
def test_a_short_name_keeps_both_its_ends(name: str, width: int) -> None:
    short = shortened(name, width)
    assert cell_len(short) <= width
    if cell_len(name) <= width:
        assert short == name
    else:
        head, _, tail = short.partition("…")
        assert name.startswith(head)
        assert name.endswith(tail)


def test_words_are_not_broken_where_a_line_can_end_between_them() -> None:
    assert wrapped("  10.0.0.1 (oslo) sent 1,204,211 frames", 24) == [
        "  10.0.0.1 (oslo) sent",
        "      1,204,211 frames",
    ]
    assert wrapped("no limit " * 40, None) == ["no limit " * 40]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_table_that_is_too_wide_goes_on_below(width: int) -> None:
    columns = [
        Column(Cell("name"), NAME),
        *(Column(Cell(f"n{n}"), NUMBER) for n in range(9)),
        Column(Cell("why"), TEXT),
    ]
    rows = [[Cell(LONG), *(Cell(f"{10**n:,}") for n in range(9)), Cell("because of this and that " * 3)]]
    lines = plain(table_lines(columns, rows, width, indent=1))
    fits(lines, width)
    assert numbers_of(lines) == numbers_of(plain(table_lines(columns, rows)))
    assert " ".join(" ".join(lines).split()).count("because of this and that") == 3 or width < 100


def test_a_name_is_shortened_only_where_it_must_be() -> None:
    columns, rows = [Column(Cell(""), NAME), Column(Cell(""), NUMBER)], [[Cell("a" * 30), Cell("123456")]]
    assert plain(table_lines(columns, rows, 38))[1] == "a" * 30 + "  123456"
    assert plain(table_lines(columns, rows, 37))[1] == "a" * 14 + "…" + "a" * 14 + "  123456"
    assert plain(table_lines(columns, rows, 10))[1:] == ["a" * 7 + "…" + "a" * 6, "    123456"]
    assert MIN_NAME == 14


def test_wide_letters_take_two_cells() -> None:
    columns, rows = (
        [Column(Cell(""), LABEL), Column(Cell(""), NUMBER)],
        [[Cell("서울"), Cell("1")], [Cell("oslo"), Cell("2")]],
    )
    assert [cell_len(line) for line in plain(table_lines(columns, rows))[1:]] == [7, 7]


EXTREMES = (0.0, 1e-9, 0.000123456, 1.0, 9.995, 99.95, 123456.0, 98765432.1)


def requests() -> list[Requests]:
    """Latencies from a nanosecond to years."""
    samples = [(2e8 + place, value) for place, value in enumerate(EXTREMES)]
    rows = [Measurement(time_s, name, "get", value) for name in (LONG, KOREAN) for time_s, value in samples]
    return requests_of([*rows, Measurement(2e8, LONG, "get failed", 5.0)])


def links() -> list[dict[str, Any]]:
    def way(mean_bit_s: float, frames: int) -> dict[str, Any]:
        lost = {"random loss": 10**12, "the cable was cut": 7}
        return {
            "frames": frames,
            "mean_bit_s": mean_bit_s,
            "busy_ratio": 1e-9 * frames,
            "lost": lost,
            "dropped": {"queue full": 3},
        }

    return [
        {"name": f"{LONG}-{LONG}", "down_ns": 123_456_789_012_345, "directions": [way(9.99e15, 10**12), way(0, 1)]},
        {"name": KOREAN, "down_ns": 0, "directions": [way(1e-9, 1), way(0, 0)]},
    ]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("bars", [True, False])
def test_the_table_of_links(width: int, bars: bool) -> None:
    lines = plain(link_table(links(), width=width, bars=bars))
    fits(lines, width)
    assert numbers_of(lines) == numbers_of(plain(link_table(links())))


@pytest.mark.parametrize("width", WIDTHS)
def test_the_table_of_clients(width: int) -> None:
    phases = [Phase(0.0, 123456.789, ""), Phase(123456.789, 3e8, "①②③④⑤⑥")]
    traffic = {LONG: Traffic(10**12, 9e17, 9.99e15)}

    def lines(wide: int | None) -> list[str]:
        return plain(client_table(requests(), phases, traffic, wide))

    fits(lines(width), width)
    assert numbers_of(lines(width)) == numbers_of(lines(None))
    assert "123456.789" in " ".join(lines(None))


@pytest.mark.parametrize("width", WIDTHS)
def test_the_table_of_an_attached_internet(width: int) -> None:
    rates = [
        LinkRate(f"{LONG}-{LONG}", True, 9.99e15, 0.001, 10**15, 10**12, 7),
        LinkRate(KOREAN, False, 0.0, 0.0, 0, 0, 0),
    ]
    lines = _table(rates, width).plain.splitlines()
    fits(lines, width)
    assert numbers_of(lines) == numbers_of(_table(rates, 1000).plain.splitlines())


@pytest.mark.parametrize("width", WIDTHS)
def test_the_chart_of_latencies(width: int) -> None:
    series = [Series(one.host, one.samples) for one in requests()]
    lines = [line.plain for line in latency_chart(series, [float(n) for n in range(40)], 3e8, width)]
    fits(lines, width)
    told = " ".join(lines)
    assert "98765432 s" in told
    assert "e+" not in told, "no exponents on the axis"
    assert "200000000" in told
    quick = [Series("a", [Sample(1.0, 0.0342, False), Sample(2.0, 0.412, False)])]
    assert latency_chart(quick, [], 10.0, width)[0].plain.endswith(" 34.2–412 ms")


@pytest.mark.parametrize("width", WIDTHS)
def test_placements(width: int) -> None:
    node = {"name": LONG, "share": 0.999, "weight": 123456.0, "zone": LONG}
    data = {
        "by": "ring", "nodes": [node, {**node, "name": KOREAN, "share": 0.001}], "points": [[1, LONG]] * 3,
        "spread": 123.4, "least": 0.01, "most": 98765.43,
        "keys": [{"key": "user:7", "nodes": [LONG, KOREAN, LONG]}],
    }  # fmt: skip
    lines = placement_lines(data, width)
    told = " ".join(" ".join(lines).split())
    for number in ("99.9%", "0.1%", "123456", "12340.0%", "98765.43", "user:7"):
        assert number in told


def page(width: int, folder: Path) -> list[str]:
    """The page of a run of everything that is long or large."""
    cut = f"link {LONG}-{LONG} cut for"
    timeline = [
        {"time_ns": 987654321_123456789 + n, "what": "link-cut", "text": f"{cut} {10**15 + n} s"} for n in range(30)
    ]
    dropped = {"no route": 10**15, "a blackhole route": 10**14, "hop limit exceeded": 10**13}
    made = {
        "name": f"an internet of {LONG} and of {KOREAN} and of 12345678 others, each of them named",
        "seed": 2**63, "outcome": "deadlock", "virtual_ns": 3 * 10**17, "events": 10**18,
        "waits": [f"{LONG}: task {LONG} waits for a Future since 123456789.123456 s"],
        "timeline": timeline, "network": {"dropped": dropped},
        "links": links(), "connections": [], "programs": [], "captures": {"a": 10**15, "b": 1},
        "history": {"operations": 10**12, "answered": 10**12 - 1, "keys": 10**9, "linearizable": False},
    }  # fmt: skip
    out = io.StringIO()
    rows = [Measurement(s.sent_s, one.host, one.name, s.latency_s) for one in requests() for s in one.samples]
    show(Console(file=out, width=width), made, rows, wall_s=1e-9, folder=folder)
    return out.getvalue().splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("width", [40, *WIDTHS])
def test_the_page_of_a_run(width: int, tmp_path: Path) -> None:
    lines = page(width, tmp_path)
    told = " ".join(" ".join(lines).split())
    assert [line for line in lines if cell_len(line) > width and str(tmp_path) not in line] == []
    assert re.findall(r"[\d.,]…|…[\d.,]", told) == []
    for number in (
        "300000000 s", str(2**63), "1,000,000,000,000,000,000", "12345678", "987654321.123 s", "1000000000000029",
        "123456789.123456 s", "1,000,000,000,000,000", "9990 Tbit/s", "98765432", "999,999,999,999",
        "1,000,000,000,000,001 frames",
    ):  # fmt: skip
        assert number in told, number
    assert "1000000000000000000 s" not in told


def test_lines_are_cells_with_styles() -> None:
    line: Line = table_lines([Column(Cell("n", "dim"), NUMBER)], [[Cell("1", "bold")]])[1]
    assert [cell for cell in line if cell.text.strip()] == [Cell("1", "bold")]
