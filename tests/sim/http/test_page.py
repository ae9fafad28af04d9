"""The page on HTTP is one program that runs, and its tables are whole."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from catenet.application.http import Limits

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "http.md").read_text(encoding="utf-8")


def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(block, "docs/http.md", "exec"), names)


def test_every_limit_has_a_row_with_its_default() -> None:
    units = {"16 MiB": 16 << 20}
    told = {}
    for row in re.findall(r"^\| (`\w+_\w+`.*|`connections`.*|`streams`.*|`resets`.*) \|$", PAGE, re.MULTILINE):
        cells = [cell.strip() for cell in row.split("|")]
        for name in re.findall(r"`(\w+)`", cells[0]):
            text = cells[1] if len(cells) > 1 else ""
            if re.fullmatch(r"[\d,]+|16 MiB", text):
                told[name] = units.get(text) or float(text.replace(",", ""))
    assert told == {field.name: field.default for field in dataclasses.fields(Limits)}
