"""OSPF version 2 (RFC 2328): each router floods its links, and all compute routes from the same database.

**Guarantees**: a pure protocol that processes packets, link changes and deadlines with the time, and acts through
:mod:`.callbacks` only; :mod:`catenet.host.routing.ospf` is its daemon.  **Requires** of the rooms below: a random
stream and shortest paths.

- Read first :mod:`.lsa` (LSAs, 12.1 and A.4), then :mod:`.database` (LSDB and flooding, 12.2, 13, 14);
- :mod:`.packets` (A.3); :mod:`.adjacency` (interfaces, neighbours, hello, DR, 9 and 10); :mod:`.origination` (this
  router's own LSAs, 12.4); :mod:`.calculation` (the routing table, 16);
- :mod:`.process`: events and timers; :mod:`.router`: what all parts share; :mod:`.area` (6); :mod:`.settings`;
  :mod:`.packet_input` (8.2), :mod:`.packet_output` (8.1), :mod:`.drop_reasons`; :mod:`.virtual_links` (15);
  :mod:`.state_table`: a state machine as a table; :mod:`.tracing`.

Not implemented: point-to-multipoint networks, demand circuits (RFC 1793), graceful restart of this router itself.
"""
