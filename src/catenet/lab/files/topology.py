"""Topologies from GraphML and GML files of the Internet Topology Zoo and similar sources.

:data:`NODE_KEYS` and :data:`LINK_KEYS` list the attributes that are read, and ``docs/scenario.md`` describes them: a
node's label and coordinates, and every link option of a scenario under the same name.  ``keys`` maps them to a file's
own names, as in ``{"rate": "bw"}``.  Names are not case-sensitive.

A node's name is its label in lower case with hyphens (``"Kansas City"`` is ``kansas-city``), in the script of the
file; a label already in use gets ``-2``, ``-3`` ...; a node without a label is ``node-`` and its id.

In a directed graph, the first edge from a to b and the first from b to a form one link with two directions, and so on.
A link without a speed gets the default rate.  A link without delay and length gets the delay of light at two thirds of
its speed along the great circle between its ends.  If an end has no coordinates, the link gets the default delay;
without a default, an error names the node.

The logger ``catenet.lab`` warns once of the nodes and edges that are left out and of the attributes that are not used.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from catenet.errors import LabError, TopologyError, did_you_mean
from catenet.kernel.quoting import quoted
from catenet.lab.files.gml import read_gml
from catenet.lab.files.graph import Graph, GraphEdge, GraphNode, number_of
from catenet.lab.files.graphml import read_graphml
from catenet.lab.model.geography import Position, check_position, fibre_delay_ns, great_circle_m
from catenet.lab.model.names import check_name, fold, name_of_label, shortened, unique_name
from catenet.lab.options.link import LINK_OPTIONS, parse_options

if TYPE_CHECKING:
    from catenet.lab.model.nodes import Router
    from catenet.lab.world.builder import Builder

DEFAULT_RATE_BIT_S: Final = 10_000_000_000
"""The rate of a link whose file states no speed."""

_ALIASES: Final = {"rate": "bandwidth", "delay": "latency"}
"""Names that other programs use, each with a unit of its own."""
_UNITS_OF: Final = {"rate": ("bit/s", "100Mbit/s"), "delay": ("seconds", "12ms")}
NODE_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "label": ("label", "name"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "lng"),
}
LINK_KEYS: Final[dict[str, tuple[str, ...]]] = {
    option: (option, _ALIASES[option]) if option in _ALIASES else (option,)
    for option in LINK_OPTIONS
    if option not in ("back", "ospf")
}
"""For each property, the attributes from which it is read; the first one present is used."""
SPEED_KEYS: Final = ("linkspeedraw", "linkspeed", "linkspeedunits")
"""The Topology Zoo's: bit/s, or a number and ``K``, ``M``, ``G`` or ``T``."""
DESCRIPTIONS: Final = (
    *("id", "type", "country", "internal", "hyperedge", "doubted", "description", "x", "y", "key"),
    *("geocode_append", "geocode_country", "geocode_id", "geocode_name"),
    *("label", "linklabel", "linknote", "linktype", "linkstatus"),
)
"""Attributes of the Topology Zoo that do not affect how a network behaves."""

_UNITS: Final = {"": "bit/s", "K": "kbit/s", "M": "Mbit/s", "G": "Gbit/s", "T": "Tbit/s"}
_LOG: Final = logging.getLogger("catenet.lab")


@dataclass(frozen=True, slots=True)
class TopologyNode:
    """A node of a topology, which becomes a router."""

    name: str
    label: str
    position: Position | None


@dataclass(frozen=True, slots=True)
class TopologyLink:
    """An edge of a topology: the link options that the file states, parsed.

    ``back`` are those of the direction from ``b`` to ``a`` of a directed graph; None if the file has none.
    """

    a: TopologyNode
    b: TopologyNode
    options: dict[str, Any]
    back: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Topology:
    """The nodes and links of a file in the file's order, and warnings, line by line."""

    path: Path
    nodes: tuple[TopologyNode, ...]
    links: tuple[TopologyLink, ...]
    remarks: tuple[str, ...]


def read_topology(path: str | Path, keys: Mapping[str, str] | None = None) -> Topology:
    """Read a GraphML or GML file.  Raises :class:`TopologyError` if it is missing or cannot be parsed."""
    path = Path(path)
    reading = _TopologyBuilder(_read_graph(path), _chosen(path, keys or {}), keys or {})
    topology = Topology(path, tuple(reading.nodes.values()), tuple(reading.links()), tuple(reading.remarks()))
    for remark in topology.remarks:
        _LOG.warning("%s", remark)
    return topology


def lay_topology(
    net: Builder,
    path: Path,
    routing: str,
    rip: Mapping[str, Any] | None,
    ospf: Mapping[str, Any] | None,
    keys: Mapping[str, str],
    options: Mapping[str, Any],
) -> tuple[Router, ...]:
    """Build the routers and links of a file; see :meth:`~catenet.internet.Internet.topology`.  Options are parsed."""
    if path.suffix.lower() == ".toml":
        from catenet.lab.files.network import lay_network_of

        if routing != "auto":
            raise LabError(f"topology {path}: a TOML file gives the routing of each router; set it there")
        if keys:
            raise LabError(f"topology {path}: keys are for GraphML and GML; TOML has the names of a scenario")
        return lay_network_of(net, path, dict(options), {"rip": dict(rip or {}), "ospf": dict(ospf or {})})
    topology = read_topology(path, keys)
    routers = {
        node.name: net.router(node.name, routing=routing, position=node.position, rip=rip, ospf=ospf)
        for node in topology.nodes
    }
    for line in topology.links:
        net.link(routers[line.a.name], routers[line.b.name], options=link_options(line, options))
    return tuple(routers.values())


def link_options(link: TopologyLink, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The options of :meth:`~catenet.internet.Internet.link` for a link: the file's merged over the defaults.

    Raises :class:`TopologyError`, naming the node without coordinates, if the delay cannot be determined.
    """
    options = _direction(link, link.options, defaults)
    if link.back is None:
        return options
    back = _direction(link, link.back, {**defaults, **defaults.get("back", {})})
    differing = {key: value for key, value in back.items() if options.get(key) != value and key not in ("back", "mtu")}
    if "length" in differing:
        differing["delay"] = fibre_delay_ns(differing.pop("length"))
    return {**options, **({"back": differing} if differing else {})}


def _direction(link: TopologyLink, given: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    options = {"rate": DEFAULT_RATE_BIT_S, **defaults, **given}
    if "length" in given:
        options.pop("delay", None)
    elif "delay" in given:
        options.pop("length", None)
    elif link.a.position is not None and link.b.position is not None:
        options["delay"] = fibre_delay_ns(great_circle_m(link.a.position, link.b.position))
        options.pop("length", None)
    elif "delay" not in options and "length" not in options:
        lacking = link.a if link.a.position is None else link.b
        raise TopologyError(
            f"the link {link.a.name} - {link.b.name} needs a length, and the node {lacking.name} has no coordinates; "
            f'give the topology a default, such as delay = "5ms", or the node a latitude and a longitude'
        )
    return options


def _read_graph(path: Path) -> Graph:
    if not path.is_file():
        raise TopologyError(f"{path}: there is no such topology file")
    suffix = path.suffix.lower()
    if suffix not in (".graphml", ".gml"):
        raise TopologyError(
            f"{path}: a topology is a .graphml, .gml or .toml file, not {suffix or 'one without suffix'}"
        )
    graph = read_graphml(path) if suffix == ".graphml" else read_gml(path)
    if not graph.nodes:
        raise TopologyError(f"{path}: holds no node")
    return graph


def _chosen(path: Path, keys: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """For each property, the attributes of the file, in lower case."""
    known = {**NODE_KEYS, **LINK_KEYS}
    for option, attribute in keys.items():
        if option not in known:
            raise TopologyError(f"{path}: keys: nothing called {option!r} is read{did_you_mean(str(option), known)}")
        if not isinstance(attribute, str):
            raise TopologyError(f"{path}: keys: {option} is the name of an attribute, not {quoted(attribute)}")
    return {**known, **{option: (attribute.lower(),) for option, attribute in keys.items()}}


class _TopologyBuilder:
    """Converts one file to a topology, and collects the warnings."""

    def __init__(self, graph: Graph, chosen: Mapping[str, tuple[str, ...]], own_keys: Mapping[str, str]) -> None:
        self._graph: Final = graph
        self._chosen: Final = chosen
        self._own_keys: Final = own_keys
        self._unused: Final[dict[str, dict[str, None]]] = {"nodes": {}, "links": {}}
        self._renamed: Final[list[str]] = []
        self._wordy: Final[list[str]] = []
        self._loops: Final[list[str]] = []
        self._single = 0
        self.nodes: Final[dict[str, TopologyNode]] = {}
        taken: set[str] = set()
        for node in graph.nodes.values():
            given = self._given(node, NODE_KEYS, "nodes")
            label = _text(given.get("label"))
            wanted = name_of_label(label)
            fitting = self._fitting(wanted, node.key)
            name = unique_name(fitting, lambda name: fold(name) in taken)
            if label and fitting != wanted:
                self._renamed.append(f"{quoted(label)} is {name}")
            taken.add(fold(name))
            self.nodes[node.key] = TopologyNode(name, label, self._position(given, name, node.line))

    def links(self) -> list[TopologyLink]:
        """The links: undirected edges one by one, directed ones in pairs."""
        found: list[TopologyLink] = []
        alone: dict[tuple[str, str], list[int]] = {}
        for edge in self._graph.edges:
            if edge.source == edge.target:
                self._loops.append(self.nodes[edge.source].name)
                continue
            options = self._options(edge)
            waiting = alone.get((edge.target, edge.source)) if edge.directed else None
            if waiting:
                place = waiting.pop(0)
                there = found[place]
                found[place] = TopologyLink(there.a, there.b, there.options, options)
                continue
            if edge.directed:
                alone.setdefault((edge.source, edge.target), []).append(len(found))
            found.append(TopologyLink(self.nodes[edge.source], self.nodes[edge.target], options))
        self._single = sum(len(places) for places in alone.values())
        return found

    def remarks(self) -> list[str]:
        """The warnings, one per line."""
        path, said = self._graph.path, []
        if self._loops:
            said.append(f"left out: {_counted(self._loops, 'link')} from a node to itself ({_some(self._loops)})")
        if self._renamed:
            said.append(f"labels that cannot be names: {_some(self._renamed)}")
        if self._single:
            said.append(f"{self._single} edges lead one way only, and became links that are alike both ways")
        if self._wordy:
            said.append(
                f"{_counted(self._wordy, 'link')} with a speed that is no number ({_some(self._wordy)}) "
                f"got the default rate"
            )
        unused = [f"of {what} {_some(list(names))}" for what, names in self._unused.items() if names]
        if unused:
            said.append(f"not used: {'; '.join(unused)} (keys names an attribute that is read)")
        return [f"{path}: {line}" for line in said]

    def _given(self, of: GraphNode | GraphEdge, known: Mapping[str, Any], what: str) -> dict[str, Any]:
        """The properties of a node or an edge; attributes that are not read are recorded."""
        folded: dict[str, Any] = {key.lower(): value for key, value in of.attributes.items()}
        found = {}
        for option in known:
            for name in self._chosen[option]:
                if name in folded:
                    found[option] = folded.pop(name)
                    if name == _ALIASES.get(option) and option not in self._own_keys:
                        self._check_unit(option, name, found[option], of.line)
                    break
        self._unused[what].update(
            dict.fromkeys(name for name in folded if name not in DESCRIPTIONS and name not in SPEED_KEYS)
        )
        return found

    def _check_unit(self, option: str, name: str, value: object, line: int) -> None:
        """Reject a number without unit under a name for which other programs use different units."""
        if not isinstance(value, str):
            base, example = _UNITS_OF[option]
            raise TopologyError(
                f'{self._graph.path}:{line}: {name} is {value}, without a unit; write it like "{example}", or, if it '
                f'is in {base}, say keys = {{ {option} = "{name}" }}'
            )

    def _fitting(self, wanted: str, key: str) -> str:
        """A valid name: from the label, else from the node's id."""
        for name in (wanted, shortened(wanted), shortened(name_of_label(f"node-{wanted or key}"))):
            if _can_be(name):
                return name
        return f"node-{len(self.nodes)}"

    def _position(self, given: Mapping[str, Any], name: str, line: int) -> Position | None:
        if "latitude" not in given or "longitude" not in given:
            return None
        try:
            return check_position((_degrees(given["latitude"]), _degrees(given["longitude"])))
        except LabError as error:
            raise TopologyError(f"{self._graph.path}:{line}: node {name}: {error}") from error

    def _options(self, edge: GraphEdge) -> dict[str, Any]:
        owner = f"link {self.nodes[edge.source].name} - {self.nodes[edge.target].name}"
        given = self._given(edge, LINK_KEYS, "links")
        try:
            if isinstance(given.get("cost"), str):
                given["cost"] = number_of(given["cost"])
            if "delay" in given:
                given.pop("length", None)
            if "rate" not in given:
                given.update(self._speed({key.lower(): value for key, value in edge.attributes.items()}, owner))
            return parse_options(given, LINK_OPTIONS, owner)
        except ValueError as error:
            raise TopologyError(f"{self._graph.path}:{edge.line}: {error}") from error

    def _speed(self, attributes: Mapping[str, Any], owner: str) -> dict[str, str]:
        """The rate by the Topology Zoo's attributes; None if the speed is 0 or free text, such as ``"1-20"``."""
        text, unit = str(attributes.get("linkspeed", "")), _text(attributes.get("linkspeedunits")).upper()[:1]
        if "linkspeedraw" in attributes:
            text, unit = str(attributes["linkspeedraw"]), ""
            if not _is_number(text):
                raise LabError(f"{owner}: LinkSpeedRaw is a number of bit/s, such as 1000000000.0, not {quoted(text)}")
        elif (text and not _is_number(text)) or unit not in _UNITS:
            self._wordy.append(quoted(f"{text}{unit}"))
            return {}
        if not text or (_is_number(text) and float(text) == 0):
            return {}
        return {"rate": f"{text} {_UNITS[unit]}"}


def _degrees(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        raise LabError(f"{quoted(value)} is not a number of degrees") from None


def _text(value: object) -> str:
    text = "" if value is None else str(value).strip()
    return "" if text == "None" else text


def _is_number(text: str) -> bool:
    try:
        return 0 <= float(text) < float("inf")
    except ValueError:
        return False


def _can_be(name: str) -> bool:
    try:
        return bool(check_name(name))
    except LabError:
        return False


def _counted(things: list[str], what: str) -> str:
    return f"{len(things)} {what}{'s' if len(things) != 1 else ''}"


def _some(things: list[str]) -> str:
    return ", ".join(things[:6]) + (f" and {len(things) - 6} more" if len(things) > 6 else "")
