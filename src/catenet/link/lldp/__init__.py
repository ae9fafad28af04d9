"""The Link Layer Discovery Protocol (IEEE 802.1AB-2016): each port tells its neighbour who is here.

**Guarantees** to the lab: an :class:`~.agent.LldpAgent` at a port sends what its system says of itself, at once after a
change and then periodically, and keeps what its neighbours said until their time to live is over.  **Requires** the
port's carrier, MTU and frames, which :class:`~.lldp_filter.LldpFilter` gives it.

- Read first :mod:`.agent`: the machines that send and receive (9.2.8 to 9.2.10);
- :mod:`.lldpdu`: what is sent, and its octets; :mod:`.tlv`: type-length-value elements (clause 8);
- :mod:`.local_system`: what a system says of itself; :mod:`.neighbours`: what others said (9.2.7.7);
- :mod:`.lldp_filter`: stands before the station of a port; :mod:`.settings`: times; :mod:`.tracing`: rows of the trace.
"""
