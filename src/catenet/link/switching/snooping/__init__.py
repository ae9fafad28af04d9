"""IGMP and MLD snooping (RFC 4541): a group's frames go only where members or multicast routers are.

**Guarantees** to a bridge: for a frame to a group, the ports that it leaves by.  A switch that is a querier asks for
members itself, where no router of lower address does.  **Requires** of the bridge its ports and their VLANs.

- Read first :mod:`.snooping`, which sees all frames to groups; :mod:`.group_domain`: members and routers of one VLAN;
- :mod:`.port_group`: the members of one group behind one port, with the timers of a multicast router;
- :mod:`.querier`: the election and the schedule of queries; :mod:`.last_member`: queries after a member has left;
- :mod:`.group_packet`: what a frame carries; :mod:`.query_packet`: queries as packets; :mod:`.settings`.
"""
