"""Group membership of hosts: IGMPv3 and MLDv2 with source filters, and the older versions (RFC 9776, RFC 9777).

**Guarantees** to sockets and routing: once an interface has joined a group, multicast routers and switches on its link
learn of it, and of the sources that it listens to.  **Requires** of the interface below: its merged filters, and
packets that carry a Router Alert.

- Read first :mod:`.membership_reports`, the protocol on one interface: reports of changes, responses to queries;
  :mod:`.group_state`: the pending reports of one group;
- :mod:`.source_filter`: INCLUDE and EXCLUDE; :mod:`.group_filter`: the filters of several sockets merged;
- :mod:`.older_queriers`: the version in use; :mod:`.settings`; :mod:`.report_output`: reports as packets;
  :mod:`.igmp_input`: IGMP's packets, the protocol number 2; ICMPv6 passes MLD's messages on.
"""
