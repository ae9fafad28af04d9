"""Options as people write them, parsed into typed values.

**Guarantees** to Python programs and scenario files: a text, number or table means the same in both; an invalid one
raises :class:`~catenet.errors.LabError`, which says what would be right.  **Requires** of the rooms below: the
settings' types of channels, ports and routing protocols.

- Read first :mod:`.types`: the accepted values as types, with the names of options; :mod:`.switch_types`: for switches;
- :mod:`.link`: rate, delay, jitter, loss, reordering, MTU, queue of a link; :mod:`.framing`: its frames;
- :mod:`.queue_disciplines` and :mod:`.queue_classes`: the disciplines of a queue;
- :mod:`.switch`: VLANs, ports; :mod:`.spanning_tree`, :mod:`.snooping`, :mod:`.switching`; :mod:`.lldp`;
- :mod:`.segment`: a shared medium; :mod:`.autoconfiguration`: router advertisements, SLAAC, DHCP;
- :mod:`.ospf`: OSPF's options for a router, an area, a link and one end of a link; :mod:`.rip`: RIP's for a router;
- :mod:`.option_tables`: tables of options, flags, choices; :mod:`.keywords`: the error for a misspelled keyword;
- :mod:`.network_statements`: ``networks``, the links on which a routing protocol runs;
- :mod:`.redistribution`: ``redistribute``, the routes of other sources that a protocol advertises.
"""
