"""Explains why packets go from here to there as they do, whatever made the routes: ``Internet.explain``.

**Promises**: for each node on the path, the route that its forwarding table chose, by which rule, and what the protocol
behind it bases that on.  **Asks** of those below: tables and databases as they stand; nothing is sent or changed.

- Read first :mod:`.explanation`: the answer, as data; :mod:`.explain`: puts it together, from a :mod:`.network`;
- :mod:`.paths`: the paths by the forwarding tables, and where they end; :mod:`.selection`: which route of a table wins,
  and why;
- :mod:`.automatic`: the costs that automatic routing compared; :mod:`.rip`: the updates behind a RIP route;
- :mod:`.ospf`: the LSAs behind an OSPF route; :mod:`.ospf_paths`: the paths that lost (RFC 2328 section 16);
- :mod:`.missing`: why a node has no route.
"""
