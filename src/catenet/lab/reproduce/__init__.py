"""Experiments whose outcome is known: each is run here, and what is expected stands beside what was measured.

**Promises**: a name in :data:`EXPERIMENTS` gives a list of comparisons; each knows whether it is within its
tolerance.  **Asks** of the lab: internets, built and run as any user would.  Read ``comparison`` first, then ``rip``
and ``ospf``; ``placement`` needs no internet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from catenet.lab.reproduce import ospf, placement, rip
from catenet.lab.reproduce.comparison import Comparison

EXPERIMENTS: Final[dict[str, Callable[[int], list[Comparison]]]] = {
    "rip-silent": rip.silent,
    "rip-infinity": rip.infinity,
    "rip-poison": rip.poison,
    "ospf-dead": ospf.dead,
    "ospf-flap": ospf.flap,
    "placement": placement.placement,
}
"""Each is called with a seed."""
