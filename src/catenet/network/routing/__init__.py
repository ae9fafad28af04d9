"""Shortest paths, and the routing protocols RIP and OSPF.

**Guarantees** to the rooms above: paths and next hops of a graph, ties included; equal graphs give equal results.
**Requires** nothing from the rooms below; the algorithms are pure and read no clock.  Each file states its complexity.

- Read first :mod:`.graph` (nodes, edges, costs), then :mod:`.shortest` (all shortest paths from one node, a DAG);
- from one node: :mod:`.dijkstra`; :mod:`.bellman_ford` (negative costs, too); :mod:`.incremental_spf` (follows
  changes);
- to one node: :mod:`.reverse_spf`; :mod:`.next_hop_changes`: which nodes change their next hop after a change;
- all pairs: :mod:`.floyd_warshall`; :mod:`.scipy_distances` (large networks); :mod:`.snapshot`: a graph in arrays, for
  thousands of searches;
- :mod:`.yen`: the k shortest paths; :mod:`.explain`: the reasons for a path, and the costs of the alternatives;
- :mod:`.rip`: RIPv2 (RFC 2453); :mod:`.ospf`: OSPFv2 (RFC 2328); :mod:`.process`: their common base, which
  :mod:`catenet.host.routing` runs.
"""
