"""The small examples, and the program in the README: each runs as it is, and says what it should."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def output_of(*arguments: str) -> str:
    """What a program prints, once it has ended well and without a complaint."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("page", ["README.md", "README.ko.md"])
def test_the_programs_in_the_readme_run(page: str) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    said = [output_of("-c", block) for block in blocks]
    assert any("hello from rome" in text for text in said)


def test_hello() -> None:
    said = output_of(str(ROOT / "examples" / "hello.py"))
    assert said.startswith("b'hello from rome\\n' after 0.2"), "four round trips of 70 ms, two of them to find the way"


def test_a_failover_takes_the_longer_way() -> None:
    lines = output_of(str(ROOT / "examples" / "failover.py")).splitlines()
    latencies_ms = [float(line.split("after ")[1].removesuffix(" ms")) for line in lines]
    assert len(latencies_ms) == 5
    assert latencies_ms[4] > 2 * latencies_ms[1] > 80


def test_loss_shows_in_the_slowest_echoes() -> None:
    rows = [line.split() for line in output_of(str(ROOT / "examples" / "lossy_echo.py")).splitlines()[1:]]
    p50_ms, p99_ms = [float(row[2]) for row in rows], [float(row[4]) for row in rows]
    assert p50_ms == pytest.approx([20.2] * 4, abs=0.2)
    assert p99_ms[0] < 21
    assert p99_ms[3] > 200
