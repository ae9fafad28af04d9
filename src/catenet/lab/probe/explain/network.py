"""The parts of an internet that an explanation reads."""

from __future__ import annotations

from typing import NamedTuple

from catenet.kernel.kernel import Kernel
from catenet.lab.model.registry import Registry
from catenet.lab.routing.ospf import OspfRouting
from catenet.lab.routing.rip import RipRouting
from catenet.lab.routing.shortest_paths import AutomaticRoutes


class Network(NamedTuple):
    """An internet's nodes, links and routing; ``metric`` is that of automatic routes."""

    kernel: Kernel
    registry: Registry
    routes: AutomaticRoutes
    ospf: OspfRouting
    rip: RipRouting
    metric: str
