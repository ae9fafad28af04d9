"""Which node has a key: consistent hashing, in six ways behind one interface.

**Promises** to those above: the same nodes place the same keys the same way, in any process, build and Python (for jump
and anchor hashes: the same nodes in the same order); when a node comes, keys move to it and nowhere else (Maglev: few
others), when one goes, only its keys move (jump hash: unless it was not the last); weights, and copies in distinct
zones.  **Asks** of nobody: no clock, no file, no network.

=========================================  ==============  =================  ============  ==========
placement                                  look-up         balance            weights       any node
                                                                                            may go
=========================================  ==============  =================  ============  ==========
:mod:`~catenet.application.placement.ring`       one step  1/sqrt(points)     yes           yes
:mod:`~catenet.application.placement.ketama`     one step  as memcached's     yes           yes
:mod:`~catenet.application.placement.jump`       ln n      perfect            no            the last
:mod:`~catenet.application.placement.rendezvous` n         perfect            yes           yes
:mod:`~catenet.application.placement.maglev`     one step  nearly perfect     yes           yes
:mod:`~catenet.application.placement.anchor`     few       perfect            no            yes
=========================================  ==============  =================  ============  ==========

Read first :mod:`~catenet.application.placement.placement` (the interface), then
:mod:`~catenet.application.placement.ring`.  :mod:`~catenet.application.placement.bounded` keeps any of them from
filling a node too much.  What they share: :mod:`~catenet.application.placement.node`,
:mod:`~catenet.application.placement.hashing` (XXH64) and :mod:`~catenet.application.placement.score` (weighted draws);
:mod:`~catenet.application.placement.balance` and :mod:`~catenet.application.placement.survey` measure.
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
