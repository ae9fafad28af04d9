"""Consistent hashing: which node has a key, by six algorithms behind one interface.

**Guarantees** to the rooms above: the same nodes place the same keys the same way in every process and build; when a
node joins or leaves, few other keys move than those that must; copies lie in distinct zones.  **Requires** no other
room: no clock, no file, no network.  ``docs/placement.md`` compares the algorithms by cost, balance and what moves.

- Read first :mod:`.placement`, the interface, with :mod:`.node`; then :mod:`.ring`, the hash ring with weights;
- :mod:`.ketama`: memcached's ring; :mod:`.jump`: jump hash, where only the last node may leave without further moves;
  :mod:`.rendezvous`: highest random weight; :mod:`.maglev`: a lookup table; :mod:`.anchor`: AnchorHash;
- :mod:`.bounded`: limits the load of each node, over any of them (consistent hashing with bounded loads);
- :mod:`.hashing`: XXH64; :mod:`.score`: weighted draws for rendezvous hashing;
- :mod:`.balance` and :mod:`.survey`: measure a placement.
"""

from catenet.application.placement.anchor import AnchorHash
from catenet.application.placement.bounded import BoundedLoads
from catenet.application.placement.jump import JumpHash
from catenet.application.placement.ketama import KetamaRing
from catenet.application.placement.maglev import Maglev
from catenet.application.placement.node import Node, PlacementError
from catenet.application.placement.placement import Placement
from catenet.application.placement.rendezvous import Rendezvous
from catenet.application.placement.ring import HashRing

__all__ = [
    "AnchorHash",
    "BoundedLoads",
    "HashRing",
    "JumpHash",
    "KetamaRing",
    "Maglev",
    "Node",
    "Placement",
    "PlacementError",
    "Rendezvous",
]
