"""Topologies from GraphML and GML."""

from __future__ import annotations

from pathlib import Path

import pytest

import catenet
from catenet.lab.errors import TopologyError
from catenet.lab.topology import link_delay_ns, read_topology

GML = """\
graph [
  multigraph 1
  node [ id 0 label "Kansas City" Latitude 39.1 Longitude -94.6 ]
  node [ id 1 label "Denver" Latitude 39.7 Longitude -105.0 ]
  node [ id 2 label "Denver" ]
  node [ id 3 ]
  edge [ source 0 target 1 LinkSpeed "2.5" LinkSpeedUnits "G" ]
  edge [ source 0 target 1 LinkSpeedRaw 155000000.0 ]
  edge [ source 1 target 2 delay "7ms" rate "10Mbit/s" ]
  edge [ source 2 target 3 LinkSpeed "1-20" LinkSpeedUnits "G" ]
]
"""


@pytest.fixture
def gml(tmp_path: Path) -> Path:
    path = tmp_path / "small.gml"
    path.write_text(GML)
    return path


def test_names_come_from_labels_and_are_made_unique(gml: Path) -> None:
    assert [node.name for node in read_topology(gml).nodes] == ["kansas-city", "denver", "denver-2", "node-3"]


def test_rates_in_all_their_forms(gml: Path) -> None:
    assert [link.rate_bit_s for link in read_topology(gml).links] == [2_500_000_000, 155_000_000, 10_000_000, None]


def test_delays_are_given_or_measured_or_defaulted(gml: Path) -> None:
    links = read_topology(gml).links
    # 893 km at two thirds of c
    assert link_delay_ns(links[0], None) == pytest.approx(4_470_000, rel=0.01)
    assert link_delay_ns(links[2], None) == 7_000_000
    assert link_delay_ns(links[3], 5) == 5


def test_a_link_without_a_length_names_the_node_and_what_would_be_right(gml: Path) -> None:
    with pytest.raises(TopologyError, match=r"denver-2 - node-3 needs a length.*denver-2 has no coordinates.*delay = "):
        link_delay_ns(read_topology(gml).links[3], None)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("missing.graphml", None, "there is no such topology file"),
        ("net.xml", "<a/>", "a .graphml, .gml or .toml file"),
        ("net.graphml", "<graphml", "not a graphml file that can be read"),
        ("net.gml", "graph [ ]", "holds no node"),
        ("net.gml", 'graph [ node [ id 0 label "a" ] edge [ source 0 target 0 ] ]', "from a to itself"),
        ("net.gml", 'graph [ node [ id 0 label "a" Latitude 99 Longitude 0 ] ]', "between -90 and 90"),
    ],
)
def test_mistakes_name_the_file(tmp_path: Path, name: str, text: str | None, said: str) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    with pytest.raises(TopologyError, match=said) as caught:
        read_topology(path)
    assert str(path) in str(caught.value)


def test_the_published_abilene(published: Path) -> None:
    topology = read_topology(published / "topologies" / "Abilene.graphml")
    assert len(topology.nodes) == 11
    assert len(topology.links) == 14
    assert topology.nodes[7].name == "kansas-city"
    assert sum(link_delay_ns(link, None) for link in topology.links) == pytest.approx(72_200_000, rel=0.05)


def test_a_network_in_toml_for_a_python_program(tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    path.write_text('[routers.paris]\n[routers.oslo]\n[[links]]\nbetween = ["paris", "oslo"]\ndelay = "14ms"\n')
    with catenet.Internet() as net:
        assert [router.name for router in net.topology(path, rate="2Mbit/s", delay="1ms")] == ["paris", "oslo"]
        channel = net.links["paris-oslo"].wire.forward
        assert (channel.rate_bit_s, channel.delay_ns) == (2_000_000, 14_000_000)
    path.write_text('[routers.paris]\n[[links]]\nbetween = ["paris", "oslo"]\n')
    with catenet.Internet() as net, pytest.raises(catenet.ScenarioError, match=r"net.toml:2: links #1: .*'oslo'"):
        net.topology(path)
