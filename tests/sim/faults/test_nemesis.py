"""Plans of faults: drawn from a seed, told as data and text, repeated, and healed at the end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import catenet
from catenet.kernel.quantity import NS_PER_S
from catenet.kernel.streams import Stream
from catenet.lab.faults.nemesis import KINDS, Nemesis, draw_plan
from catenet.lab.faults.plan import Plan, Step
from tests.sim.faults.nemesis_run import NAMES, universe

OPPOSITES = {"crash": "restart", "pause": "resume", "cut": "heal"}


def drawn(seed: int, hosts: int = 5, **options: object) -> Plan:
    names = [f"n{number}" for number in range(1, hosts + 1)]
    return Nemesis(Stream(seed, "faults"), names, links=["line"], end_ns=60 * NS_PER_S, **options).draw()  # type: ignore[arg-type]


@given(st.integers(0, 1 << 32), st.integers(1, 7), st.integers(1, 3))
@settings(max_examples=60)
def test_all_is_well_at_the_end_and_never_more_than_allowed_at_fault(seed: int, hosts: int, max_down: int) -> None:
    plan = drawn(seed, hosts, gap_ns=NS_PER_S // 4, max_down=max_down)
    down: set[str] = set()
    wrong: dict[str, str] = {}
    for step in plan.steps:
        who = str(step.to[0]) if step.to else ""
        if step.do in ("crash", "pause"):
            assert who not in down
            down.add(who)
            assert len(down) <= max_down
        elif step.do in ("restart", "resume"):
            down.remove(who)
        elif step.do == "disk":
            wrong[f"disk {who}"] = step.do
        elif step.do == "heal_disk":
            del wrong[f"disk {who}"]
        elif step.do in ("cut", "set"):
            wrong[f"link {who}"] = step.do
        elif step.do in ("heal", "restore"):
            assert (wrong.pop(f"link {who}") == "cut") == (step.do == "heal")
        elif step.do.startswith("partition"):
            assert "partition" not in wrong
            wrong["partition"] = step.do
        elif step.do == "heal_partition":
            del wrong["partition"]
        elif step.do == "clock":
            wrong[f"clock {who}"] = step.options["drift"]
            if step.options["drift"] == "0ppm":
                del wrong[f"clock {who}"]
        assert 0 <= step.time_ns <= 60 * NS_PER_S
    assert down == set()
    assert wrong == {}


def test_every_kind_is_drawn_and_only_those_that_were_asked_for() -> None:
    verbs = {step.do for seed in range(5) for step in drawn(seed).steps}
    assert verbs >= {"crash", "pause", "clock", "disk", "cut", "set", "restore", "partition", "partition_one_way"}
    for kind in KINDS:
        found = {step.do for seed in range(3) for step in drawn(seed, kinds=[kind]).steps}
        assert len(found) >= (1 if kind == "clock" else 2)
        assert found < verbs | {"partition_ring"}


@given(st.integers(0, 1 << 32))
@settings(max_examples=30)
def test_a_plan_is_data(seed: int) -> None:
    plan = drawn(seed)
    assert Plan.from_json(plan.to_json()).to_json() == plan.to_json()
    assert len(plan.text().splitlines()) == len(plan.steps)


def test_a_plan_as_text() -> None:
    steps = [
        Step(2 * NS_PER_S, "heal_partition"),
        Step(NS_PER_S, "partition", (["a", "b"], ["c"])),
        Step(1_500_000_000, "clock", ("a",), {"step": "2s"}),
    ]
    assert Plan.of(steps).text() == (
        "     1.000 s  partition a, b | c\n     1.500 s  clock a (step=2s)\n     2.000 s  heal partition\n"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("{}", "a list of steps"),
        ('[{"at": "1s"}]', "step 1 of the plan"),
        ('[{"at": "1s", "do": "crush"}]', "no 'crush'; did you mean 'crash'"),
        ('[{"at": "1s", "do": "crash", "to": "n1"}]', '"to" is a list'),
    ],
)
def test_a_plan_that_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Plan.from_json(text)


def test_the_nemesis_of_a_moment_is_the_plan_that_is_drawn() -> None:
    net = catenet.Internet(seed=5)
    router = net.router("r")
    for name in NAMES:
        net.host(name, at=router)
    plan = draw_plan(net._world, start_ns=NS_PER_S, until="9s", kinds=["crash", "partition"])
    net.at("1s").nemesis(until="9s", kinds=["crash", "partition"])
    net.run(until="10s")
    assert len(plan.steps) == len(net._world.timeline.entries) > 4
    assert [entry.time_ns for entry in net._world.timeline.entries] == [step.time_ns for step in plan.steps]


def test_links_of_segments_get_no_delay_of_their_own() -> None:
    """A segment determines it, and a link to one refuses it; all other faults strike it too."""
    net = catenet.Internet(seed=5)
    net.segment("coax")
    for name in ("a", "b"):
        net.host(name, at="coax")
    host = net.host("c", at=net.router("r"))
    net.link("a", "r", name="line")
    plan = draw_plan(net._world, until="60s", links=["a-coax", "line"], kinds=["link"], every="0.5s")
    plan.apply(net)
    net.run(until="61s")
    given = [(step.to[0], set(step.options)) for step in plan.steps if step.do == "set"]
    assert ("a-coax", {"jitter"}) in given
    assert ("line", {"delay", "jitter"}) in given
    assert all("delay" not in options for link, options in given if link == "a-coax")
    assert net.ping("a", "b", count=3).received == 3, "all is restored"
    assert net.ping("a", host, count=1).received == 1


@pytest.mark.parametrize("engine", ["wal", "sqlite"])
def test_a_universe_under_a_nemesis_repeats_in_another_process(engine: str) -> None:
    here = universe(11, engine)
    assert "told" in here
    assert "TimeoutError" in here
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    script = Path(__file__).with_name("nemesis_run.py")
    there = subprocess.run(
        [sys.executable, str(script), "11", engine], env=environment, capture_output=True, text=True, check=True
    )
    assert there.stdout.rstrip("\n") == here
