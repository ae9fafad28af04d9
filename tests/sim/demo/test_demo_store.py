"""The main job: a replicated store in five cities, told layer by layer, and judged."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCENARIO = ROOT / "examples" / "store" / "scenario.toml"
DOCUMENTS = ROOT / "docs"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The run's folder, and what was printed."""
    folder = tmp_path_factory.mktemp("store")
    command = [sys.executable, "-m", "catenet", "run", str(SCENARIO), "--out", str(folder), "--no-capture"]
    environment = {**os.environ, "PYTHONHASHSEED": "random", "COLUMNS": "100"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert [line for line in done.stderr.splitlines() if " s of 75 s, " not in line] == [], "more than progress"
    assert "linearizable" in done.stdout
    return folder, done.stdout


@pytest.fixture(scope="module")
def summary(printed: tuple[Path, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((printed[0] / "summary.json").read_text(encoding="utf-8"))
    return found


def test_the_page_shows_what_is_printed(printed: tuple[Path, str]) -> None:
    """All but the line with the time that it took, and the list of files."""
    (shown,) = re.findall(
        r"^```\n(.*?)^```", (DOCUMENTS / "demo.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    shown = shown.split("\n files")[0]
    there = printed[1].splitlines()
    missing = [line for line in shown.splitlines() if line not in there and "of virtual time" not in line]
    assert [line for line in missing if line != " …"] == []


def test_what_the_customers_saw_is_linearizable_and_nothing_failed(summary: dict[str, Any]) -> None:
    history = summary["history"]
    assert history["linearizable"]
    assert history["operations"] > 500
    assert history["answered"] > 0.97 * history["operations"]
    assert not [program for program in summary["programs"] if program["state"] == "failed"]


def test_every_layer_tells_what_happened(summary: dict[str, Any]) -> None:
    told = dict.fromkeys(entry["what"] for entry in summary["timeline"])
    assert {
        "link-cut",
        "link-set",
        "routes-changed",
        "tcp-timeouts",
        "host-crashed",
        "leader-changed",
        "partitioned",
    } <= set(told)
    assert summary["measurements"]["commit"]["all"]["count"] > 100


def test_the_crash_of_the_leader_makes_another_lead(summary: dict[str, Any]) -> None:
    crash = next(entry["time_ns"] for entry in summary["timeline"] if entry["what"] == "host-crashed")
    after = [entry for entry in summary["timeline"] if entry["what"] == "leader-changed" and entry["time_ns"] > crash]
    assert "chicago" not in after[0]["text"]
    assert after[0]["time_ns"] - crash < 3_000_000_000
