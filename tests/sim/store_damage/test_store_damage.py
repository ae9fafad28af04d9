"""Logs are damaged, emptied or cut on one, two or three of three nodes: nothing that was acknowledged is denied."""

from __future__ import annotations

import itertools

import pytest

from catenet.application.kv.admission import Admission, RecoveredStore
from catenet.application.replication import replica_status as status_file
from catenet.application.storage.engine import DamagedStore
from catenet.kernel import kernel

from .damage_case import GROUP, KINDS, RETURNS, Case

COMPILED = not kernel.__file__.endswith(".py")
PROTOCOLS = ("raft", "multi-paxos")
DAMAGED = ((1,), (2,), (3,), (1, 2), (2, 3), (1, 2, 3))
CASES = list(itertools.product(PROTOCOLS, DAMAGED, KINDS, RETURNS))

pytestmark = pytest.mark.slow


def check_case(case: Case) -> None:
    run = case.run()
    about = f"{run.protocol} {run.damaged} {run.kind} {run.returns} {run.engine} seed {run.seed}"
    told = run.told()
    assert not run.denied, f"{about}: {run.denied}\n{told}"
    for number in run.damaged:
        lost = [text for text in told if text.startswith(f"n{number}: group 1 on node {number} has lost its log")]
        assert lost, f"{about}: nothing was told of node {number}: {told}"
        assert_nothing_is_removed(run, number, about)
    if len(run.damaged) == 1:
        assert run.late_answers == len(run.acknowledged), f"{about}: {run.late_answers} answers\n{told}"
        assert any("takes part again" in text for text in told), f"{about}: {told}"
        replica = run.running[run.damaged[0]].groups[1].member
        assert replica.serves
    else:
        assert run.late_answers == 0, about
        assert any("cannot be repaired by its peers: 2 of 3" in text for text in told), f"{about}: {told}"


def assert_nothing_is_removed(run: Case, number: int, about: str) -> None:
    if KINDS[run.kind] is None:
        return
    kept = run.kept(number)
    for path, data in run.before.items():
        if path.startswith(f"n{number}/{GROUP}/"):
            aside = path.removeprefix(f"n{number}/").replace(GROUP, f"{GROUP}.damaged-1")
            assert kept.get(aside) == data, f"{about}: {aside} is not what was there"


@pytest.mark.parametrize("part", range(3))
def test_a_share_of_all_damage(part: int) -> None:
    """Every kind, and every way to come back, with every number of nodes, in turn."""
    step = 9 if COMPILED else 54
    for seed, (protocol, damaged, kind, returns) in enumerate(CASES):
        if seed % step == (17 * part) % step:
            check_case(Case(damaged, kind, returns, protocol, seed=seed))


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("returns", RETURNS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_all_damage(protocol: str, kind: str, returns: str) -> None:
    for seed, damaged in enumerate(DAMAGED):
        for more in range(3):
            check_case(Case(damaged, kind, returns, protocol, seed=1000 * more + seed))


@pytest.mark.parametrize("damaged", [(1,), (2, 3)])
def test_a_disk_that_was_replaced_is_known_to_the_others(damaged: tuple[int, ...]) -> None:
    """Nothing at all is left on it; of three replaced disks nobody can know."""
    check_case(Case(damaged, "empty folder", "killed", "raft", whole_disk=True))


@pytest.mark.parametrize(("kind", "protocol"), [("garbage", "raft"), ("zero length", "multi-paxos")])
def test_a_damaged_database_is_moved_aside_too(kind: str, protocol: str) -> None:
    check_case(Case((1,), kind, "killed", protocol, "sqlite"))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_replica_that_begins_anew_at_once_denies_what_was_acknowledged(
    protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests above can fail: this is what happens without a status file, a mark and silence."""

    async def look(self: Admission) -> RecoveredStore:
        folder = self._place.folder
        try:
            opened = await self._open()
        except DamagedStore:
            await self._place.disk.run(lambda files: status_file.lose(files, folder, "damaged", None, left=True))
            opened = await self._open()
        self.status = status_file.ReplicaStatus(status_file.MEMBER, "careless")
        return opened

    monkeypatch.setattr(Admission, "look", look)
    assert Case((1,), "garbage", "once", protocol).run().denied
