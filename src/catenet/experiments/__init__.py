"""Experiments with published results, compared with measured ones.

**Guarantees** to ``catenet reproduce``: each name in :data:`EXPERIMENTS` gives comparisons, and each comparison knows
whether it is within its tolerance.  **Requires** of the rooms below: internets, built and run by the public interface.

- Read first :mod:`.comparison`, one expected and measured figure; then :mod:`.rip` and :mod:`.ospf` (convergence
  times);
- :mod:`.rfc2328`: the tables of RFC 2328, on :mod:`.rfc2328_network`, its Figures 2 and 6; :mod:`.placement`: the
  balance and movement of consistent hashing, which needs no internet;
- elections of consensus: :mod:`.split_votes`, :mod:`.wan_election`, :mod:`.lan_election`, :mod:`.false_elections`,
  :mod:`.partial_connectivity`, :mod:`.snr_election` (noise); they share :mod:`.cluster` (replicas around a switch),
  :mod:`.elections` (many of one group), :mod:`.paper_timeouts` (Raft, Figure 2), :mod:`.alive_election` (Multi-Paxos's
  election as the Omni-Paxos paper has it) and :mod:`.parallel` (many runs at once);
- :mod:`.signals`: closed forms (NumPy); :mod:`.queues`: bufferbloat, queueing theory; :mod:`.ethernet`: CSMA/CD;
  :mod:`.dns_cache`: TTL and hit rate; :mod:`.page_load`: versions of HTTP; :mod:`.chaos`: the store under faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from catenet.experiments import (
    dns_cache,
    false_elections,
    lan_election,
    ospf,
    page_load,
    partial_connectivity,
    placement,
    rfc2328,
    rip,
    snr_election,
    split_votes,
    wan_election,
)
from catenet.experiments.comparison import Comparison
from catenet.experiments.ethernet import ethernet
from catenet.experiments.queues import bufferbloat, queueing
from catenet.experiments.signals.lazy import NAMES, SignalExperiment

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
    "snr-election": snr_election.snr_election,
    "bufferbloat": bufferbloat.bufferbloat,
    "queueing": queueing.queueing,
    "ethernet": ethernet.ethernet,
    "dns-cache": dns_cache.dns_cache,
    "page-load": page_load.page_load,
    **{name: SignalExperiment(name) for name in NAMES},
}
"""Each is called with a seed, and may yield its comparisons one by one."""
