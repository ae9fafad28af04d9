"""The LSAs that this router originates (RFC 2328 section 12.4), and how often.

**Guarantees** to OSPF: after each event and each calculation the router's LSAs are up to date; no LSA is sent with
unchanged contents, or within MinLSInterval.  **Requires** of the databases: to install and flood them.

- Read first :mod:`.origination`: originate, refresh, correct and flush (12.1.6, 13.4); :mod:`.triggers`: originates
  LSAs after events;
- :mod:`.self_lsas`: router-LSA and network-LSA (12.4.1, 12.4.2); :mod:`.summaries`: summary-LSAs of an area border
  router (12.4.3); :mod:`.redistribution`: LSAs of types 5 and 7 for external routes (12.4.4, RFC 3101 2.4);
  :mod:`.nssa_translation`: from type 7 to type 5 (RFC 3101 section 3);
- :mod:`.throttle`: the minimum interval of originations (MinLSInterval).
"""
