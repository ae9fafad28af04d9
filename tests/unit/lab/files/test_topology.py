"""Topologies from GraphML and GML."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import pytest

import catenet
from catenet.cli.main import status_of
from catenet.errors import TopologyError
from catenet.lab.files.topology import link_options, read_topology
from catenet.scenario import load

GML = """\
graph [
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

GRAPHML = """<?xml version="1.0" encoding="utf-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="l" for="node" attr.name="label" attr.type="string"/>
  {keys}
  <graph edgedefault="{direction}">
    {body}
  </graph>
</graphml>
"""


def graphml(body: str, keys: dict[str, str] | None = None, direction: str = "undirected") -> str:
    """A file with keys of edges, by name, with their types."""
    declared = "".join(
        f'<key id="{name}" for="edge" attr.name="{name}" attr.type="{kind}"/>' for name, kind in (keys or {}).items()
    )
    return GRAPHML.format(keys=declared, body=body, direction=direction)


def node(key: str, label: str = "") -> str:
    return f'<node id="{key}">{f"<data key={chr(34)}l{chr(34)}>{label}</data>" if label else ""}</node>'


def edge(a: str, b: str, **data: str) -> str:
    inside = "".join(f'<data key="{key}">{value}</data>' for key, value in data.items())
    return f'<edge source="{a}" target="{b}">{inside}</edge>'


@pytest.fixture
def gml(tmp_path: Path) -> Path:
    path = tmp_path / "small.gml"
    path.write_text(GML)
    return path


def test_names_come_from_labels_and_are_made_unique(gml: Path) -> None:
    assert [node.name for node in read_topology(gml).nodes] == ["kansas-city", "denver", "denver-2", "node-3"]


def test_rates_in_all_their_forms(gml: Path) -> None:
    with catenet.Internet() as net:
        net.topology(gml, delay="1ms", rate="3Mbit/s")
        rates = [link.wire.forward.rate_bit_s for link in net.links.values()]
    assert rates == [2_500_000_000, 155_000_000, 10_000_000, 3_000_000]


def test_delays_are_given_or_measured_or_defaulted(gml: Path) -> None:
    with catenet.Internet() as net:
        net.topology(gml, delay="5ms")
        delays = [link.wire.forward.delay_ns for link in net.links.values()]
    assert delays[0] == pytest.approx(4_470_000, rel=0.01)  # 893 km at two thirds of c
    assert delays[2:] == [7_000_000, 5_000_000]


def test_a_link_without_a_length_names_the_node_and_what_would_be_right(gml: Path) -> None:
    with pytest.raises(TopologyError, match=r"denver-2 - node-3 needs a length.*denver-2 has no coordinates.*delay = "):
        link_options(read_topology(gml).links[3], {})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("missing.graphml", None, "there is no such topology file"),
        ("net.xml", "<a/>", "a .graphml, .gml or .toml file"),
        ("net.graphml", "<graphml", "not a graphml file that can be read"),
        ("net.graphml", "<graphml/>", "there is no <graph> in it"),
        ("net.graphml", "<a>" * 100_000, "not a graphml file that can be read"),
        ("net.graphml", '<!DOCTYPE a [<!ENTITY b "c">]><graphml/>', "declares the entity 'b'"),
        ("net.graphml", graphml(node("a") + node("a")), "a second node has the id 'a'"),
        (
            "net.graphml",
            graphml(node("a") + edge("a", "nowhere")),
            ":6: an edge leads to 'nowhere', which is not a node",
        ),
        ("net.graphml", graphml(node("a") + edge("a", "a", x="1")), "the key 'x', and no <key> declares it"),
        ("net.gml", "graph [ ]", "holds no node"),
        ("net.gml", "graph " + "[ a " * 100_000, "the file ends before the value of a"),
        ("net.gml", 'graph [ node [ id 0 label "a', ":1: a text begins with a quotation mark and does not end"),
        ("net.gml", "graph [\nnode 7 ]", ":2: node is a list"),
        ("net.gml", "graph [\nnode [ label 7 ] ]", ":2: this node has no id"),
        ("net.gml", "graph [\nnode [ id 0 ] node [ id 0 ] ]", ":2: a second node has the id '0'"),
        ("net.gml", "graph [ node [ id 0 ]\nedge [ source 0 target 1 ] ]", ":2: an edge leads to '1'"),
        ("net.gml", "graph [ node [ id 0 ] ] ]", "']' where a key was expected"),
        ("net.gml", 'graph [ node [ id 0 label "a" Latitude 99 Longitude 0 ] ]', "between -90 and 90"),
        ("net.gml", 'graph [ node [ id 0 Latitude "north" Longitude 0 ] ]', "'north' is not a number of degrees"),
    ],
)
def test_mistakes_name_the_file(tmp_path: Path, name: str, text: str | None, said: str) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    with pytest.raises(TopologyError, match=said.replace("[", r"\[")) as caught:
        read_topology(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("LinkSpeedRaw INF", "link a - b: LinkSpeedRaw is a number of bit/s, such as 1000000000.0, not 'inf'"),
        ("LinkSpeedRaw " + "1" * 100_000, "must lie between|LinkSpeedRaw is a number"),
        ("LinkSpeedRaw 1e300", "rate '1e\\+300 bit/s' must lie between"),
        ('rate "1.5.2Gbit/s"', "link a - b: rate: '1.5.2Gbit/s' is not a rate; write it like '1Gbit/s'"),
        ('delay "1e30s"', "link a - b: delay: duration '1e30s' must lie between"),
        ("cost 0", "link a - b: cost: a cost is a whole number from 1 to"),
        ("bandwidth 100", 'bandwidth is 100, without a unit; .* say keys = { rate = "bandwidth" }'),
    ],
)
def test_an_attribute_that_cannot_be_is_named_with_its_link_and_line(tmp_path: Path, given: str, said: str) -> None:
    path = tmp_path / "net.gml"
    path.write_text(f'graph [\nnode [ id 0 label "A" ]\nnode [ id 1 label "B" ]\nedge [ source 0 target 1 {given} ] ]')
    with pytest.raises(TopologyError, match=f":4: .*({said})"):
        read_topology(path)


def test_parallel_edges_are_links_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "net.gml"
    line = 'edge [ source 0 target 1 LinkSpeed "{}" LinkSpeedUnits "G" ]'
    path.write_text(f"graph [ directed 0 node [ id 0 ] node [ id 1 ] {line.format(10)} {line.format(1)} ]")
    with catenet.Internet() as net:
        net.topology(path, delay="1ms")
        assert [link.wire.forward.rate_bit_s for link in net.links.values()] == [10**10, 10**9]


def test_both_directions_of_a_directed_graph_make_one_link(tmp_path: Path) -> None:
    path = tmp_path / "net.graphml"
    keys = {"delay": "string", "length": "string", "rate": "string", "cost": "int", "loss": "string"}
    path.write_text(
        graphml(
            "".join(node(key, key) for key in "abcd")
            + edge("a", "b", delay="5ms", cost="3", rate="1Mbit/s")
            + edge("b", "a", delay="50ms", cost="30", rate="2Mbit/s")
            + edge("b", "c", length="200km")
            + edge("b", "c", length="400km")
            + edge("c", "b", length="600km", loss="1%")
            + edge("c", "d"),
            keys,
            "directed",
        )
    )
    with catenet.Internet() as net:
        net.topology(path, delay="1ms")
        links = list(net.links.values())
        assert [link.name for link in links] == ["a-b", "b-c", "b-c-2", "c-d"]
        found = [(int(link.wire.forward.delay_ns), int(link.wire.backward.delay_ns)) for link in links]
        assert found[0] == (5_000_000, 50_000_000)
        assert found[1] == (pytest.approx(1_000_000, rel=0.01), pytest.approx(3_000_000, rel=0.01))
        assert found[2] == (pytest.approx(2_000_000, rel=0.01), pytest.approx(2_000_000, rel=0.01))
        assert found[3] == (1_000_000, 1_000_000)
        assert (links[0].rate_bit_s(links[0].a), links[0].rate_bit_s(links[0].b)) == (10**6, 2 * 10**6)
        assert (links[0].given_cost(links[0].a), links[0].given_cost(links[0].b)) == (3, 30)
        assert min(net.ping("a", "b", count=2).rtts_ns) == pytest.approx(55_000_000, rel=0.05)


def test_a_direction_alone_is_told(tmp_path: Path) -> None:
    path = tmp_path / "net.graphml"
    path.write_text(graphml(node("a") + node("b") + edge("a", "b"), direction="directed"))
    assert read_topology(path).remarks == (
        f"{path}: 1 edges lead one way only, and became links that are alike both ways",
    )


def test_options_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "net.graphml"
    keys = {"bandwidth": "string", "cost": "int", "latency": "string", "mtu": "int"}
    body = node("0", "A") + node("1", "B")
    path.write_text(
        graphml(body + edge("0", "1", bandwidth="100 Mbit/s", cost="70", latency="12 ms", mtu="9000"), keys)
    )
    with catenet.Internet() as net:
        net.topology(path, routing="ospf", rate="1Mbit/s", delay="1ms")
        net.run("60s")
        link = net.links["a-b"]
        assert (link.wire.forward.rate_bit_s, link.wire.forward.delay_ns) == (100_000_000, 12_000_000)
        assert link.a.port.mtu == 9000
        assert [port.settings.cost for port in net.ospf.daemons["a"].machine.interfaces] == [70]


def test_attributes_are_read_by_names_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "net.graphml"
    body = node("0", "A") + node("1", "B") + edge("0", "1", bw="2e6", lat_us="7", city="x")
    path.write_text(graphml(body, {"bw": "double", "lat_us": "string", "city": "string"}))
    topology = read_topology(path, {"rate": "BW"})
    assert topology.links[0].options == {"rate": 2e6}
    assert topology.remarks == (f"{path}: not used: of links lat_us, city (keys names an attribute that is read)",)
    with pytest.raises(TopologyError, match="keys: nothing called 'ratte' is read; did you mean 'rate'"):
        read_topology(path, {"ratte": "bw"})
    scenario = tmp_path / "scenario.toml"
    scenario.write_text('[topology]\nfile = "net.graphml"\ndelay = "1ms"\nkeys = { rate = "bw" }\n')
    net = load(scenario).build()
    assert net.links["a-b"].wire.forward.rate_bit_s == 2_000_000


def test_names_in_the_script_of_the_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "net.graphml"
    long = "A place whose name goes on and on for more characters than one label of a domain name may have"
    labels = ["서울", "Zürich", "Łódź", "हिन्दी", "1", long, "São Paulo", "zürich", "localhost", "?"]
    body = "".join(node(str(number), label) for number, label in enumerate(labels))
    path.write_text(graphml(body + edge("0", "1")), encoding="utf-8")
    with caplog.at_level(logging.WARNING, "catenet.lab"):
        names = [one.name for one in read_topology(path).nodes]
    shorter = "a-place-whose-name-goes-on-and-on-for-more-characters-than-one"
    assert names == [
        *("서울", "zürich", "łódź", "हिन्दी", "node-1", shorter, "são-paulo", "zürich-2", "node-localhost", "node-9"),
    ]
    told = "\n".join(caplog.messages)
    assert told.count("\n") == 0
    assert "'1' is node-1" in told
    assert f"is {shorter}" in told
    assert "'localhost' is node-localhost" in told
    assert "Zürich" not in told


@pytest.mark.slow
def test_hosts_stand_at_places_in_any_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.graphml"
    path.write_text(graphml(node("0", "서울") + node("1", "Zürich") + edge("0", "1")), encoding="utf-8")
    scenario = tmp_path / "scenario.toml"
    scenario.write_text(
        '[topology]\nfile = "net.graphml"\ndelay = "9ms"\n[hosts."서버"]\nat = "Zürich"\n[hosts.client]\nat = "서울"\n'
        '[[actions]]\nat = "2s"\ndo = "cut"\nlink = ["서울", "ZÜRICH"]\n',
        encoding="utf-8",
    )
    assert status_of(["ping", str(scenario), "client", "서버", "--count", "1"]) == 0
    assert "PING 서버" in capsys.readouterr().out

    net = load(scenario).build()
    seen = {}

    async def look() -> None:
        seen["address"] = socket.getaddrinfo("서버", 80)[0][4][0]
        seen["same"] = socket.getaddrinfo("xn--hk3b17f", 80)[0][4][0]
        seen["name"] = socket.getnameinfo((str(seen["address"]), 80), 0)[0]
        seen["own"] = socket.gethostname()

    server = net._world.registry.host("서버", "test").host
    server.run(look)
    net.run()
    assert seen["address"] == seen["same"]
    assert seen["name"] == seen["own"] == "xn--hk3b17f"


def test_what_is_left_out_is_told(tmp_path: Path) -> None:
    path = tmp_path / "net.gml"
    body = 'node [ id 0 ] node [ id 1 ] edge [ source 0 target 0 ] edge [ source 0 target 1 LinkSpeed "<10" ]'
    path.write_text(f"graph [ {body} ]")
    topology = read_topology(path)
    assert len(topology.links) == 1
    assert topology.remarks == (
        f"{path}: left out: 1 link from a node to itself (node-0)",
        f"{path}: 1 link with a speed that is no number ('<10') got the default rate",
    )


def test_text_of_gml_in_all_its_forms(tmp_path: Path) -> None:
    path = tmp_path / "net.gml"
    path.write_bytes(
        b'# a remark\nCreator "somebody"\ngraph [\n  node [ id 0 label "Z&#252;rich" graphics [ x 1 y 2 ] ]\n'
        b'  node [ id 1\n    label "Gen\xe8ve\nCornavin" ]\n  edge [ source 0 target 1 note "a ] in it" ]\n]\n'
    )
    topology = read_topology(path)
    assert [one.name for one in topology.nodes] == ["zürich", "genève-cornavin"]
    assert topology.remarks == (f"{path}: not used: of links note (keys names an attribute that is read)",)


@pytest.mark.parametrize(
    ("name", "nodes", "links"),
    [("Abilene", 11, 14), ("AttMpls", 25, 57), ("Cogentco", 197, 245), ("Geant2012", 40, 61), ("Nsfnet", 13, 15)],
)
def test_the_published_networks(published: Path, name: str, nodes: int, links: int) -> None:
    topology = read_topology(published / "topologies" / f"{name}.graphml")
    assert (len(topology.nodes), len(topology.links)) == (nodes, links)


@pytest.mark.slow
def test_the_published_abilene(published: Path) -> None:
    with catenet.Internet() as net:
        routers = net.topology(published / "topologies" / "Abilene.graphml")
        assert routers[7].name == "kansas-city"
        delays = [int(link.wire.forward.delay_ns) for link in net.links.values()]
    assert sum(delays) == pytest.approx(72_200_000, rel=0.05)


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
