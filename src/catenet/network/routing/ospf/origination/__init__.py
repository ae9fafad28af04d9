"""The LSAs that this router originates (RFC 2328 section 12.4), and how often.

**Guarantees** to OSPF: after each event and each calculation the router's LSAs say what is true now; nothing is sent
that says the same as before, or before MinLSInterval is over.  **Requires** of the databases: to install and flood
them.

- Read first :mod:`.origination`: originate, refresh, correct and flush (12.1.6, 13.4); :mod:`.triggers`: which events
  lead to which LSAs;
- :mod:`.self_lsas`: router-LSA and network-LSA (12.4.1, 12.4.2); :mod:`.summaries`: summary-LSAs of an area border
  router (12.4.3); :mod:`.redistribution`: LSAs of types 5 and 7 for external routes (12.4.4, RFC 3101 2.4);
  :mod:`.nssa_translation`: from type 7 to type 5 (RFC 3101 section 3);
- :mod:`.throttle`: how soon an LSA may be originated again (MinLSInterval).
"""
