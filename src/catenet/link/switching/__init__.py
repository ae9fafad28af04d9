"""Switches: learning, VLANs (IEEE 802.1Q-2018), spanning trees (802.1D).

**Guarantees** to the lab: a :class:`~catenet.link.switching.learning_switch.Switch` relays frames between its ports; a
switch with VLANs or a spanning tree is a :class:`~catenet.link.switching.vlan_bridge.Bridge`, so that others do not pay
for these.  **Requires** of the ports: promiscuous mode.

- Read first :mod:`.learning_switch`, and :mod:`.vlan_bridge`, which adds all else;
- :mod:`.bridge_port`: one port of a bridge; :mod:`.port_vlans`: its VLANs: access, trunk, tunnel;
- :mod:`.classified`: a frame in its VLAN, and the tags with which it leaves;
- :mod:`.storm_control`: limits of floods; :mod:`.mirror`: port mirroring (SPAN);
- :mod:`.reserved`: group addresses that are not relayed;
- :mod:`.spanning_tree`: STP and RSTP; :mod:`.bridge_tree`: connects them to a bridge;
- :mod:`.snooping`: IGMP and MLD snooping.
"""
