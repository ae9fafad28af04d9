"""The summary of a run for a terminal, in 100 columns or fewer.

Long lines are wrapped; only names are shortened.  From the top: the run; its timeline, with marks; latency over time,
with the same marks; request statistics by client and phase; the links; waiting programs; the files of the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from catenet.view import numbers
from catenet.view.clients import client_table, traffic_of
from catenet.view.latency import Series, latency_chart
from catenet.view.layout import TEXT, Cell, Column, Line, shortened, spans, table_lines
from catenet.view.links import link_table, unused
from catenet.view.measurements import Measurement, Requests, requests_of
from catenet.view.story import marks_s, phases, story_lines

WIDTH: Final = 100
WIDE: Final = 96
"""From this width on, the page has TCP's columns for each client, and a bar for each link."""
MAX_CLIENTS: Final = 12
OUTCOMES: Final = {
    "finished": ("every program finished", "green"),
    "until": ("time limit reached", "green"),
    "deadlock": ("deadlock", "bold red"),
    "interrupted": ("interrupted", "bold yellow"),
}

STORY: Final = re.compile(r" . +[0-9.]+ s  ")
"""The beginning of an entry of the timeline: its mark and its time."""

Summary = Mapping[str, Any]


def show(
    console: Console, summary: Summary, rows: Sequence[Measurement], *, wall_s: float, folder: Path | None = None
) -> None:
    """Print the page.

    ``rows`` are the programs' measurements; ``wall_s`` is the run's duration by the real clock; ``folder`` holds its
    files.
    """
    width = min(console.width, WIDTH)
    for part in _parts(summary, rows, wall_s, folder, width):
        for line in _broken(part, width):
            console.print(line, width=width, no_wrap=True, overflow="ignore", crop=False)


def _broken(line: Text, width: int) -> list[Text]:
    """Wrap a line; continuation lines are indented to the beginning of its text."""
    if line.cell_len <= width:
        return [line]
    hang = min(_hang(line.plain), width // 2)
    first, *others = spans(line.plain, width, hang)
    return [line[slice(*first)], *(Text(" " * hang) + line[slice(*other)] for other in others)]


def _hang(text: str) -> int:
    """Where the text of a line begins: after its mark and its time, or at three cells."""
    found = STORY.match(text)
    return found.end() if found else 3


def _styled(lines: Sequence[Line]) -> Iterator[Text]:
    for line in lines:
        yield Text.assemble(*((cell.text, cell.style) for cell in line))


def _parts(
    summary: Summary, rows: Sequence[Measurement], wall_s: float, folder: Path | None, width: int
) -> Iterator[Text]:
    yield Text()
    yield from _head(summary, wall_s, width)
    if summary["timeline"]:
        yield Text()
        yield from story_lines(summary["timeline"])
    yield from _requests(summary, requests_of(rows), width)
    if "history" in summary:
        yield Text()
        yield from _history(summary["history"])
    if any(link["directions"] for link in summary["links"]):
        yield Text()
        yield from _styled(link_table(summary["links"], width=width, bars=width >= WIDE))
        left_out = unused(summary["links"])
        if left_out:
            yield Text(f" {left_out}", "dim")
        yield from _dropped_packets(summary["network"]["dropped"])
    for wait in summary["waits"]:
        yield Text(" ✗ ", "bold red") + Text(wait, "not bold red")
    if folder is not None:
        yield Text()
        yield from _files(summary, folder, width)


def _head(summary: Summary, wall_s: float, width: int) -> Iterator[Text]:
    virtual_s = summary["virtual_ns"] / 1e9
    outcome, colour = _outcome(summary)
    words = [shortened(word, width - 4) for word in summary["name"].split(" ")]
    yield Text(f" {' '.join(words)}", "bold")
    line = Text(f" {numbers.time_text(summary['virtual_ns'])} of virtual time in {wall_s:.1f} s")
    if wall_s > 0:
        line.append(f" ({numbers.three_digits(virtual_s / wall_s)} × real time)", "dim")
    line.append(f" · seed {summary['seed']} · {numbers.grouped(summary['events'])} events · ")
    line.append(outcome, colour)
    yield line


def _outcome(summary: Summary) -> tuple[str, str]:
    failed = sum(1 for each in summary["programs"] if each["state"] == "failed")
    if failed and summary["outcome"] in ("finished", "until"):
        return f"{numbers.plural(failed, 'program')} failed", "bold red"
    return OUTCOMES[summary["outcome"]]


def _requests(summary: Summary, requests: Sequence[Requests], width: int) -> Iterator[Text]:
    virtual_s = summary["virtual_ns"] / 1e9
    traffic = {one.host: traffic_of(one.host, summary["connections"], virtual_s) for one in requests}
    for number, name in enumerate(dict.fromkeys(one.name for one in requests)):
        own = [one for one in requests if one.name == name]
        busiest = sorted(own, key=lambda one: -len(one.samples))[:MAX_CLIENTS]
        shown = [one for one in own if one in busiest]
        if number == 0:
            yield Text()
            slice_text = "maximum per interval, each row scaled by itself"
            yield Text(f" {name}", "bold") + Text(f"  {slice_text}", "not bold dim")
            series = [Series(one.host, one.samples) for one in shown]
            for line in latency_chart(series, marks_s(summary["timeline"]), virtual_s, width - 1):
                yield Text(" ") + line
        yield Text()
        stretches = phases(summary["timeline"], virtual_s) if number == 0 else phases([], virtual_s)
        yield from _styled(client_table(shown, stretches, traffic if number == 0 and width >= WIDE else None, width))
        if len(own) > len(shown):
            yield Text(f" and {numbers.plural(len(own) - len(shown), 'client')} more, in measurements.tsv", "dim")


def _history(history: Mapping[str, Any]) -> Iterator[Text]:
    operations, answered = history["operations"], history["answered"]
    line = Text(f" {numbers.grouped(operations)} operations on {numbers.plural(history['keys'], 'key')}", "bold")
    share = 100 * answered / operations if operations else 100.0
    line.append(f", {numbers.grouped(answered)} of them answered ({share:.1f} %): ", "not bold default")
    right = history["linearizable"]
    line.append("linearizable" if right else "NOT LINEARIZABLE", "bold green" if right else "bold red")
    yield line
    if not right:
        yield Text(" the operations that refute it are in summary.json, under history", "red")


def _dropped_packets(dropped: Mapping[str, int]) -> Iterator[Text]:
    if dropped:
        reasons = ", ".join(f"{numbers.grouped(count)} {reason}" for reason, count in dropped.items())
        yield Text(f" packets dropped by hosts and routers: {reasons}", "yellow")


def _files(summary: Summary, folder: Path, width: int) -> Iterator[Text]:
    files = [
        ("summary.json", "the statistics of every layer"),
        ("measurements.tsv", "what the programs measured, sample by sample"),
        ("trace.tsv", "what happened, row by row"),
    ]
    if (folder / "routing.json").is_file():
        files.append(("routing.json", "the routers' tables at the end, for catenet show"))
    frames = sum(summary["captures"].values())
    if frames:
        count = numbers.plural(len(summary["captures"]), "link")
        files.append(("captures/*.pcapng", f"{numbers.grouped(frames)} frames on {count}, for Wireshark"))
        files.append(("captures/catenet.lua", "dissector of the store's messages: wireshark -X lua_script:catenet.lua"))
    yield Text(" files  ") + Text(f"{folder}/", "bold")
    columns = [Column(Cell("")), Column(Cell(""), TEXT)]
    rows = [[Cell(name), Cell(what, "dim")] for name, what in files]
    yield from _styled(table_lines(columns, rows, width, indent=8)[1:])
