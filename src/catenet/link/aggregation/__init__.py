"""Link aggregation (IEEE 802.1AX-2014): several links between two switches are one port of each.

**Guarantees** to the bridge: an :class:`~.aggregate.AggregatePort` is a port like any other; it sends each frame by one
of its members, those of a flow by the same one, and goes on with the rest when a member fails.  **Requires** of the
bridge its ports, one after another, before their links are there.

- Read first :mod:`.aggregate`: the port of the bridge, and its members;
- :mod:`.selection`: which members may work together (6.4.14);
- :mod:`.lacp_port`: LACP at one member: receive, periodic transmission, mux, transmit (6.4.12 to 6.4.16);
- :mod:`.lacpdu`: LACPDUs and their octets (6.4.2.3), and the marker protocol's responder (6.5);
- :mod:`.flow_hash`: which member a frame goes by; :mod:`.settings`; :mod:`.tracing`: rows of the trace.
"""
