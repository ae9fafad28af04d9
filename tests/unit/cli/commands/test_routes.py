"""``catenet routes explain`` and ``catenet bench spf``: what one types, and what comes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catenet.cli.errors import FAILED, MISTAKE, OK
from catenet.cli.main import status_of

SCENARIO = """
[routers.a]
[routers.b]
[routers.c]

[[links]]
between = ["a", "b"]
cost = 3
[[links]]
between = ["b", "c"]
cost = 4

[[actions]]
at = "1s"
do = "cut"
link = ["b", "c"]
"""


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    path = tmp_path / "scenario.toml"
    path.write_text(SCENARIO)
    return str(path)


def test_the_explanation_as_json(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["routes", "explain", scenario, "a", "c", "--json"]) == OK
    told = json.loads(capsys.readouterr().out)
    assert (told["reached"], told["paths"]) == (True, [["a", "b", "c"]])
    assert told["hops"][0]["because"]["links"][0]["to"] == "b"
    computed = told["computed"]
    assert (computed["cost"], computed["paths"]) == (7, [["a", "b", "c"]])
    assert [hop["as_computed"] for hop in computed["hops"]] == [True, True, True]
    assert [node["node"] for node in computed["tree"]] == ["a", "b", "c"]


def test_the_explanation_in_words_and_its_tree(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["routes", "explain", scenario, "a", "c", "--tree"]) == OK
    out = capsys.readouterr().out
    assert "  a → b → c\n" in out
    assert "all shortest paths from a" in out


@pytest.mark.slow
def test_where_no_path_is_left_the_status_says_so(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["routes", "explain", scenario, "a", "c", "--at", "2s"]) == FAILED
    assert "no path" in capsys.readouterr().out


def test_an_unknown_node_is_a_mistake(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["routes", "explain", scenario, "a", "d"]) == MISTAKE
    assert "'d'" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("command", [("routes",), ("routes", "explain"), ("bench", "spf")])
def test_help_is_on_stdout(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of([*command, "--help"]) == OK
    assert f"catenet {' '.join(command)}" in capsys.readouterr().out


@pytest.mark.slow
def test_the_bench_tells_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["bench", "spf", "--nodes", "20", "--links", "30", "--changes", "3", "--json"]) == OK
    figures = json.loads(capsys.readouterr().out)
    assert (figures["nodes"], figures["links"], figures["changes"]) == (20, 30, 6)
    assert figures["us_per_spf"] > 0
