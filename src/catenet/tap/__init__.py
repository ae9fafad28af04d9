"""The real wire: a simulated internet that Linux can talk to.

A TAP device carries Ethernet frames between Linux and this process, a TUN device IP packets.  Here such a
device becomes a station on a simulated wire: what Linux sends enters the internet through a port like any
other, and what reaches that port goes to Linux.  The kernel's clock then has to follow the wall clock.

What this room promises to the one above: devices that appear where they are wanted, in any network
namespace, with addresses and routes, and are gone afterwards (:class:`Rig`); a station for each device
(:func:`station`), and one loop that serves them all in real time and says when it is late
(:class:`Driver`).  It asks of the rooms below what every station and every driver asks.

- ``rig``: what is made in Linux and taken away; ``namespace``, ``ledger`` and ``permission`` serve it.
- ``device``: opening TAP and TUN.
- ``station``: the device as a station; ``vnet`` takes Linux's large packets apart, and ``outbox`` puts
  segments together.
- ``driver``: the loop; ``pace``: wall clock to simulated time, and the lag.

Read ``station`` first, then ``driver``.
"""

from catenet.tap.capabilities import AttachError, missing
from catenet.tap.device import TAP, TUN, Device, open_device
from catenet.tap.driver import Driver
from catenet.tap.linux_setup import Rig
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
    "Rig",
    "TapStation",
    "TunStation",
    "missing",
    "open_device",
    "station",
]
