"""All mistakes of a scenario at once, each as it would be told alone; what follows from another is left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catenet import ScenarioError
from catenet.cli.errors import MISTAKE, OK
from catenet.cli.main import status_of
from catenet.scenario import load, problems
from tests.unit.test_scenario import GOOD, MISTAKES, PROGRAM

BAD = """\
until = "5x"
[routers]
paris = {}
oslo = { routing = "ospff" }
rome = { addresses = ["10.0.0.1"] }
[[links]]
between = ["paris", "oslo"]
rate = "1Gbit"
[[links]]
between = ["paris", "berlin"]
loss = "3%"
[[links]]
between = ["paris", "rome"]
los = "3%"
[[links]]
nothing = 3
[hosts]
a = { at = "parris" }
b = { at = "paris" }
[[programs]]
host = "b"
run = "nomodule:main"
[[programs]]
host = "c"
run = "program:main"
[[actions]]
at = "1s"
do = "cut"
link = ["paris", "oslo"]
[[actions]]
at = "1s"
do = "cutt"
link = ["paris", "rome"]
[[actions]]
at = "2s"
do = "heal"
link = ["paris", "vienna"]
[capture]
links = ["x-y"]
"""
FOUND = [
    (1, "until", "duration '5x' has the unknown unit 'x'"),
    (4, "routers.oslo.routing", "did you mean 'ospf'?"),
    (5, "routers.rome", "lacks its prefix length"),
    (8, "links #1.rate", "the unknown unit 'Gbit'"),
    (9, "links #2", "there is no host, router or switch 'berlin'"),
    (14, "links #3.los", "did you mean 'loss'?"),
    (15, "links #4", "the key 'between' is missing"),
    (16, "links #4.nothing", "unknown key 'nothing'"),
    (18, "hosts.a", "did you mean 'paris'?"),
    (22, "programs #1.run", "there is no module 'nomodule'"),
    (25, "programs #2.run", "program has no function 'main'"),
    (32, "actions #2.do", "'cutt' is not one of"),
    (34, "actions #3", "there is no host, router or switch 'vienna'"),
    (39, "capture.links", "there is no link 'x-y'"),
]
"""Not among them: the link and the cut between paris and oslo, whose router is wrong, and what names rome."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "broken.py").write_text("1 / 0")
    (tmp_path / "bare.gml").write_text(
        'graph [ node [ id 0 label "a" ] node [ id 1 label "b" ] edge [ source 0 target 1 ] ]'
    )
    return tmp_path


def test_all_mistakes_are_found_with_their_lines(folder: Path) -> None:
    (folder / "bad.toml").write_text(BAD)
    found = problems(folder / "bad.toml")
    assert [(each.line, each.where) for each in found] == [(line, where) for line, where, _ in FOUND]
    assert [text for each, (_, _, text) in zip(found, FOUND, strict=True) if text not in each.problem] == []


def test_a_good_scenario_has_none(folder: Path) -> None:
    (folder / "good.toml").write_text(GOOD)
    assert problems(folder / "good.toml") == []


@pytest.mark.parametrize(("text", "said"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_alone_is_told_as_a_run_tells_it(folder: Path, text: str, said: str) -> None:
    path = folder / "scenario.toml"
    path.write_text(text)
    with pytest.raises(ScenarioError) as raised:
        load(path).build()
    found = [str(each) for each in problems(path)]
    assert str(raised.value) in found
    assert said in "\n".join(found)


def test_what_cannot_be_read_is_one_mistake(folder: Path) -> None:
    (folder / "broken.toml").write_text("a = \n")
    for name in ("broken.toml", "nowhere.toml"):
        (found,) = problems(folder / name)
        assert name in str(found)


def test_the_command_tells_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bad.toml").write_text(BAD)
    (folder / "good.toml").write_text(GOOD)
    assert status_of(["check", str(folder / "good.toml")]) == OK
    assert "no mistakes" in capsys.readouterr().out
    assert status_of(["check", str(folder / "bad.toml")]) == MISTAKE
    assert f"{len(FOUND)} mistakes" in capsys.readouterr().out
    assert status_of(["check", str(folder / "bad.toml"), "--json"]) == MISTAKE
    told = json.loads(capsys.readouterr().out)
    assert [(each["line"], each["where"]) for each in told["problems"]] == [(line, where) for line, where, _ in FOUND]
