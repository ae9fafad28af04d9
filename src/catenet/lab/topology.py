"""Topologies from files: GraphML and GML, as the Internet Topology Zoo writes them.

What is read of a node: ``label``, ``Latitude``, ``Longitude`` (degrees).  Of a link: ``LinkSpeedRaw``
(bit/s), or ``LinkSpeed`` with ``LinkSpeedUnits`` (``K``, ``M``, ``G``, ``T``); and, for files of one's own,
``rate``, ``delay`` and ``length`` written as in a scenario (``"10Gbit/s"``, ``"14ms"``, ``"1200km"``).

A node's name is its label in lower case with hyphens (``"Kansas City"`` is ``kansas-city``); a label that
another node has already gets ``-2``, ``-3`` ...; a node without a label is ``node-`` and its id.

What a file leaves out: a link without a speed gets the default rate; one without delay and length gets the
great circle between its ends at two thirds of the speed of light.  If an end has no coordinates either,
the default delay; if there is none, building stops with an error that names the node.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from catenet.kernel.quantity import QuantityError, duration_ns, length_m, rate_bit_s
from catenet.lab.errors import TopologyError
from catenet.lab.geography import Position, check_position, fibre_delay_ns, great_circle_m

DEFAULT_RATE: Final = "10Gbit/s"
"""The rate of a link whose file states no speed."""

_UNITS: Final = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


@dataclass(frozen=True, slots=True)
class TopologyNode:
    """A place in a topology, to become a router."""

    name: str
    label: str
    position: Position | None


@dataclass(frozen=True, slots=True)
class TopologyLink:
    """A line of a topology.  ``None`` where the file is silent."""

    a: TopologyNode
    b: TopologyNode
    rate_bit_s: int | None
    delay_ns: int | None


@dataclass(frozen=True, slots=True)
class Topology:
    """What a file says, in the file's order."""

    path: Path
    nodes: tuple[TopologyNode, ...]
    links: tuple[TopologyLink, ...]


def read_topology(path: str | Path) -> Topology:
    """Read a GraphML or GML file.  Raises :class:`TopologyError` if it is missing or cannot be understood."""
    path = Path(path)
    graph = _read_graph(path)
    names: dict[str, int] = {}
    nodes: dict[Any, TopologyNode] = {}
    for key, data in graph.nodes(data=True):
        label = _label(data)
        nodes[key] = TopologyNode(
            _unique(_slug(label) or f"node-{_slug(str(key))}", names), label, _position(path, key, data)
        )
    links = []
    for here, there, data in graph.edges(data=True):
        if here == there:
            raise TopologyError(f"{path}: a link leads from {nodes[here].name} to itself; leave it out")
        links.append(_link(path, nodes[here], nodes[there], data))
    if not nodes:
        raise TopologyError(f"{path}: holds no node")
    return Topology(path, tuple(nodes.values()), tuple(links))


def link_delay_ns(link: TopologyLink, default_delay_ns: int | None) -> int:
    """The link's delay: its own, else by the great circle, else the default.

    Raises :class:`TopologyError`, naming the node that lacks coordinates, if there is none of the three.
    """
    if link.delay_ns is not None:
        return link.delay_ns
    if link.a.position is not None and link.b.position is not None:
        return fibre_delay_ns(great_circle_m(link.a.position, link.b.position))
    if default_delay_ns is not None:
        return default_delay_ns
    lacking = link.a if link.a.position is None else link.b
    raise TopologyError(
        f"the link {link.a.name} - {link.b.name} needs a length, and the node {lacking.name} has no coordinates; "
        f'give the topology a default, such as delay = "5ms", or the node a latitude and a longitude'
    )


def _read_graph(path: Path) -> Any:
    if not path.is_file():
        raise TopologyError(f"{path}: there is no such topology file")
    try:
        import networkx as nx
    except ModuleNotFoundError:
        raise TopologyError(f"{path}: GraphML and GML are read by networkx; install catenet[topology]") from None
    suffix = path.suffix.lower()
    try:
        if suffix == ".graphml":
            graph = nx.read_graphml(path)
        elif suffix == ".gml":
            graph = nx.read_gml(path, label="id")
        else:
            raise TopologyError(
                f"{path}: a topology is a .graphml, .gml or .toml file, not {suffix or 'one without suffix'}"
            )
    except TopologyError:
        raise
    except Exception as error:  # what a parser raises on a broken file is not in networkx's contract
        raise TopologyError(f"{path}: not a {suffix[1:]} file that can be read: {error}") from error
    return graph.to_undirected() if graph.is_directed() else graph


def _label(data: dict[str, Any]) -> str:
    label = str(data.get("label", "")).strip()
    return "" if label == "None" else label


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def node_name(label: str) -> str:
    """The name that a label gives: ``"Kansas City"`` is ``"kansas-city"``."""
    return _slug(label)


def _unique(name: str, names: dict[str, int]) -> str:
    count = names.get(name, 0) + 1
    names[name] = count
    return name if count == 1 else _unique(f"{name}-{count}", names)


def _position(path: Path, key: object, data: dict[str, Any]) -> Position | None:
    if "Latitude" not in data or "Longitude" not in data:
        return None
    try:
        return check_position((float(data["Latitude"]), float(data["Longitude"])))
    except (TypeError, ValueError) as error:
        raise TopologyError(f"{path}: node {key}: {error}") from error


def _link(path: Path, a: TopologyNode, b: TopologyNode, data: dict[str, Any]) -> TopologyLink:
    try:
        delay: int | None = None
        if "delay" in data:
            delay = duration_ns(data["delay"])
        elif "length" in data:
            delay = fibre_delay_ns(length_m(data["length"]))
        return TopologyLink(a, b, _rate(data), delay)
    except QuantityError as error:
        raise TopologyError(f"{path}: link {a.name} - {b.name}: {error}") from error


def _rate(data: dict[str, Any]) -> int | None:
    if "rate" in data:
        return rate_bit_s(data["rate"])
    try:
        if "LinkSpeedRaw" in data:
            return round(float(data["LinkSpeedRaw"])) or None
        if "LinkSpeed" in data:
            unit = str(data.get("LinkSpeedUnits", "")).strip().upper()[:1]
            return round(float(data["LinkSpeed"]) * _UNITS[unit]) or None
    except (TypeError, ValueError, KeyError):
        return None  # the Zoo's free text, such as "1-20" or "<10": as good as silent
    return None
