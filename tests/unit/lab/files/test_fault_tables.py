"""Faults in a scenario file."""

from __future__ import annotations

from pathlib import Path

import pytest

from catenet.errors import ScenarioError
from catenet.scenario import load

NETWORK = """
[routers.r]
[hosts]
a = { at = "r" }
b = { at = "r" }
c = { at = "r" }
d = { at = "r" }
"""

FAULTS = [
    ('do = "crash"\nhosts = ["a", "b"]', ["host a crashed", "host b crashed"]),
    ('do = "restart"\nhosts = ["a"]', ["host a restarted"]),
    ('do = "pause"\nhosts = ["a"]', ["host a paused"]),
    ('do = "resume"\nhosts = ["a"]', ["host a resumed"]),
    ('do = "partition"\ngroups = [["a"], ["b", "c"]]', ["partition: a | b, c"]),
    ('do = "partition_one_way"\nsources = ["a"]\ntargets = ["b"]', ["one-way partition: b hear nothing from a"]),
    ('do = "partition_ring"\nhosts = ["a", "b", "c", "d"]', ["partition in a ring: a, b, c, d"]),
    ('do = "heal_partition"', ["partitions healed"]),
    ('do = "clock"\nhosts = ["a"]\nstep = "-2s"\ndrift = "50ppm"', ["clock of a: stepped by -2 s, drifts by 50 ppm"]),
    ('do = "disk"\nhosts = ["a"]\nfaults = { slow = 10, stuck = true }', ["disk of a: slow 10, stuck True"]),
    ('do = "heal_disk"\nhosts = ["a"]', ["host a has a healthy disk"]),
    ('do = "rot"\nhosts = ["a"]\nbits = 2', ["silent corruption on the disk of a: nothing, for there is no file"]),
    ('do = "restore"\nlink = ["a", "r"]', ["link a-r: as declared"]),
]

MISTAKES = [
    ('do = "crash"', 'do = "crash" needs hosts = ["paris"]'),
    ('do = "crash"\nhosts = ["a"]\ngroups = [["a"]]', 'groups: do = "crash" does not take this'),
    ('do = "crash"\nhosts = ["r"]', "crash: r is a router, not a host"),
    ('do = "cut"\nlink = "a-r"\nhosts = ["a"]', 'hosts: do = "cut" does not take this'),
    ('do = "partition"\ngroups = [["a"]]', "at least two groups"),
    ('do = "pause"\nhosts = ["a"]\nrun = "x:y"', 'run: do = "pause" does not take this'),
    ('do = "disk"\nhosts = ["a"]\nfaults = { slov = 3 }', "no fault 'slov'; did you mean 'slow'"),
    ('do = "nemesis"\nuntil = "0.5s"', "has no time"),
]


def write(folder: Path, action: str) -> Path:
    path = folder / "scenario.toml"
    path.write_text(f'{NETWORK}\n[[actions]]\nat = "1s"\n{action}\n')
    return path


@pytest.mark.parametrize(("action", "told"), FAULTS, ids=[action.split('"')[1] for action, _ in FAULTS])
def test_every_fault_can_be_written_down(tmp_path: Path, action: str, told: list[str]) -> None:
    net = load(write(tmp_path, action)).build()
    net.run(until="2s")
    assert [entry.text for entry in net._world.timeline.entries] == told


def test_a_nemesis_can_be_written_down(tmp_path: Path) -> None:
    net = load(write(tmp_path, 'do = "nemesis"\nuntil = "20s"\nkinds = ["crash"]\nevery = "2s"\nhosts = ["a"]')).build()
    net.run(until="20s")
    assert net._world.timeline.entries == []  # one host alone has no minority that may be down
    net = load(write(tmp_path, 'do = "nemesis"\nuntil = "20s"\nkinds = ["crash"]\nevery = "2s"\nmax_down = 2')).build()
    net.run(until="20s")
    assert {entry.what for entry in net._world.timeline.entries} == {"host-crashed", "host-restarted"}


@pytest.mark.parametrize(("action", "said"), MISTAKES)
def test_every_mistake_is_told_with_its_place(tmp_path: Path, action: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(write(tmp_path, action)).build()
    assert said in str(caught.value)
    assert "scenario.toml:" in str(caught.value)
    assert "actions #1" in str(caught.value)
