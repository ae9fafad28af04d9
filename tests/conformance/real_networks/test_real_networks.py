"""On the networks of operators, tables are SciPy's shortest paths with all ties, also after each of 20 cuts and heals.

Three ways, from the cheapest to the dearest: OSPF's calculation alone, by some routers of every picture; OSPF in the
lab, packet by packet, by all routers of a picture; RIP likewise, where it reaches that far.  A share runs with every
test; all of them with the marker ``long``.
"""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

import pytest

from .calculating import calculate_through
from .lab import FARTHEST, live_through
from .networks import EVENTS, Picture, read_graphml, read_topohub, stated_sizes, topohub_files

pytestmark = pytest.mark.timeout(1200)
PUBLISHED: Final = ("Abilene", "AttMpls", "Cogentco", "Geant2012", "Nsfnet", "Sinet")
FAMILIES: Final = ("topozoo", "sndlib", "caida", "backbone", "gabriel")
FILES: Final = {name: file for family in FAMILIES for name, file in topohub_files(family)}
SIZES: Final = {name: stated_sizes(file) for name, file in FILES.items()}
ROUTERS_THAT_CALCULATE: Final = 4

MAX_NODES: Final = 200
"""Larger pictures are calculated, but not lived through packet by packet."""
MANY_RIP_NODES: Final = 60
"""In larger pictures RIP lives through one cut and one heal: each update tells of every line to every neighbour."""

CALCULATED: Final = [name for name in FILES if name.startswith(("sndlib/", "topozoo/A", "topozoo/B"))]
OSPF_SHARE: Final = [
    "sndlib/abilene", "sndlib/polska", "sndlib/dfn-gwin", "sndlib/atlanta", "topozoo/Aarnet", "topozoo/Claranet",
    "topozoo/Renater2004", "topozoo/Sprint", "gabriel/15/3", "gabriel/25/0", "caida/2024-08/1213",
]  # fmt: skip
RIP_SHARE: Final = ["sndlib/abilene", "topozoo/Claranet", "gabriel/10/1"]


def rest(names: list[str], share: list[str]) -> list[Any]:
    """The share, and with the marker ``long`` all the others."""
    return [*share, *(pytest.param(name, marks=pytest.mark.long) for name in names if name not in share)]


def picture(name: str) -> Picture:
    file: Traversable = FILES[name]
    return read_topohub(name, file)


def up_to(most_nodes: int, most_hops: int = 1000) -> list[str]:
    return [name for name, (nodes, hops) in SIZES.items() if nodes <= most_nodes and hops <= most_hops]


@pytest.mark.parametrize("name", rest(list(FILES), CALCULATED))
def test_ospf_calculates_the_shortest_paths(name: str) -> None:
    calculate_through(picture(name), ROUTERS_THAT_CALCULATE)


@pytest.mark.parametrize("name", rest(up_to(MAX_NODES), OSPF_SHARE))
def test_ospf_finds_the_shortest_paths(name: str) -> None:
    live_through(picture(name), "ospf")


@pytest.mark.parametrize("name", rest(up_to(MAX_NODES, FARTHEST), RIP_SHARE))
def test_rip_finds_the_shortest_paths(name: str) -> None:
    drawn = picture(name)
    live_through(drawn, "rip", EVENTS if drawn.nodes <= MANY_RIP_NODES else 2)


@pytest.mark.parametrize("name", rest(list(PUBLISHED), ["Abilene", "Nsfnet"]))
def test_ospf_finds_the_shortest_paths_on_published_data(published: Path, name: str) -> None:
    live_through(read_graphml(published / "topologies" / f"{name}.graphml"), "ospf")


@pytest.mark.parametrize("name", PUBLISHED)
def test_ospf_calculates_the_shortest_paths_on_published_data(published: Path, name: str) -> None:
    calculate_through(read_graphml(published / "topologies" / f"{name}.graphml"), ROUTERS_THAT_CALCULATE)
