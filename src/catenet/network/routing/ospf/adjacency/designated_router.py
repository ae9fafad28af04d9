"""The election of the designated router and its backup (RFC 2328 section 9.4).

The election does not pre-empt: a later router of any priority does not replace the present ones.  Every router on the
network computes the election from received hellos.
"""

from __future__ import annotations

from typing import Final

NOBODY: Final = 0


class Candidate:
    """A router as in its hello.  DR and BDR are identified by their addresses on this network, not by router id."""

    def __init__(self, router_id: int, address: int, priority: int, dr: int, bdr: int) -> None:
        self.router_id: Final = router_id
        self.address: Final = address
        self.priority: Final = priority
        self.dr = dr
        self.bdr = bdr

    def is_before(self, other: Candidate | None) -> bool:
        """Whether it wins against another: by priority, and at equal priorities by router id."""
        if other is None or self.priority != other.priority:
            return other is None or self.priority > other.priority
        return self.router_id > other.router_id


def elect(own: Candidate, others: list[Candidate]) -> tuple[int, int]:
    """The addresses of designated router and backup, :data:`NOBODY` where there is none.

    ``own`` is this router, ``others`` its neighbours with bidirectional communication.  ``own.dr`` and ``own.bdr`` are
    the previous results.  If this router's role changes, the computation is repeated (step 4), so that no router is
    both.
    """
    dr, bdr = _count(own, others)
    if (dr == own.address) != (own.dr == own.address) or (bdr == own.address) != (own.bdr == own.address):
        dr, bdr = _count(Candidate(own.router_id, own.address, own.priority, dr, bdr), others)
    assert own.priority > 0 or own.address not in (dr, bdr), "priority 0 is never elected (section 9.4 (1))"
    return dr, bdr


def _count(own: Candidate, others: list[Candidate]) -> tuple[int, int]:
    """Steps 2 and 3."""
    eligible = [candidate for candidate in [own, *others] if candidate.priority > 0]
    bdr = _best([one for one in eligible if one.dr != one.address and one.bdr == one.address])
    if bdr is None:
        bdr = _best([one for one in eligible if one.dr != one.address])
    dr = _best([one for one in eligible if one.dr == one.address])
    if dr is None:
        dr = bdr
    return (NOBODY if dr is None else dr.address), (NOBODY if bdr is None else bdr.address)


def _best(candidates: list[Candidate]) -> Candidate | None:
    best: Candidate | None = None
    for candidate in candidates:
        if candidate.is_before(best):
            best = candidate
    return best
