"""The real wire: TAP and TUN devices of Linux as stations of a simulated internet, in real time.

**Guarantees** to the lab: devices in any network namespace, with addresses and routes, removed afterwards
(:class:`LinuxSetup`); a station for each (:func:`station`); one real-time loop that measures its lag
(:class:`Driver`).  **Requires** of the rooms below: ports, frames, and the kernel.  It needs Linux and CAP_NET_ADMIN.

- Read first :mod:`.station`: the device as a station on a simulated wire; then :mod:`.driver`: the loop;
- :mod:`.realtime_clock`: wall clock to simulated time, and the lag;
- :mod:`.device`: opens, reads and writes TAP and TUN devices; :mod:`.vnet`: the virtio-net header, and large packets
  from Linux split into segments; :mod:`.gso`: segments to Linux joined into large packets;
- :mod:`.linux_setup`: what is set up in Linux and removed; :mod:`.namespace`: network namespaces; :mod:`.cleanup_log`:
  what a killed process left; :mod:`.capabilities`: what is missing to attach.
"""

from catenet.tap.capabilities import AttachError, missing
from catenet.tap.device import TAP, TUN, Device, open_device
from catenet.tap.driver import Driver
from catenet.tap.linux_setup import LinuxSetup
from catenet.tap.realtime_clock import Lag
from catenet.tap.station import DeviceStation, TapStation, TunStation, station

__all__ = [
    "TAP",
    "TUN",
    "AttachError",
    "Device",
    "DeviceStation",
    "Driver",
    "Lag",
    "LinuxSetup",
    "TapStation",
    "TunStation",
    "missing",
    "open_device",
    "station",
]
