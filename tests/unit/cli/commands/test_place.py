"""``catenet place``, ``catenet bench ring`` and ``catenet reproduce placement``."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from catenet.cli.main import status_of

SVG = "{http://www.w3.org/2000/svg}"


def test_a_ring_of_hosts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "ring.svg"
    command = ["place", "10.0.0.1", "10.0.0.2", "10.0.0.3", "--key", "a", "--key", "b", "--copies", "2"]
    assert status_of([*command, "--picture", str(picture)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    assert "3 nodes, 300 points" in lines[4]
    assert [len(line.split()) for line in lines[6:] if line] == [3, 3]
    drawn = ET.fromstring(picture.read_text())
    assert [path.get("d", "").count("M") for path in drawn.iter(f"{SVG}path")] == [100, 100, 100]
    assert len(list(drawn.iter(f"{SVG}circle"))) == 2


def test_a_ring_of_one_point_is_a_whole_circle(tmp_path: Path) -> None:
    assert status_of(["place", "a", "--points", "1", "--picture", str(tmp_path / "one.svg")]) == 0
    (path,) = ET.fromstring((tmp_path / "one.svg").read_text()).iter(f"{SVG}path")
    assert "0 1 1" in path.get("d", "")


@pytest.mark.slow
@pytest.mark.parametrize("by", ["ring", "ketama", "jump", "rendezvous", "maglev", "anchor"])
def test_all_placements_as_json(by: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["place", "a@x", "b@x", "c@y", "--by", by, "--key", "k", "--copies", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert sum(node["share"] for node in found["nodes"]) == pytest.approx(1.0)
    (key,) = found["keys"]
    assert {name in ("a", "b") for name in key["nodes"]} == {True, False}
    assert (key["position"] is None) is (found["points"] == [])


def test_weights_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["place", "a", "b@rome=3"]) == 0
    assert "weight 3 in rome" in capsys.readouterr().out.splitlines()[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a", "a"], "the node 'a' exists already"),
        (["a=x"], "the weight must be a number, not 'x'"),
        (["a=0"], "must be positive"),
        (["a=2", "--by", "jump"], "has no weights"),
        (["a", "--by", "jump", "--points", "3"], "--points is for the ring"),
        (["a", "--by", "maglev", "--picture", "x.svg"], "maglev has none"),
        (["a", "--picture", "nowhere/x.svg"], "there is no folder nowhere"),
        (["a", "--by", "hash"], "hash"),
        ([], "NODE"),
    ],
)
def test_mistakes(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["place", *arguments]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.slow
def test_published_figures_of_placements(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["reproduce", "placement", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)["figures"]
    assert len(figures) == 12
    assert all(figure["holds"] for figure in figures)


@pytest.mark.slow
def test_bench_ring(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from catenet.bench import ring as bench_ring

    monkeypatch.setattr(bench_ring, "KEYS", 20)
    monkeypatch.setattr(bench_ring, "BATCHES", 2)
    assert status_of(["bench", "ring", "--nodes", "5", "--points", "3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["nodes"], found["points"]) == (5, 3)
    assert all(found[f"us_per_{name}"] > 0 for name in ("ring", "jump", "maglev", "anchor", "rendezvous", "ketama"))
