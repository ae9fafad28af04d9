"""The page of a run, from summaries made up for the purpose."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from catenet.view import measurements
from catenet.view.clients import traffic_of
from catenet.view.links import link_table
from catenet.view.measurements import Measurement, requests_of
from catenet.view.story import phases, story_lines
from catenet.view.terminal import show

S = 1_000_000_000


def entry(time_s: float, what: str, text: str) -> dict[str, Any]:
    return {"time_ns": round(time_s * S), "what": what, "subject": "x", "text": text}


def way(frames: int = 0, mean_bit_s: float = 0.0, **lost: int) -> dict[str, Any]:
    reasons = {name.replace("_", " "): count for name, count in lost.items()}
    return {"frames": frames, "mean_bit_s": mean_bit_s, "busy_ratio": mean_bit_s / 1e9, "lost": reasons, "dropped": {}}


def link(name: str, one: dict[str, Any], other: dict[str, Any], down_s: float = 0.0) -> dict[str, Any]:
    return {"name": name, "down_ns": round(down_s * S), "directions": [one, other]}


def end(retransmits: int, srtt_ns: int) -> dict[str, Any]:
    return {"retransmits": retransmits, "srtt_ns": srtt_ns}


def connection(client: str, to_client_bytes: int, *ends: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "client": client,
        "to_client_bytes": to_client_bytes,
        "client_end": ends[0],
        "server_end": ends[1],
    }


def summary(**changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "name": "a test",
        "seed": 7,
        "outcome": "until",
        "virtual_ns": 10 * S,
        "events": 12_345,
        "waits": [],
        "timeline": [],
        "network": {"dropped": {}},
        "links": [],
        "connections": [],
        "programs": [],
        "captures": {},
    }
    return {**plain, **changes}


def page(made: dict[str, Any], rows: list[Measurement] | None = None, folder: Path | None = None) -> str:
    out = io.StringIO()
    show(Console(file=out, width=100), made, rows or [], wall_s=2.0, folder=folder)
    text = out.getvalue()
    assert max(map(len, text.splitlines())) <= 100
    return text


def row(time_s: float, host: str, value: float, name: str = "get") -> Measurement:
    return Measurement(time_s, host, name, value)


def test_a_run_of_nothing_is_two_lines() -> None:
    assert page(summary()).split("\n") == [
        "",
        " a test",
        " 10 s of virtual time in 2.0 s (5.00 × real time) · seed 7 · 12,345 events · time limit reached",
        "",
    ]


@pytest.mark.parametrize(
    ("outcome", "state", "words"),
    [
        ("finished", "finished", "every program finished"),
        ("finished", "failed", "1 program failed"),
        ("until", "failed", "1 program failed"),
        ("deadlock", "running", "deadlock"),
        ("interrupted", "running", "interrupted"),
    ],
)
def test_how_it_ended(outcome: str, state: str, words: str) -> None:
    programs = [{"state": state, "host": "a", "name": "p", "error": None}]
    assert words in page(summary(outcome=outcome, programs=programs))


def test_who_waits_is_told_in_a_standstill() -> None:
    assert " ✗ a: task p waits for a Future" in page(
        summary(outcome="deadlock", waits=["a: task p waits for a Future"])
    )


def test_a_name_that_is_too_long_is_cut_and_breaks_no_line() -> None:
    assert page(summary(name="n" * 300)).count("\n") == 3


def test_what_is_done_to_the_network_is_marked_and_what_goes_as_it_should_is_left_out() -> None:
    timeline = [
        entry(1, "program-finished", "p on a finished"),
        entry(2, "link-cut", "link a-b cut"),
        entry(2.2, "routes-changed", "3 routes of 2 routers changed"),
        entry(4.034, "link-healed", "link a-b healed"),
    ]
    assert [line.plain.split(maxsplit=2) for line in story_lines(timeline)] == [
        ["①", "2", "s  link a-b cut"],
        ["2.2", "s", "3 routes of 2 routers changed"],
        ["②", "4.034", "s  link a-b healed"],
    ]


def test_a_long_story_is_cut_short_and_says_so() -> None:
    lines = story_lines([entry(second, "link-set", "jitter") for second in range(40)])
    assert len(lines) == 33
    assert lines[-1].plain.strip() == "and 8 more entries in summary.json"


def test_phases_lie_between_marks_and_those_of_one_moment_begin_together() -> None:
    timeline = [
        entry(2, "link-cut", "x"),
        entry(2, "link-set", "y"),
        entry(3, "routes-changed", "z"),
        entry(5, "link-healed", "x"),
    ]
    assert phases(timeline, 10.0) == [(0.0, 2.0, ""), (2.0, 5.0, "①②"), (5.0, 10.0, "③")]
    assert phases([], 10.0) == [(0.0, 10.0, "")]


def test_a_request_was_sent_as_much_earlier_as_it_took_and_a_failure_belongs_to_its_name() -> None:
    found = requests_of(
        [row(3.0, "a", 0.5), row(2.0, "a", 1.0), row(5.0, "a", 4.0, "get failed"), row(1.0, "b", 0.1, "put")]
    )
    assert [(one.host, one.name) for one in found] == [("a", "get"), ("b", "put")]
    assert [tuple(sample) for sample in found[0].samples] == [(1.0, 1.0, False), (1.0, 4.0, True), (2.5, 0.5, False)]
    assert found[0].answered_s() == [0.5, 1.0]
    assert found[0].answered_s(0.0, 2.0) == [1.0]
    assert found[0].failures() == 1


def test_the_table_has_a_row_for_each_client_and_phase() -> None:
    rows = [row(0.5 + second, "a", 0.010 if second < 5 else 0.100) for second in range(10)]
    made = summary(
        timeline=[entry(5, "link-set", "slower")],
        connections=[connection("a", 1_000_000, end(3, 10_000_000), end(2, 0)), connection("b", 9, end(9, 9), None)],
    )
    lines = [line.split() for line in page(made, rows).splitlines()]
    assert [
        "a",
        "10",
        "0",
        "10.0",
        "ms",
        "100",
        "ms",
        "100",
        "ms",
        "100",
        "ms",
        "5",
        "10.0",
        "ms",
        "800",
        "kbit/s",
    ] in lines
    assert ["0", "–", "5", "s", "5", "0", *["10.0", "ms"] * 4] in lines
    assert ["①", "5", "–", "10", "s", "5", "0", *["100", "ms"] * 4] in lines


def test_a_client_without_a_connection_and_a_phase_without_a_request_have_dashes() -> None:
    made = summary(timeline=[entry(5, "link-set", "slower")])
    lines = [line.split() for line in page(made, [row(1.0, "a", 0.010)]).splitlines()]
    assert ["a", "1", "0", *["10.0", "ms"] * 4, "-", "-", "-"] in lines
    assert ["①", "5", "–", "10", "s", "0", "0", "-", "-", "-", "-"] in lines


def test_only_the_busiest_of_many_clients_are_shown_and_the_rest_is_counted() -> None:
    rows = [row(1.0 + second, f"c{client:02}", 0.010) for client in range(20) for second in range(client % 5 + 1)]
    text = page(summary(), rows)
    assert "and 8 clients more, in measurements.tsv" in text
    assert "c04" in text
    assert "c00" not in text


def test_traffic_of_a_client_is_that_of_the_connections_it_opened() -> None:
    connections = [connection("a", 500, end(1, 20), end(2, 40)), connection("a", 500, end(0, 30), None)]
    assert traffic_of("a", connections, 4.0) == (3, 30, 2000.0)
    assert traffic_of("b", connections, 4.0) is None


def test_links_are_in_order_of_traffic_with_what_was_lost_on_them() -> None:
    links = [
        link("idle", way(), way()),
        link("calm", way(10, 1e6), way(10, 5e5)),
        link("busy", way(10, 1e5), way(70, 8e6, random_loss=7, queue_full=1), down_s=2),
    ]
    text = page(summary(links=links))
    assert text.index("busy") < text.index("calm")
    busy = next(line for line in text.splitlines() if line.startswith(" busy"))
    assert " ".join(busy.split()) == "busy ██████████████ 8.00 Mbit/s 0.8% 80 7 random loss, 1 queue full, down 2 s"
    assert "1 link carried nothing" in text
    assert len(link_table(links, max_rows=1)) == 3, "the heads, a rule and a row"


def test_packets_that_routers_dropped_are_told() -> None:
    made = summary(links=[link("x", way(1, 1.0), way())], network={"dropped": {"no route": 1204}})
    assert "packets dropped by hosts and routers: 1,204 no route" in page(made)


def test_the_files_are_named_and_captures_only_if_there_are_any() -> None:
    assert "captures" not in page(summary(captures={"a-b": 0}), folder=Path("runs/x"))
    text = page(summary(captures={"a-b": 1500, "b-c": 0}), folder=Path("runs/x"))
    assert "runs/x/" in text
    assert "1,500 frames on 2 links" in text


def test_measurements_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "measurements.tsv"
    assert measurements.read(path) == []
    path.write_text("time_s\thost\tname\tvalue\n1.500000000\ta\tget\t0.25\n")
    assert measurements.read(path) == [row(1.5, "a", 0.25)]
