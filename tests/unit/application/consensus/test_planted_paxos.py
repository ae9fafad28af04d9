"""Bugs planted in Multi-Paxos, and the seeds that it takes to find them."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from catenet.application.consensus.entry import Entry
from catenet.application.consensus.paxos.multi import leader
from catenet.application.consensus.paxos.multi import server as paxos_core
from catenet.application.consensus.paxos.multi.log import AcceptedLog
from catenet.application.consensus.paxos.multi.server import PaxosServer
from catenet.application.consensus.paxos.quorums import Quorums

from .test_multi_paxos import storm

pytestmark = pytest.mark.slow

MAX_SEEDS = 60
interpreted = pytest.mark.skipif(
    not paxos_core.__file__.endswith(".py"), reason="compiled functions call each other, and cannot be replaced"
)


def values_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A new leader does not ask what others have accepted."""
    patch.setattr(leader, "_adopt", lambda server, entry, chosen: None)


def quorum_off_by_one(patch: pytest.MonkeyPatch) -> None:
    """One acceptor fewer than a quorum chooses."""
    patch.setattr(Quorums, "chosen", lambda self, nodes: self._count(nodes) >= self.second - 1)


def chosen_whatever_it_is(patch: pytest.MonkeyPatch) -> None:
    """What is chosen up to a place is taken to be what one has there, in whatever ballot it was accepted."""

    def choose_run(self: AcceptedLog, ballot: int, limit: int) -> None:
        while self.chosen < limit and self.get(self.chosen + 1) is not None:
            self.chosen += 1

    patch.setattr(AcceptedLog, "choose_run", choose_run)


def lowest_ballot_wins(patch: pytest.MonkeyPatch) -> None:
    """Of two values that were accepted, the older one is proposed again."""
    adopt = leader._adopt

    def older(server: PaxosServer, entry: Entry, chosen: int) -> None:
        known = server.proposer.adopted.get(entry.index)
        if known is None or known.term > entry.term:
            server.proposer.adopted.pop(entry.index, None)
            adopt(server, entry, chosen)

    patch.setattr(leader, "_adopt", older)


def promise_broken(patch: pytest.MonkeyPatch) -> None:
    """An acceptor accepts whatever comes, also below what it has promised."""

    def promise(self: PaxosServer, ballot: int) -> bool:
        self.acceptor.promised = max(self.acceptor.promised, ballot)
        return True

    patch.setattr(PaxosServer, "promise", promise)


BUGS: list[Callable[[pytest.MonkeyPatch], None]] = [
    values_forgotten,
    quorum_off_by_one,
    chosen_whatever_it_is,
    lowest_ballot_wins,
    promise_broken,
]


@interpreted
@pytest.mark.parametrize("plant", BUGS, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(monkeypatch)
    for seed in range(MAX_SEEDS):
        try:
            storm(seed)
        except (AssertionError, ValueError):
            with capsys.disabled():
                sys.stdout.write(f"\n    planted: {plant.__name__}: found by seed number {seed + 1}\n")
            return
    pytest.fail(f"{MAX_SEEDS} storms, and nobody noticed")
