"""Interfaces and neighbours of OSPF: from the first hello to full adjacency (RFC 2328 sections 9 and 10).

**Guarantees** to the rest of OSPF: each neighbour's state, and adjacencies with equal databases.  **Requires** of it:
sending of packets, a database, and new instances of own LSAs that a change of state affects.

- Read first the two state tables, :mod:`.interface` (9.3) and :mod:`.neighbour` (10.3); :mod:`.transitions`: their
  actions; :mod:`.timers`: what is due; :mod:`.inactivity_timer`: a neighbour that is not heard is dead;
- :mod:`.hello`: hello packets sent and received (9.5, 10.5); :mod:`.designated_router`: the election of DR and BDR
  (9.4);
- :mod:`.database_exchange`: database description packets (10.6, 10.8); :mod:`.ls_request`: link state requests (10.7,
  10.9);
- :mod:`.graceful_restart_helper`: helps a neighbour that restarts (RFC 3623 section 3).
"""
