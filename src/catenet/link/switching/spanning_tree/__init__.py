"""Spanning trees: STP (IEEE 802.1D-1998, clause 8) and RSTP (802.1w, IEEE 802.1D-2004, clause 17).

**Guarantees** to the bridge: each loop of a network is broken at a port that does not forward, and connectivity is
restored after a link has failed.  **Requires** of it, through :class:`~.tree.TreeCallbacks`: that it sends BPDUs,
applies port states and forgets addresses.  The protocols are pure: ports are numbers, and ``now_ns`` is an argument.

- Read first :mod:`.tree`: the common interface of both; :mod:`.settings`: priorities, costs and times;
- :mod:`.bpdu`: BPDUs and their octets (802.1D-2004, clause 9);
- :mod:`.stp`, :mod:`.stp_port`: STP; its names are the procedures and variables of 802.1D-1998;
- :mod:`.rstp`: RSTP's bridge and procedures (17.21); :mod:`.rstp_port`: a port's variables (17.17, 17.19);
  :mod:`.rstp_machines`: the state machines (17.23 to 17.31); :mod:`.role_selection`: which role a port should have
  (17.21.25);
- :mod:`.tracing`: rows of the trace.
"""
