"""Why a packet goes one way and not another: what fills the tables of :mod:`catenet.network.fib`.

**Promises**: next hops, worked out from a picture of the network.  **Asks** of those below: nothing; what is
here is pure.  :mod:`~catenet.network.routing.shortest` finds shortest paths in a graph.
"""
