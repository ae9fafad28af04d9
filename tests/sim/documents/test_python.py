"""The page on Python is one program that runs, and its tables are whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import catenet
from catenet.lab.observe.metrics import distribution

PAGE = Path(__file__).resolve().parents[3] / "docs" / "python.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def rows_under(heading: str) -> list[str]:
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)


def names_in(cells: list[str]) -> set[str]:
    return {name for cell in cells for name in re.findall(r"`(\w+)", cell)}


def test_the_page_runs_and_its_tables_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in BLOCKS:
        exec(compile(block, str(PAGE), "exec"), names)
    summary = names["summary"]
    assert isinstance(summary, dict)
    assert names_in(rows_under("The summary")) == set(summary) | {"history"}
    run = names["run"]
    public = {name for name in dir(run) if not name.startswith("_")}
    assert names_in(rows_under("Actions and the run")) == public
    assert (tmp_path / "out" / "summary.json").is_file()


def test_the_calls_of_the_tables_are_there() -> None:
    for name in names_in(rows_under("An internet")):
        assert callable(getattr(catenet.Internet, name))
    assert {cell.split("(")[0].removeprefix("`catenet.") for cell in rows_under("What programs record")} <= set(
        catenet.__all__
    )
    told = re.search(r"A distribution has (.*?)\.", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert told is not None
    assert set(re.findall(r"`(\w+)`", told.group(1))) == set(distribution([1.0]))
