"""Link state advertisements: their header, their bodies, their octets (RFC 2328 section 12.1 and A.4).

**Guarantees** to OSPF: an LSA is immutable, so that all routers of a simulation share one object; a parsed LSA keeps
its octets; malformed ones are rejected.  **Requires** nothing from the rooms below.

- Read first :mod:`.lsa`: the header, ``emit`` and ``parse``; :mod:`.body`: the base class of all bodies;
- :mod:`.router_lsa` (A.4.2), :mod:`.network_lsa` (A.4.3), :mod:`.summary_lsa` (A.4.4), :mod:`.external_lsa` (A.4.5,
  and NSSA, RFC 3101), :mod:`.opaque_lsa` (RFC 5250, and the grace-LSA, RFC 3623);
- :mod:`.contents`: a router- or network-LSA in the form for the calculation; :mod:`.prefixes`: a network as one
  number; :mod:`.identifiers`: link state ids of networks with one address and different masks (appendix E);
  :mod:`.fletcher`: the checksum (12.1.7).
"""
