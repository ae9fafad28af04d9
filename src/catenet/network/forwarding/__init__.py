"""Finds the next hop and the source address for a destination.

**Guarantees** to the stack: the route with the longest prefix that is usable now, with all next hops of equal cost; a
flow keeps its next hop while the table does not change.  **Requires** of whoever sets routes
(:mod:`catenet.network.configuration`, routing daemons): the routes, each with its metric.

- Read first :mod:`.route`, then :mod:`.route_selection`: which route is used (RFC 1812 5.2.4), and :mod:`.fib`: the
  table, routes computed on demand, and observers of changes;
- :mod:`.prefix_index`: longest-prefix match in large tables;
- :mod:`.destination_cache`: cached results per address (RFC 4861 5.1), and the choice among equal-cost paths;
- :mod:`.source_selection`: the source address for a destination (RFC 6724 section 5, RFC 1122 3.3.4.3).
"""
