"""Why packets go from here to there as they do, whatever made the routes: ``Internet.explain``.

**Promises**: :func:`~catenet.lab.probe.explain.explain.explain_route`, an answer for each node that packets pass: the
route that its forwarding table chose, by which rule, and what the protocol behind it rests that on.  **Asks** of those
below: the tables, databases and machines as they stand; it sends nothing and changes nothing.

- :mod:`~catenet.lab.probe.explain.explanation`: what is told, as data;
- :mod:`~catenet.lab.probe.explain.paths`: the paths that the tables lead, and where they end;
- :mod:`~catenet.lab.probe.explain.selection`: which of a table's routes wins, and why the others do not;
- :mod:`~catenet.lab.probe.explain.automatic`: the costs that automatic routing weighed;
- :mod:`~catenet.lab.probe.explain.ospf`, :mod:`~catenet.lab.probe.explain.ospf_paths`: the LSAs behind a route, and the paths
  that lost; :mod:`~catenet.lab.probe.explain.rip`: the updates behind a route, and what other neighbours say;
- :mod:`~catenet.lab.probe.explain.missing`: why there is no route yet;
- :mod:`~catenet.lab.probe.explain.network`: what of an internet is looked at; :mod:`~catenet.lab.probe.explain.explain`:
  puts it together.
"""
