"""Layer 2, frames: Ethernet.

**Promises** to the network layer: a frame that is sent through a port reaches the stations behind the
wire that it is addressed to, whole or not at all; the port tells when the carrier goes and comes, and
when the MTU changes.  Nothing is repeated and nothing acknowledged.  **Asks** of the physical layer: a
channel that carries frames and keeps those that wait.

Read first :mod:`~catenet.link.port`, which everything passes, then

- :mod:`~catenet.link.ethernet`: the frame and its octets;
- :mod:`~catenet.link.queue`: who may wait for the wire, and who is dropped;
- :mod:`~catenet.link.switch`: many ports, and a table of who is where;
- :mod:`~catenet.link.mac`: addresses.
"""

from catenet.link.ethernet import Frame
from catenet.link.mac import BROADCAST, is_group, local_mac, mac_from_text, mac_text
from catenet.link.port import Port, Station
from catenet.link.queue import NO_LIMIT, DropTail, Queue
from catenet.link.switch import Switch

__all__ = [
    "BROADCAST",
    "NO_LIMIT",
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
