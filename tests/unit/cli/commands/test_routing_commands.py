"""``catenet reproduce`` and ``catenet show``: what they print, and their exit status."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from catenet import experiments as reproduce
from catenet.cli.main import status_of
from catenet.experiments.comparison import Comparison

PAIR = """\
[routers]
paris = { routing = "rip" }
oslo = { routing = "rip" }
plain = {}

[[links]]
between = ["paris", "oslo"]
"""


@pytest.mark.slow
@pytest.mark.parametrize("experiment", ["rip-silent", "rip-poison", "ospf-dead", "ospf-flap", "rfc2328"])
def test_what_is_known_of_routing(experiment: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["reproduce", experiment, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["experiment"] == experiment
    assert all(figure["holds"] for figure in found["figures"])


@pytest.mark.slow
def test_counting_to_infinity(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["reproduce", "rip-infinity"]) == 0
    told = capsys.readouterr().out
    assert "about 220 s" in told
    assert "OUTSIDE" not in told


@pytest.mark.slow
def test_a_figure_outside_its_tolerance_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = [Comparison("one", "1 s", 0.9, 1.1, 1.0), Comparison("never", "2 s", 1.9, 2.1, math.inf)]
    monkeypatch.setitem(reproduce.EXPERIMENTS, "rip-silent", lambda seed: wrong)
    assert status_of(["reproduce", "rip-silent"]) == 1
    assert "never   OUTSIDE" in capsys.readouterr().out
    assert status_of(["reproduce", "rip-silent", "--json"]) == 1
    assert [figure["measured"] for figure in json.loads(capsys.readouterr().out)["figures"]] == [1.0, None]


@pytest.mark.slow
def test_an_experiment_is_drawn(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(reproduce.EXPERIMENTS, "rip-silent", lambda seed: [Comparison("one", "1 s", 0.9, 1.1, 1.0)])
    plot, folder = tmp_path / "one.svg", tmp_path / "new" / "folder"
    assert status_of(["reproduce", "rip-silent", "--plot", str(plot), "--out", str(folder)]) == 0
    capsys.readouterr()
    assert plot.read_text().startswith("<svg ")
    assert (folder / "rip-silent.svg").read_text() == plot.read_text()
    assert json.loads((folder / "rip-silent.json").read_text())["figures"][0]["measured"] == 1.0
    assert status_of(["reproduce", "rip-silent", "--plot", str(tmp_path / "no" / "one.svg")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_an_unknown_experiment(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["reproduce", "rip-silence"]) == 2
    assert "rip-silent" in capsys.readouterr().err


@pytest.mark.slow
def test_show(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "pair.toml"
    file.write_text(PAIR)
    assert status_of(["show", "routes", str(file), "paris", "--at", "20s"]) == 0
    assert "10.0.2.1/32        rip        120       via 10.0.1.6 (oslo) dev eth0" in capsys.readouterr().out
    assert status_of(["show", "rip", str(file), "--at", "20s"]) == 0
    told = capsys.readouterr().out
    assert "10.0.1.6 (oslo)" in told
    assert "10.0.1.5 (paris)" in told
    assert status_of(["show", "rip", str(file), "oslo", "--at", "20s", "--json"]) == 0
    table = json.loads(capsys.readouterr().out)[0]["table"]
    assert [(route["prefix"], route["metric"]) for route in table] == [
        ("10.0.1.1/32", 2),
        ("10.0.1.4/30", 1),
        ("10.0.2.1/32", 1),
    ]
    assert status_of(["show", "rip", str(file), "plain"]) == 2
    assert "plain does not run RIP" in capsys.readouterr().err


@pytest.mark.slow
def test_show_says_where_nobody_speaks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "plain.toml"
    file.write_text("[routers.a]\n[hosts.h]\nat = 'a'\n")
    for protocol in ("rip", "ospf"):
        assert status_of(["show", protocol, str(file)]) == 0
        expected = f'no router runs {protocol.upper()} here; set routing = "{protocol}" on a router\n'
        assert capsys.readouterr().out == expected
        assert status_of(["show", protocol, str(file), "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == []


@pytest.mark.slow
def test_ping_before_routes_are_there_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "pair.toml"
    file.write_text(PAIR + '[hosts.a]\nat = "paris"\n[hosts.b]\nat = "oslo"\n')
    for command in ("ping", "traceroute"):
        status_of([command, str(file), "a", "b"])
        told = capsys.readouterr().err
        assert "at the start paris has no route to b (10.0." in told
        assert "RIP may not have converged yet; --at 60s" in told
        assert status_of([command, str(file), "a", "b", "--at", "60s"]) == 0
        assert capsys.readouterr().err == ""
