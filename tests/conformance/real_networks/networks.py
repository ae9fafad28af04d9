"""The networks of operators, and the oracle: SciPy's distances between all routers, and from these all next hops.

The pictures are topohub's (Topology Zoo, SNDlib, CAIDA, backbones, Gabriel graphs) and those in the folder of published
data.  A picture is only nodes and lines; what a line costs is drawn at random from the picture's name, small, so that
ties are many.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

EVENTS: Final = 20
"""Cuts and heals, one after the other."""


class Picture:
    """A network on paper: ``lines`` are pairs of nodes, which are numbered from 0."""

    def __init__(self, name: str, nodes: int, lines: list[tuple[int, int]]) -> None:
        self.name: Final = name
        self.nodes: Final = nodes
        self.lines: Final = lines

    def costs(self) -> list[int]:
        """What each line costs, the same in both directions."""
        dice = random.Random(f"costs of {self.name}")
        return [dice.choice((1, 1, 2, 3)) for _ in self.lines]


class Weather:
    """Which lines are up: each :meth:`turn` cuts one or heals one."""

    def __init__(self, picture: Picture) -> None:
        self.up = [True] * len(picture.lines)
        self._turns = 0
        self._dice = random.Random(f"weather of {picture.name}")

    def turn(self) -> int:
        """The line that is turned, at random: the first is cut, the second heals it, then each comes half the time."""
        down = [place for place, up in enumerate(self.up) if not up]
        standing = [place for place, up in enumerate(self.up) if up]
        self._turns += 1
        heals = bool(down) and (not standing or self._turns == 2 or self._dice.random() < 0.5)
        place = self._dice.choice(down if heals else standing)
        self.up[place] = heals
        return place


def matrix(picture: Picture, costs: list[int], up: list[bool]) -> Any:
    """The lines that are up, for SciPy; of parallel ones the cheapest counts."""
    cheapest: dict[tuple[int, int], int] = {}
    for (a, b), cost, stands in zip(picture.lines, costs, up, strict=True):
        if stands:
            pair = (min(a, b), max(a, b))
            cheapest[pair] = min(cost, cheapest.get(pair, cost))
    rows, columns = [a for a, _ in cheapest], [b for _, b in cheapest]
    return csr_array((np.array(list(cheapest.values()), float), (rows, columns)), shape=(picture.nodes, picture.nodes))


def all_distances(picture: Picture, costs: list[int], up: list[bool]) -> Any:
    """SciPy's distances between all nodes, infinite where no path leads."""
    return shortest_path(matrix(picture, costs, up), directed=False, method="D")


def distances_near(picture: Picture, costs: list[int], up: list[bool], here: int) -> dict[int, Any]:
    """SciPy's distances from a node and from its neighbours to all nodes."""
    near = sorted({here, *(node for line in picture.lines if here in line for node in line)})
    rows = shortest_path(matrix(picture, costs, up), directed=False, method="D", indices=near)
    return dict(zip(near, rows, strict=True))


def first_lines(picture: Picture, costs: list[int], up: list[bool], distances: Any, here: int) -> list[set[int]]:
    """For each node the lines that the shortest paths to it begin with."""
    found: list[set[int]] = [set() for _ in range(picture.nodes)]
    for place, (a, b) in enumerate(picture.lines):
        if up[place] and here in (a, b):
            across = b if here == a else a
            on_the_way = distances[across] + costs[place] == distances[here]
            for there in np.flatnonzero(on_the_way & np.isfinite(distances[here])):
                found[int(there)].add(place)
    return found


# -- where they come from


def topohub_files(family: str) -> Iterator[tuple[str, Traversable]]:
    """topohub's pictures of a family, by name, in order."""
    yield from _files(resources.files("topohub").joinpath("data", family), family)


def _files(folder: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _files(entry, f"{name}/{entry.name}")
        elif entry.name.endswith(".json"):
            yield f"{name}/{entry.name.removesuffix('.json')}", entry


def stated_sizes(file: Traversable) -> tuple[int, int]:
    """How many nodes one of topohub's pictures has, and how many hops it is across, as its head says."""
    nodes = 0
    with file.open() as opened:
        for line in opened:
            if found := re.match(r'"(nodes|diameter_hops)": *(\d+)', line):
                if found[1] == "diameter_hops":
                    return nodes, int(found[2])
                nodes = int(found[2])
    raise ValueError(f"{file.name} does not say how large it is")


def read_topohub(name: str, file: Traversable) -> Picture:
    """One of topohub's pictures (networkx's node-link form)."""
    read = json.loads(file.read_text())
    numbers = {node["id"]: number for number, node in enumerate(read["nodes"])}
    lines = [(numbers[edge["source"]], numbers[edge["target"]]) for edge in read["edges"]]
    return Picture(name, len(numbers), [(a, b) for a, b in lines if a != b])


def read_graphml(file: Path) -> Picture:
    """A picture of the published data."""
    read = nx.read_graphml(file)
    numbers = {node: number for number, node in enumerate(read.nodes)}
    lines = [(numbers[edge[0]], numbers[edge[1]]) for edge in read.edges]
    return Picture(f"published/{file.stem}", len(numbers), [(a, b) for a, b in lines if a != b])
