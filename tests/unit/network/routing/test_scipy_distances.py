"""SciPy as the engine of all pairs."""

from __future__ import annotations

import pathlib
import sys

import numpy as np
import pytest
from hypothesis import given

from catenet.network.routing.dijkstra import shortest_paths
from catenet.network.routing.scipy_distances import all_distances
from tests.unit.network.routing.known_graphs import Line, graph_of, lines, published_graph


@pytest.mark.slow
@given(lines(least=0))
def test_it_says_what_dijkstra_says_also_of_parallel_edges_and_of_those_that_cost_nothing(edges: list[Line]) -> None:
    graph = graph_of(edges)
    found = all_distances(graph)
    assert found.dtype == np.int64
    assert found.tolist() == [shortest_paths(graph, source).distances for source in range(len(graph))]


def test_a_published_topology(published: pathlib.Path) -> None:
    graph = published_graph(published, "Cogentco")
    assert all_distances(graph)[5].tolist() == shortest_paths(graph, 5).distances


def test_without_scipy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    with pytest.raises(ModuleNotFoundError, match=r"install catenet\[analysis\]"):
        all_distances(graph_of([(0, 1, 1)]))


def test_what_doubles_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="scale the costs down"):
        all_distances(graph_of([(0, 1, 1 << 52)]))
    with pytest.raises(ValueError, match="must cost 0 or more"):
        all_distances(graph_of([(0, 1, -1)]))
