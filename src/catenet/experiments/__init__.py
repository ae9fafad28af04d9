"""Experiments whose outcome is known: each is run here, and what is expected stands beside what was measured.

**Promises**: a name in :data:`EXPERIMENTS` gives comparisons; each knows whether it is within its
tolerance.  **Asks** of the lab: internets, built and run as any user would.  Read ``comparison`` first, then ``rip``
and ``ospf``; ``placement`` needs no internet.  ``rfc2328`` holds the tables of that RFC, and ``rfc2328_network`` the
network that they are of.

The experiments on consensus run a :mod:`.cluster`, replicas and nothing else; :mod:`.elections` lets its leader fall
silent time and again, :mod:`.many` runs several side by side, :mod:`.figure_2` has timeouts as the Raft paper has
them, and :mod:`.alive_election` Multi-Paxos's elections as the OmniPaxos paper compares them.  They are
:mod:`.split_votes`, :mod:`.wan_election`, :mod:`.lan_election`, :mod:`.partial_connectivity` and
:mod:`.false_elections`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from catenet.experiments import (
    false_elections,
    lan_election,
    ospf,
    partial_connectivity,
    placement,
    rfc2328,
    rip,
    split_votes,
    wan_election,
)
from catenet.experiments.comparison import Comparison

EXPERIMENTS: Final[dict[str, Callable[[int], Iterable[Comparison]]]] = {
    "rip-silent": rip.silent,
    "rip-infinity": rip.infinity,
    "rip-poison": rip.poison,
    "ospf-dead": ospf.dead,
    "ospf-flap": ospf.flap,
    "rfc2328": rfc2328.rfc2328,
    "placement": placement.placement,
    "split-votes": split_votes.split_votes,
    "wan-election": wan_election.wan_election,
    "lan-election": lan_election.lan_election,
    "partial-connectivity": partial_connectivity.partial_connectivity,
    "false-elections": false_elections.false_elections,
}
"""Each is called with a seed; the comparisons may come one by one, as they are made."""
