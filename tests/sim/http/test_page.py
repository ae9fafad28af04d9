"""The page on HTTP is one program that runs, and its tables are whole."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
from pathlib import Path

import pytest

from catenet.application.http import Client, Limits
from catenet.application.http import cache as cache_package
from catenet.application.http.balancer import Ejection, HealthCheck

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "http.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(block, "docs/http.md", "exec"), names)
    entries = json.loads((tmp_path / "page.har").read_text(encoding="utf-8"))["log"]["entries"]
    assert [entry["response"]["status"] for entry in entries] == [200, 200]


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


def test_every_option_of_ejection_and_health_checks_has_its_default() -> None:
    section = PAGE.split("## A load balancer\n")[1].split("\n## ")[0]
    for options in (Ejection, HealthCheck):
        table = section.split(f"| of `{options.__name__}` |")[1].split("\n\n")[0]
        told = dict(re.findall(r"^\| `(\w+)` \| `?([^|`]+?)`? \|", table, re.MULTILINE))
        assert told == {
            field.name: f"{field.default:g}" if field.name != "path" else field.default
            for field in dataclasses.fields(options)
        }


def test_every_counter_of_the_cache_has_a_row() -> None:
    files = (Path(cache_package.__file__ or "").parent).glob("*.py")
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    counted = set(re.findall(r'counts\["(\w+)"\]', source)) | {"stale", "stale_while_revalidate"}
    section = PAGE.split("| of `Cache.counts` |")[1].split("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == counted
