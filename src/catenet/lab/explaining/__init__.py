"""Why packets go from here to there as they do, whatever made the routes: ``Internet.explain``.

**Promises**: :func:`~catenet.lab.explaining.explain.explain_route`, an answer for each node that packets pass: the
route that its forwarding table chose, by which rule, and what the protocol behind it rests that on.  **Asks** of those
below: the tables, databases and machines as they stand; it sends nothing and changes nothing.

- :mod:`~catenet.lab.explaining.explanation`: what is told, as data;
- :mod:`~catenet.lab.explaining.following`: the paths that the tables lead, and where they end;
- :mod:`~catenet.lab.explaining.choosing`: which of a table's routes wins, and why the others do not;
- :mod:`~catenet.lab.explaining.automatic`: the costs that automatic routing weighed;
- :mod:`~catenet.lab.explaining.ospf`, :mod:`~catenet.lab.explaining.ospf_paths`: the LSAs behind a route, and the paths
  that lost; :mod:`~catenet.lab.explaining.rip`: the updates behind a route, and what other neighbours say;
- :mod:`~catenet.lab.explaining.missing`: why there is no route yet;
- :mod:`~catenet.lab.explaining.network`: what of an internet is looked at; :mod:`~catenet.lab.explaining.explain`:
  puts it together.
"""
