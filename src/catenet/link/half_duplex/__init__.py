"""Half duplex: stations that share a medium by CSMA/CD (IEEE 802.3-2018, clause 4).

**Guarantees** to ports: a frame goes out when the medium is idle, again after a collision, and is dropped, by a named
reason, after sixteen; whoever sends when others do damages their frames.  **Requires** of the physical layer: the
channel that it extends.

- Read first :mod:`.csma_cd`, the channel of a station that sends by these rules; :mod:`.timing`: slot, gap and jam;
- :mod:`.medium`: who hears whose signal when, on a bus or around a repeater; :mod:`.signal`: one signal, one station;
- :mod:`.deference`: when a station may send (clause 4.2.3.2); :mod:`.backoff`: how long it waits after a collision;
- :mod:`.counters`: what a station's MAC counts; :mod:`.listener`: the channel by which it hears the medium;
- :mod:`.shared_wire`: both channels of a station.
"""

from catenet.link.half_duplex.medium import SharedMedium
from catenet.link.half_duplex.shared_wire import SharedWire

__all__ = ["SharedMedium", "SharedWire"]
