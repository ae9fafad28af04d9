"""Options as people write them, parsed into typed values.

**Promises** to Python programs and scenario files alike: the same text, number or table means the same in both; a
mistake raises :class:`~catenet.errors.LabError` with what would be right.  **Asks** of those below: the types that are
to be set in wires, ports and routing protocols.

- Read first :mod:`.types`: what may be given, as types, with the names of options; :mod:`.switch_types`: of switches;
- :mod:`.link`: rate, delay, jitter, loss, reordering, MTU, queue of a link; :mod:`.framing`: its frames;
- :mod:`.queue_disciplines` and :mod:`.queue_classes`: the disciplines of a queue;
- :mod:`.switch`: VLANs, ports; :mod:`.spanning_tree`, :mod:`.snooping`, :mod:`.switching`; :mod:`.lldp`;
- :mod:`.segment`: a shared medium;
- :mod:`.ospf`: OSPF's options for a router, an area, a link and one end of a link; :mod:`.rip`: RIP's for a router;
- :mod:`.values`: tables of options, flags, choices and names; :mod:`.keywords`: the error for a misspelled keyword;
- :mod:`.network_statements`: ``networks``, on which links a routing protocol runs;
- :mod:`.redistribution`: ``redistribute``, which routes of others a protocol advertises.
"""
