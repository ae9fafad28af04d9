"""Which runs a sweep still has to do, and that early stop does not depend on who is faster."""

from __future__ import annotations

from random import Random

from catenet.sweeps.axes import axis
from catenet.sweeps.journal import Key, key_of
from catenet.sweeps.plan import LEAST_SEEDS, Plan, Precision
from catenet.sweeps.point import Outcome


def outcome(value: float) -> Outcome:
    return Outcome("finished", {"ok": True, "x": value})


def test_one_seed_of_each_cell_comes_after_the_other_and_what_is_known_is_not_done_again() -> None:
    plan = Plan([axis("a", "1,2")], [1, 2])
    known: dict[Key, Outcome] = {key_of({"a": 2}, 1): outcome(0.0)}
    assert [(cell.values["a"], seed) for cell, seed in plan.to_do(known)] == [(1, 1), (2, 2), (1, 2)]


def result_of(order_seed: int) -> list[int]:
    """The number of runs that count in each cell, if they end in an order drawn with this seed."""
    draw, known = Random(order_seed), dict[Key, Outcome]()
    plan = Plan([axis("noise", "0.01,3")], range(60), Precision(0.05, ("x",)))
    to_do, out = plan.to_do(known), []
    while True:
        out += [task for task in (next(to_do, None) for _ in range(draw.randrange(4))) if task is not None]
        if not out:
            if all(cell.complete for cell in plan.cells):
                return [len(cell.runs()) for cell in plan.cells]
            out += [task for task in [next(to_do, None)] if task is not None]
            continue
        cell, seed = out.pop(draw.randrange(len(out)))
        known[key_of(cell.values, seed)] = outcome(5 + cell.values["noise"] * Random(seed).random())
        cell.count(known, plan.precision)


def test_early_stop_depends_on_no_order() -> None:
    first = result_of(0)
    assert first[0] == LEAST_SEEDS, "a narrow cell ends as soon as it may"
    assert first[0] < first[1] <= 60, "a wide one goes on"
    assert [result_of(order) for order in range(1, 6)] == [first] * 5


def test_a_figure_that_no_run_has_ends_no_cell_too_early_and_keeps_none_for_ever() -> None:
    precise = Precision(0.05, ("measurements.nothing.mean_s",))
    assert not precise.reached([outcome(1.0).figures] * (LEAST_SEEDS - 1))
    assert precise.reached([outcome(1.0).figures] * LEAST_SEEDS)
