"""The main job: a replicated store in five cities, told layer by layer, and judged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCENARIO = Path(__file__).resolve().parents[3] / "examples" / "store" / "scenario.toml"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("store")
    command = [sys.executable, "-m", "catenet", "run", str(SCENARIO), "--out", str(folder), "--no-capture"]
    environment = {**os.environ, "PYTHONHASHSEED": "random", "COLUMNS": "100"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert "Traceback" not in done.stderr
    assert "linearizable" in done.stdout
    found: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return found


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
