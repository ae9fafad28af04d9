"""GraphML (http://graphml.graphdrawing.org/specification.html): nodes and edges in XML, their attributes by keys."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple
from xml.parsers import expat

from catenet.errors import TopologyError
from catenet.kernel.quoting import quoted
from catenet.lab.files.graph import Graph, GraphEdge, GraphNode, checked, number_of

_NUMBERS: Final = ("int", "long", "float", "double")


class _Key(NamedTuple):
    """A declared attribute: its name, whether its values are numbers, and its domain (node or edge)."""

    name: str
    is_number: bool
    domain: str


class _Open:
    """A node or an edge whose end tag has not been parsed yet."""

    def __init__(self, tag: str, given: dict[str, str], line: int) -> None:
        self.tag: Final = tag
        self.given: Final = given
        self.line: Final = line
        self.attributes: Final[dict[str, str | int | float]] = {}


def read_graphml(path: Path) -> Graph:
    """Parse a GraphML file.  Raises :class:`TopologyError`."""
    return checked(_Reader(path).read())


class _Reader:
    """Handles expat's events without recursion, so that nesting depth has no limit.

    Nested nodes count as nodes.
    """

    def __init__(self, path: Path) -> None:
        self._path: Final = path
        self._nodes: Final[dict[str, GraphNode]] = {}
        self._edges: Final[list[GraphEdge]] = []
        self._keys: Final[dict[str, _Key]] = {}
        self._defaults: Final[dict[str, str]] = {}
        self._open: Final[list[_Open]] = []
        self._directed = False
        self._data = ""
        self._text: list[str] = []
        self._seen_graph = False
        self._declared = ""
        self._parser: Final = expat.ParserCreate(namespace_separator=" ")

    def read(self) -> Graph:
        parser = self._parser
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text_came
        parser.EntityDeclHandler = self._entity
        try:
            with self._path.open("rb") as file:
                parser.ParseFile(file)
        except OSError as error:
            raise TopologyError(f"{self._path}: cannot be read: {error.strerror}") from None
        except (expat.ExpatError, LookupError) as error:
            raise TopologyError(f"{self._path}: not a graphml file that can be read: {error}") from None
        if not self._seen_graph:
            raise TopologyError(f"{self._path}: not a graphml file that can be read: there is no <graph> in it")
        return Graph(self._path, self._nodes, self._edges)

    def _start(self, name: str, given: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "key":
            self._declared = self._given(given, "id", "key")
            is_number = given.get("attr.type", "string") in _NUMBERS
            self._keys[self._declared] = _Key(
                given.get("attr.name", self._declared), is_number, given.get("for", "all")
            )
        elif tag == "graph":
            self._seen_graph = True
            self._directed = given.get("edgedefault", "undirected") == "directed"
        elif tag in ("node", "edge"):
            self._open.append(_Open(tag, given, self._parser.CurrentLineNumber))
        elif tag == "data":
            self._data = self._given(given, "key", "data")
            self._text = []
        elif tag == "default":
            self._text = []

    def _end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "default":
            self._defaults[self._declared] = "".join(self._text).strip()
        elif tag == "data" and self._open:
            if self._data not in self._keys:
                raise self._error(f"<data> has the key {quoted(self._data)}, and no <key> declares it")
            self._set_attribute(self._open[-1], self._data, "".join(self._text).strip())
        elif tag in ("node", "edge"):
            self._close(self._open.pop())

    def _close(self, element: _Open) -> None:
        for key, text in self._defaults.items():
            if self._keys[key].domain in (element.tag, "all") and self._keys[key].name not in element.attributes:
                self._set_attribute(element, key, text)
        if element.tag == "node":
            key = self._given(element.given, "id", "node")
            if key in self._nodes:
                raise self._error(f"a second node has the id {quoted(key)}")
            self._nodes[key] = GraphNode(key, element.attributes, element.line)
            return
        source, target = (self._given(element.given, end, "edge") for end in ("source", "target"))
        directed = element.given.get("directed", "true" if self._directed else "false") in ("true", "1")
        self._edges.append(GraphEdge(source, target, directed, element.attributes, element.line))

    def _set_attribute(self, element: _Open, key: str, text: str) -> None:
        declared = self._keys[key]
        element.attributes[declared.name] = number_of(text) if declared.is_number else text

    def _text_came(self, text: str) -> None:
        self._text.append(text)

    def _entity(self, name: str, *_rest: object) -> None:
        raise self._error(f"it declares the entity {quoted(name)}, which no GraphML file needs")

    def _given(self, given: dict[str, str], attribute: str, tag: str) -> str:
        if attribute not in given:
            raise self._error(f"this <{tag}> has no {attribute}")
        return given[attribute]

    def _error(self, problem: str) -> TopologyError:
        return TopologyError(f"{self._path}:{self._parser.CurrentLineNumber}: {problem}")
