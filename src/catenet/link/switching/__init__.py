"""Switches: learning, VLANs (IEEE 802.1Q-2018), spanning trees (802.1D).

**Guarantees** to the lab: a :class:`~catenet.link.switching.switch.Switch` relays frames between its ports; one that is
declared with VLANs or a spanning tree is a :class:`~catenet.link.switching.bridge.Bridge`, and only it pays for them.
**Requires** of the ports that they are promiscuous.

- Read first :mod:`.switch`, a learning switch, and :mod:`.bridge`, which adds all else;
- :mod:`.bridge_port`: one port of a bridge; :mod:`.port_vlans`: its VLANs: access, trunk, tunnel;
- :mod:`.classified`: a frame in its VLAN, and the tags with which it leaves;
- :mod:`.storm_control`: limits of floods; :mod:`.mirror`: copies of what ports carry (SPAN);
- :mod:`.reserved`: group addresses that are not relayed;
- :mod:`.spanning_tree`: STP and RSTP; :mod:`.bridge_tree`: what stands between them and a bridge;
- :mod:`.snooping`: IGMP and MLD snooping.
"""
