"""Why a packet goes one way and not another: what fills the tables of :mod:`catenet.network.forwarding.fib`.

**Promises**: paths and next hops, worked out from a picture of the network, ties included; always the same ones for the
same picture.  **Asks** of those below: nothing; the algorithms are pure, and read no clock.

Read first :mod:`~catenet.network.routing.graph` (the picture) and :mod:`~catenet.network.routing.shortest` (what all
shortest paths from one node are: a directed acyclic graph).  Then one algorithm a file, V nodes and E edges:

====================================================  ======================================  =====================
file                                                  question                                cost
====================================================  ======================================  =====================
:mod:`~catenet.network.routing.dijkstra`              all shortest paths from one node        O((V + E) log V)
:mod:`~catenet.network.routing.reverse_spf`               all nodes' ways to one place            O((V + E) log V)
:mod:`~catenet.network.routing.incremental_spf`               the first, after the network changed    by what has moved
:mod:`~catenet.network.routing.turning`               who sends another way after a change    O((V + E) log V)
:mod:`~catenet.network.routing.bellman_ford`          the first, with edges below 0           O(V E)
:mod:`~catenet.network.routing.floyd_warshall`        one path for each pair of nodes         O(V³)
:mod:`~catenet.network.routing.scipy_distances`                  all distances of a large network        O(V (V + E) log V)
:mod:`~catenet.network.routing.yen`                   the k shortest paths between two        O(k V (V + E) log V)
:mod:`~catenet.network.routing.explain`               why this way, and what else would cost  O(S (V + E) log V)
====================================================  ======================================  =====================

:mod:`~catenet.network.routing.snapshot` is the picture in arrays, for thousands of searches in a row.

:mod:`~catenet.network.routing.rip` is a protocol: routers that find their ways by telling each other.
"""
