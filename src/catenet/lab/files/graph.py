"""A graph as parsed from a file: nodes and edges with unvalidated attributes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from catenet.errors import TopologyError
from catenet.kernel.quoting import quoted

Attributes = Mapping[str, str | int | float]


class GraphNode(NamedTuple):
    """A node: its key, to which edges refer, its attributes, and its line in the file."""

    key: str
    attributes: Attributes
    line: int


class GraphEdge(NamedTuple):
    """An edge between two nodes by their keys; ``directed`` if it describes one direction only."""

    source: str
    target: str
    directed: bool
    attributes: Attributes
    line: int


class Graph(NamedTuple):
    """A graph in the order of its file."""

    path: Path
    nodes: dict[str, GraphNode]
    edges: list[GraphEdge]


def read_text(path: Path) -> str:
    """The text of a file: UTF-8, or else Latin-1 as in GML's definition.  Raises :class:`TopologyError`."""
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise TopologyError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def checked(graph: Graph) -> Graph:
    """Return the graph.  Raises :class:`TopologyError` if an edge refers to an undeclared node."""
    for edge in graph.edges:
        for end in (edge.source, edge.target):
            if end not in graph.nodes:
                raise TopologyError(f"{graph.path}:{edge.line}: an edge leads to {quoted(end)}, which is not a node")
    return graph


def number_of(text: str) -> str | int | float:
    """The text converted to a number if it is one, else unchanged."""
    if len(text) <= 100:
        for read in (int, float):
            try:
                return read(text)
            except ValueError:
                continue
    return text
