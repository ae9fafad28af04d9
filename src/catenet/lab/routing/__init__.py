"""Decides the routes and translations of all routers: automatic, OSPF, RIP, NAT.

**Guarantees** to the builder: every router gets its routes or its routing daemons from what was declared.
**Requires** of the rooms below: the algorithms of :mod:`catenet.network.routing`, the daemons of
:mod:`catenet.host.routing`, forwarding tables.

- Read first :mod:`.shortest_paths`: automatic routes, computed for all nodes and kept up to date;
- :mod:`.graph`: the graph that they are computed on; :mod:`.tables`: the routes of a node, computed when they are
  looked up; :mod:`.link_changes`: the routes that a link's change affects;
- :mod:`.protocols`: the protocols of a router, and the links on which each runs;
- :mod:`.daemons`: the common part of all routing daemons; :mod:`.rip`: routers with RIP; :mod:`.ospf`: routers with
  OSPF; :mod:`.ospf_virtual_links`: its virtual links;
- :mod:`.nat`: routers that translate addresses.
"""
