"""The algorithms of queue disciplines as their papers and RFCs give them: from times and lengths to decisions.

**Guarantees** to the disciplines: says whether to drop or mark, and what is served next.  **Requires** nothing of the
rooms below; CoDel alone is given the queue from whose head it drops.

- :mod:`.codel`: Controlled Delay (RFC 8289); :mod:`.pie`: the drop probability of PIE (RFC 8033);
- :mod:`.red_average`: the average queue length of RED (Floyd and Jacobson 1993); :mod:`.red_adaptation`: Adaptive RED
  (Floyd, Gummadi and Shenker 2001);
- :mod:`.gps_clock`: the virtual time of generalized processor sharing, for WFQ.
"""
