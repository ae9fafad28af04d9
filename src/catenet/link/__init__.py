"""Layer 2, frames: Ethernet.

**Promises** to the network layer: a frame that is sent through a port reaches the stations that it is addressed to,
whole or not at all; the port reports when the carrier goes down or up, and when the MTU changes.  Nothing is repeated,
nothing acknowledged.  **Asks** of the physical layer: a channel that carries frames and keeps those that wait.

- Read first :mod:`.port`, where a station meets a wire, and which every frame passes;
- :mod:`.ethernet`: Ethernet II frames with FCS (IEEE 802.3-2018, clause 3); :mod:`.mac`: MAC addresses (IEEE 802, 8.2);
- :mod:`.queue`: which frames wait for the wire; :mod:`.queues`: RED, CoDel, PIE and others; :mod:`.drop_reasons`;
- :mod:`.vlan_tag`: 802.1Q and 802.1ad tags (IEEE 802.1Q-2018, clause 9);
- :mod:`.framing`: links between two without Ethernet, by HDLC, SLIP and COBS; :mod:`.ppp`: PPP on them;
- :mod:`.switching`: learning switches, and bridges with VLANs; :mod:`.multicast`: messages of IGMP and MLD;
- :mod:`.half_duplex`: shared media; :mod:`.aggregation`: several links as one; :mod:`.lldp`: who is across;
- :mod:`.flow_control`: pause frames; :mod:`.station_filter`: what stands between a port and its station;
  :mod:`.packet_tap`: copies of a port's frames.
"""

from catenet.link.ethernet import Frame
from catenet.link.mac import BROADCAST, is_group, local_mac, mac_from_text, mac_text
from catenet.link.port import Port, Station
from catenet.link.queue import NO_LIMIT, DropTail, Queue
from catenet.link.switching.learning_switch import Switch
from catenet.link.switching.vlan_bridge import Bridge

__all__ = [
    "BROADCAST",
    "NO_LIMIT",
    "Bridge",
    "DropTail",
    "Frame",
    "Port",
    "Queue",
    "Station",
    "Switch",
    "is_group",
    "local_mac",
    "mac_from_text",
    "mac_text",
]
