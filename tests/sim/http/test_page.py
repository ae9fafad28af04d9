"""The page on HTTP is one program that runs, and its tables are whole."""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path

import pytest

from catenet.application.http import Client, Limits

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "http.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(block, "docs/http.md", "exec"), names)


def defaults(heading: str) -> dict[str, float]:
    """The numbers in the second column of the first table under ``heading``."""
    told = {}
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0].split("|\n\n")[0] + "|"
    for name, number in re.findall(r"^\| `(\w+)`[^|]*\| ([\d,]+|16 MiB) \|", section, re.MULTILINE):
        told[name] = 16 << 20 if number == "16 MiB" else float(number.replace(",", ""))
    return told


def test_every_limit_has_a_row_with_its_default() -> None:
    assert defaults("What is refused") == {field.name: field.default for field in dataclasses.fields(Limits)}


def test_every_option_of_a_client_has_its_default() -> None:
    options = inspect.signature(Client).parameters.values()
    numbers = {option.name: option.default for option in options if not isinstance(option.default, bool | None)}
    assert defaults("A client") == numbers
