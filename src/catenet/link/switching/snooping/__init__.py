"""IGMP and MLD snooping (RFC 4541): frames to a group are sent only to members and multicast routers.

**Guarantees** to a bridge: the egress ports of a frame to a group.  A switch with a querier sends queries itself,
unless there is a router with a lower address.  **Requires** of the bridge: its ports and their VLANs.

- Read first :mod:`.snooping`, which gets all frames to groups; :mod:`.group_domain`: members and routers of one VLAN;
- :mod:`.port_group`: the members of one group behind one port, with the timers of a multicast router;
- :mod:`.querier`: the election and the schedule of queries; :mod:`.last_member`: queries after a member has left;
- :mod:`.group_packet`: parses frames to groups; :mod:`.query_packet`: queries as packets; :mod:`.settings`.
"""
