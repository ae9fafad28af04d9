"""The demo: a web service across the Abilene backbone, from the command line as anybody would run it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from catenet.view import measurements
from catenet.view.measurements import Requests, requests_of
from catenet.view.story import Phase, phases

SCENARIO: Final = Path(__file__).resolve().parents[3] / "examples" / "abilene" / "scenario.toml"
CLIENTS: Final = ("reader-sea", "reader-lax", "reader-atl", "reader-nyc")
CUT: Final = "kansas-city-indianapolis"
LOSSY: Final = "atlanta-indianapolis"

pytestmark = pytest.mark.slow


def run(folder: Path, *options: str, hash_seed: str = "random") -> subprocess.CompletedProcess[str]:
    """Run the demo in a process of its own."""
    command = [sys.executable, "-m", "catenet", "run", str(SCENARIO), "--out", str(folder), *options]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "COLUMNS": "100"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert "Traceback" not in done.stderr, "programs that the end of the run cuts short go without a word"
    return done


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a whole run, with the page that it printed as page.txt."""
    folder = tmp_path_factory.mktemp("demo")
    done = run(folder, "--no-capture")
    (folder / "page.txt").write_text(done.stdout)
    return folder


@pytest.fixture(scope="module")
def summary(folder: Path) -> dict[str, Any]:
    """Its summary."""
    found: dict[str, Any] = json.loads((folder / "summary.json").read_text())
    return found


@pytest.fixture(scope="module")
def forecasts(folder: Path) -> dict[str, Requests]:
    """What each client asked for most, by client."""
    found = requests_of(measurements.read(folder / "measurements.tsv"))
    return {one.host: one for one in found if one.name == "forecast"}


@pytest.fixture(scope="module")
def stretches(summary: dict[str, Any]) -> list[Phase]:
    """Before, cut, cut and lossy, lossy, after."""
    found = phases(summary["timeline"], summary["virtual_ns"] / 1e9)
    assert len(found) == 5
    return found


def p50_s(one: Requests, phase: Phase) -> float:
    """The median latency in a phase, but for its first second, while the change spreads."""
    answered = one.answered_s(phase.start_s + 1, phase.end_s)
    return answered[len(answered) // 2]


def test_every_client_asks_throughout_and_no_request_fails(
    summary: dict[str, Any], forecasts: dict[str, Requests]
) -> None:
    assert summary["outcome"] == "finished"
    assert tuple(forecasts) == CLIENTS
    for one in forecasts.values():
        assert one.failures() == 0
        assert len(one.answered_s()) > 100


def test_the_detour_is_longer_for_those_behind_the_cut_and_for_nobody_else(
    forecasts: dict[str, Requests], stretches: list[Phase]
) -> None:
    before, cut, _, healed, _ = stretches
    for client in ("reader-sea", "reader-lax"):
        assert p50_s(forecasts[client], cut) > 1.05 * p50_s(forecasts[client], before)
        assert p50_s(forecasts[client], healed) == pytest.approx(p50_s(forecasts[client], before), rel=0.01)
    for client in ("reader-atl", "reader-nyc"):
        assert p50_s(forecasts[client], cut) == pytest.approx(p50_s(forecasts[client], before), rel=0.01)


def test_the_cut_costs_a_timeout_and_the_loss_costs_some(
    forecasts: dict[str, Requests], stretches: list[Phase]
) -> None:
    _, cut, both, lossy, _ = stretches
    sea, atl, nyc = (forecasts[name] for name in ("reader-sea", "reader-atl", "reader-nyc"))
    assert sea.answered_s(cut.start_s, cut.end_s)[-1] > 0.3, "the routes take that long to change"
    assert atl.answered_s(both.start_s, lossy.end_s)[-1] > 0.2, "no retransmission timeout is shorter"
    assert nyc.answered_s(cut.start_s)[-1] < 0.1, "its path was never touched"


def test_frames_were_lost_where_the_scenario_says_and_nowhere_else(summary: dict[str, Any]) -> None:
    lost = {
        link["name"]: [way["lost"].get("random loss", 0) for way in link["directions"]] for link in summary["links"]
    }
    assert min(lost.pop(LOSSY)) > 5
    assert set(map(sum, lost.values())) == {0}
    down_ns = {link["name"]: link["down_ns"] for link in summary["links"] if link["down_ns"]}
    assert down_ns == {CUT: 25_000_000_000}
    assert summary["transport"]["tcp"]["RetransSegs"] > 20


def test_the_page_tells_it_at_a_glance(folder: Path) -> None:
    page = (folder / "page.txt").read_text()
    lines = page.splitlines()
    assert max(map(len, lines)) <= 100
    for sign, words in zip("①②③④", (f"{CUT} cut", "loss 2%", f"{CUT} healed", "loss 0"), strict=True):
        assert any(line.startswith(f" {sign} ") and words in line for line in lines)
    marks = next(number for number, line in enumerate(lines) if line.split() == ["①", "②", "③", "④"])
    charts = lines[marks + 1 : marks + 5]
    assert [line.split()[0] for line in charts] == list(CLIENTS)
    at_cut = lines[marks].index("①")
    assert charts[0][at_cut - 3] == "▁"
    assert charts[0][at_cut] > "▃"
    assert charts[3][at_cut - 3 :].strip("▁· ").startswith("13.5"), "a steady row stays flat"
    assert "random loss" in page
    assert "summary.json" in page


def test_the_same_seed_gives_the_same_files_in_every_process(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    run(first, "--until", "17s", hash_seed="1")
    run(second, "--until", "17s", hash_seed="2")
    digests = [
        {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        for folder in (first, second)
    ]
    assert len(digests[0]) > 20
    assert digests[0] == digests[1]


def test_another_seed_gives_another_run(tmp_path: Path, summary: dict[str, Any]) -> None:
    other = json.loads(run(tmp_path / "other", "--until", "5s", "--seed", "8", "--json").stdout)
    again = json.loads(run(tmp_path / "again", "--until", "5s", "--json").stdout)
    assert (other["seed"], again["seed"]) == (8, summary["seed"])
    assert other["measurements"] != again["measurements"]
