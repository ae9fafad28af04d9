"""``catenet show ospf``: part by part, from a scenario and from a run's folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from catenet.cli.main import status_of

NET = """\
until = "60s"
[ospf]
hello = "2s"
[ospf.areas.1]
kind = "stub"
[routers]
a = { routing = "ospf" }
b = { routing = "ospf" }
c = { routing = "ospf", ospf = { redistribute = { static = { tag = 9 } } } }
out = { routing = "static" }
[switches.lan]
[[links]]
between = ["a", "b"]
ospf = { area = 1, a = { cost = 7 } }
[[links]]
between = ["b", "lan"]
[[links]]
between = ["c", "lan"]
[[links]]
between = ["c", "out"]
[[routes]]
router = "c"
prefix = "192.168.0.0/16"
via = "out"
[hosts.h]
at = "a"
ospf = { area = 1 }
"""


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("ospf") / "net.toml"
    file.write_text(NET)
    return str(file)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command says, its words one space apart: how they are laid out has tests of its own."""
    assert status_of(["show", "ospf", *words]) == 0
    return " ".join(capsys.readouterr().out.split())


def data(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    return json.loads(told(capsys, *words, "--json"))


@pytest.mark.slow
def test_the_overview_of_all(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, net, "--at", "60s")
    assert "b id 10.0.2.1, in area 0.0.0.1 (stub), 0.0.0.0, an area border router" in text
    assert "10.0.3.1 (c) 10.0.5.2 eth1 Full/DR" in text
    assert "LSAs of the whole AS: 1 external" in text


@pytest.mark.slow
@pytest.mark.parametrize("part", ["neighbours", "neighbors"])
def test_neighbours(net: str, part: str, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = data(capsys, part, net, "b", "--at", "60s")
    assert [(one["node"], one["state"], one["role"]) for one in found["neighbours"]] == [
        ("a", "Full", None),
        ("c", "Full", "DR"),
    ]
    assert all(0 < one["dead_in_s"] <= 8 for one in found["neighbours"])
    assert "routes" not in found
    assert "Full" in told(capsys, part, net, "b", "--at", "60s")


@pytest.mark.slow
def test_interfaces(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = data(capsys, "interfaces", net, "b", "--at", "60s")
    link, lan = found["interfaces"]
    assert (link["area"], link["network"], link["state"], link["full"]) == (
        "0.0.0.1",
        "point-to-point",
        "Point-to-point",
        1,
    )
    assert (lan["state"], lan["dr_node"], lan["bdr_node"], lan["cost"]) == ("Backup", "c", "b", 100)


@pytest.mark.slow
def test_the_database(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = data(capsys, "database", net, "b", "--at", "60s")
    stub, backbone, whole = found["database"]
    assert (stub["area"], backbone["area"], whole["area"]) == ("0.0.0.1", "0.0.0.0", None)
    (external,) = whole["lsas"]
    assert external["says"] == {
        "network": "192.168.0.0/16",
        "metric_type": 2,
        "cost": 20,
        "forwarding": None,
        "tag": 9,
    }
    assert (external["node"], external["received_from"]) == ("c", "c")
    assert backbone["counts"]["network"] == 1
    own = next(one for one in stub["lsas"] if one["type"] == "router" and one["node"] == "b")
    assert own["received_from"] is None
    assert own["says"]["flags"] == ["B"]
    assert {"kind": "stub", "network": "10.0.1.4/30", "cost": 100} in own["says"]["links"]
    text = told(capsys, "database", net, "b", "--at", "60s")
    assert "192.168.0.0/16 cost 20 type 2 tag 9" in text
    assert "10.0.5.0/24 of 10.0.3.1, 10.0.2.1" in text


@pytest.mark.slow
def test_routes_and_borders(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = data(capsys, "routes", net, "a", "--at", "60s")
    table = {route["prefix"]: route for route in found["routes"]}
    assert (table["0.0.0.0/0"]["path"], table["0.0.0.0/0"]["cost"]) == ("inter-area", 8)
    assert table["0.0.0.0/0"]["hops"] == [{"gateway": "10.0.1.6", "node": "b", "interface": "eth0"}]
    assert "192.168.0.0/16" not in table
    (found,) = data(capsys, "borders", net, "b", "--at", "60s")
    (border,) = found["borders"]
    assert (border["node"], border["border"], border["boundary"], border["cost"]) == ("c", False, True, 100)
    assert "external type 2 100 + 20" in told(capsys, "routes", net, "b", "--at", "60s")
    assert "10.0.3.1 (c) AS" in told(capsys, "borders", net, "b", "--at", "60s")


@pytest.mark.slow
def test_from_the_folder_of_a_run(net: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "out"
    assert status_of(["run", net, "--out", str(folder)]) == 0
    capsys.readouterr()
    (found,) = data(capsys, "neighbors", str(folder), "b")
    assert [one["node"] for one in found["neighbours"]] == ["a", "c"]
    assert "routes" not in found
    assert "an area border router" in told(capsys, str(folder))
    assert status_of(["show", "routes", str(folder), "a"]) == 0
    assert "0.0.0.0/0" in capsys.readouterr().out
    assert status_of(["show", "rip", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.slow
def test_the_check_of_all_tables_can_be_asked_for(net: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option, there in (("--check-forwarding", True), ("--no-check-forwarding", False)):
        assert status_of(["run", net, "--out", str(tmp_path / "out"), option, "--json"]) == 0
        assert ("forwarding" in json.loads(capsys.readouterr().out)) == there


@pytest.mark.slow
def test_mistakes(net: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, message in (
        ((net, "out"), "out does not run OSPF"),
        (("neighbours",), "such as: show ospf neighbours"),
        ((str(tmp_path),), "there is no routing.json"),
        ((str(tmp_path), "--at", "3s"), "--at is for a scenario"),
    ):
        assert status_of(["show", "ospf", *words]) == 2
        assert message in capsys.readouterr().err
    (tmp_path / "routing.json").write_text('{"ospf": [{"router": "paris"}]}')
    assert status_of(["show", "ospf", str(tmp_path), "pari"]) == 2
    assert "did you mean 'paris'" in capsys.readouterr().err
