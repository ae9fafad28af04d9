"""GML, as M. Himsolt defined it (1997): keys, each with a number, a string or a list in brackets.

Where the definition is open, this parser does as other programs do: an edge may be repeated, with or without
``multigraph 1``; an id may be a number or a string; strings may contain character references such as ``&#252;`` and
line breaks.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Final, NamedTuple

from catenet.errors import TopologyError
from catenet.kernel.quoting import quoted
from catenet.lab.files.graph import Graph, GraphEdge, GraphNode, checked, number_of, read_text

_TOKEN: Final = re.compile(r"\s+|#[^\n]*|(?P<bracket>[\[\]])|\"(?P<text>[^\"]*)\"|(?P<word>[^\s\[\]\"]+)")
_KEY: Final = re.compile(r"[A-Za-z_][\w.:-]*")


class Pair(NamedTuple):
    """A key with its value, and the line of the key."""

    key: str
    value: str | int | float | list[Pair]
    line: int


def read_gml(path: Path) -> Graph:
    """Parse a GML file.  Raises :class:`TopologyError`."""
    found = [pair for pair in _pairs(path, read_text(path)) if pair.key == "graph"]
    if len(found) != 1 or not isinstance(found[0].value, list):
        raise TopologyError(f"{path}: a GML file holds one graph, graph [ ... ]; this one has {len(found)}")
    graph = found[0].value
    directed = any(pair.key == "directed" and pair.value in (1, "1") for pair in graph)
    nodes: dict[str, GraphNode] = {}
    edges: list[GraphEdge] = []
    for pair in graph:
        if pair.key == "node":
            node = _node(path, pair)
            if node.key in nodes:
                raise TopologyError(f"{path}:{node.line}: a second node has the id {quoted(node.key)}")
            nodes[node.key] = node
        elif pair.key == "edge":
            edges.append(_edge(path, pair, directed))
    return checked(Graph(path, nodes, edges))


def _node(path: Path, pair: Pair) -> GraphNode:
    attributes = _attributes(path, pair)
    return GraphNode(_taken(path, pair, attributes, "id"), attributes, pair.line)


def _edge(path: Path, pair: Pair, directed: bool) -> GraphEdge:
    attributes = _attributes(path, pair)
    source, target = (_taken(path, pair, attributes, key) for key in ("source", "target"))
    return GraphEdge(source, target, directed, attributes, pair.line)


def _attributes(path: Path, pair: Pair) -> dict[str, str | int | float]:
    """The scalar attributes; lists only describe how a node is drawn."""
    if not isinstance(pair.value, list):
        raise TopologyError(f"{path}:{pair.line}: {pair.key} is a list, {pair.key} [ ... ], not {quoted(pair.value)}")
    return {own.key: own.value for own in pair.value if not isinstance(own.value, list)}


def _taken(path: Path, pair: Pair, attributes: dict[str, str | int | float], key: str) -> str:
    if key not in attributes:
        raise TopologyError(f"{path}:{pair.line}: this {pair.key} has no {key}")
    return str(attributes.pop(key))


def _pairs(path: Path, text: str) -> list[Pair]:
    """All key-value pairs of the file, with nested lists."""
    top: list[Pair] = []
    open_lists: list[list[Pair]] = [top]
    key, line, place = "", 1, 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise TopologyError(f"{path}:{line}: a text begins with a quotation mark and does not end")
        word, closes = match["word"], match["bracket"] == "]"
        if closes and (key or len(open_lists) == 1):
            raise TopologyError(f"{path}:{line}: not GML: ']' where {'a value' if key else 'a key'} was expected")
        if closes:
            open_lists.pop()
        elif match["bracket"] and key:
            inner: list[Pair] = []
            open_lists[-1].append(Pair(key, inner, line))
            open_lists.append(inner)
            key = ""
        elif match["text"] is not None and key:
            open_lists[-1].append(Pair(key, html.unescape(" ".join(match["text"].split("\n"))), line))
            key = ""
        elif word is not None and key:
            open_lists[-1].append(Pair(key, number_of(word), line))
            key = ""
        elif word is not None and _KEY.fullmatch(word):
            key = word
        elif not match[0].isspace() and not match[0].startswith("#"):
            raise TopologyError(f"{path}:{line}: not GML: {quoted(match[0])} where a key was expected")
        line += match[0].count("\n")
        place = match.end()
    if key or len(open_lists) > 1:
        wanted = f"the value of {key}" if key else "a closing ']'"
        raise TopologyError(f"{path}:{line}: not GML: the file ends before {wanted}")
    return top
