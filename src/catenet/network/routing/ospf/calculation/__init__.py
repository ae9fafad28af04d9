"""The calculation of OSPF's routing table (RFC 2328 section 16; RFC 3101 section 2.5).

**Guarantees** to OSPF: after each change only the affected routes are calculated (16.5, 16.6), with the result of a
full calculation.  **Requires** of the databases: each LSA that was added or removed; of
:mod:`catenet.network.routing`: shortest paths.

- Read first :mod:`.calculation`: the steps in the RFC's order; :mod:`.topology`: the graph of an area and its tree
  (16.1);
- :mod:`.internal`: intra-area and inter-area routes (16.1, 16.2); :mod:`.external`: AS external routes (16.4);
  :mod:`.asbr_routes`: routes to AS boundary routers; :mod:`.forwarding_address`: external routes by forwarding address;
- :mod:`.areas`: the area data structures; :mod:`.inter_area_lsas`: LSAs of types 3, 4, 5 and 7, by advertising router;
- :mod:`.destinations`: the candidates for each network; :mod:`.routes`: a routing table entry (section 11);
  :mod:`.next_hop_sets`: shared sets of next hops; :mod:`.spf_delay`: the back-off of calculations (RFC 8405).
"""
