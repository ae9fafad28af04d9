"""Hosts that configure themselves: which do, which routers advertise, and who serves DHCP.

**Guarantees** to :mod:`catenet.lab.world`: a host that was declared with ``dhcp`` or ``ipv6="slaac"`` has the addresses
that it learns, in the hosts table too, as soon as it has them.  **Requires** of an internet: its links and the
addresses of its routers.

- Read first :mod:`.declared`: what was declared, put in place; :mod:`.host`: the addresses of one host as they change;
- :mod:`.subnets`: the subnets and pools of a DHCP server.
"""
