"""Explains why packets take their path, with any kind of routes: ``Internet.explain``.

**Guarantees**: for each node on the path, the route that its forwarding table chose, by which rule, and the protocol's
information behind it.  **Requires** of the rooms below: the present tables and databases; nothing is sent or changed.

- Read first :mod:`.explanation`: the result as data; :mod:`.explain`: builds it from a :mod:`.network`;
- :mod:`.paths`: the paths by the forwarding tables, and where they end; :mod:`.selection`: which route of a table
  wins, and why;
- :mod:`.automatic`: the costs that automatic routing compared; :mod:`.rip`: the updates behind a RIP route;
- :mod:`.ospf`: the LSAs behind an OSPF route; :mod:`.ospf_paths`: the paths that lost (RFC 2328 section 16);
- :mod:`.missing`: why a node has no route.
"""
