"""The ports of switches as they are declared.

**Guarantees** to the builder: a new link's ports do what the options of its nodes say, or a mistake is told before
anything runs.  **Requires** of the rooms below: bridges, their ports and what stands before them.

- Read first :mod:`.switch_ports`: a new link's ports, and whether its ends agree;
- :mod:`.aggregates`: several links as one port; :mod:`.port_filters`: storm control, mirrors, pauses.
"""
