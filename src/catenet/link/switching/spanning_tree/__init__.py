"""Spanning trees: STP (IEEE 802.1D-1998, clause 8) and RSTP (802.1w, IEEE 802.1D-2004, clause 17).

**Guarantees** to the bridge: of a network's loops every one is broken at a port that does not forward, and opened again
where a link breaks.  **Requires** of it, through :class:`~.tree.TreeCallbacks`: that it sends BPDUs, obeys a port's
state and forgets addresses.  No clock and no port is here: a number stands for a port, and ``now_ns`` is handed in.

- Read first :mod:`.tree`: what both have in common; :mod:`.settings`: priorities, costs and times;
- :mod:`.bpdu`: BPDUs and their octets (802.1D-2004, clause 9);
- :mod:`.stp`, :mod:`.stp_port`: STP; its names are the procedures and variables of 802.1D-1998;
- :mod:`.rstp`: RSTP's bridge and procedures (17.21); :mod:`.rstp_port`: a port's variables (17.17, 17.19);
  :mod:`.rstp_machines`: the state machines (17.23 to 17.31); :mod:`.port_roles`: which port has which role (17.21.25);
- :mod:`.tracing`: rows of the trace.
"""
