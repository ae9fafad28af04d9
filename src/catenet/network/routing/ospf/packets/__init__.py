"""The five OSPF packets on the wire, and their authentication (RFC 2328 A.3 and appendix D).

**Guarantees** to OSPF: a packet emitted and parsed is the same packet; malformed packets are rejected with a reason of
:mod:`catenet.network.routing.ospf.drop_reasons`.  **Requires** of :mod:`catenet.network.routing.ospf.lsa`: LSAs and
headers.

- Read first :mod:`.header`: the common header (A.3.1); :mod:`.parse`: parses any packet (8.2);
- :mod:`.hello` (A.3.2), :mod:`.database_description` (A.3.3), :mod:`.ls_request` (A.3.4), :mod:`.ls_update` (A.3.5),
  :mod:`.ls_ack` (A.3.6); :mod:`.lsa_headers`: the list of LSA headers in two of them;
- :mod:`.authentication`: passwords and keyed digests (D.4, RFC 5709, RFC 7474).
"""
