"""The link state database, and how it is kept equal in all routers (RFC 2328 sections 12.2, 13 and 14).

**Guarantees** to OSPF: every LSA that is newer is installed, flooded and acknowledged; it is sent again until each
neighbour has acknowledged it.  **Requires** of the adjacencies: which neighbours there are, and in which state.

- Read first :mod:`.database`: the LSAs of one area or of the AS, with their ages; :mod:`.scope`: link, area or AS, and
  this router's own LSAs in each;
- :mod:`.ls_update_input`: a link state update arrives (13); :mod:`.flooding`: an LSA is sent on (13.3);
- :mod:`.retransmission`: acknowledgements and retransmissions (13.5 to 13.7); :mod:`.ageing`: LSAs reach MaxAge (14).
"""
