"""How mutants are made and judged; and, in `make test-all`, that the rooms' tests catch nine of ten."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator

from .mutants import ROOT, Mutant, draw, equivalents, key_of, rooms
from .operators import all_operators
from .trial import CAUGHT, SURVIVED, UNREACHED, Copy, Reach

SEED = 50


@pytest.mark.parametrize(("kind", "operator"), all_operators(), ids=lambda one: type(one).__name__)
def test_each_operator_does_what_its_examples_say(kind: str, operator: Operator) -> None:
    for example in operator.examples():
        if not example.operator_args:
            changed = mutate_code(example.pre_mutation_code, operator, example.occurrence)
            assert changed is not None
            assert changed.split() == example.post_mutation_code.split(), kind


def test_equal_seeds_draw_equal_mutants_and_none_of_a_type_or_of_what_is_equivalent() -> None:
    drawn = list(draw("link", 7, 15))
    assert [(one.path, one.after) for one in drawn] == [(one.path, one.after) for one in draw("link", 7, 15)]
    assert [one.after for one in drawn] != [one.after for one in draw("link", 8, 15)]
    assert len({(one.path, one.line, one.after) for one in drawn}) == 15
    known = equivalents()
    for one in drawn:
        assert key_of(one) not in known
        compile(one.code, one.path, "exec")
        assert one.code != (ROOT / one.path).read_text()


def test_what_is_listed_as_equivalent_still_stands_in_its_file() -> None:
    """A line that has changed since must be judged anew."""
    for (path, _, before, after), why in equivalents().items():
        text = " ".join((ROOT / path).read_text().split())
        assert before in text, f"{path} has no line {before!r} any more"
        assert before != after
        assert len(why) > 20, f"why is {after!r} equivalent?"


def mutant(before: str, after: str) -> Mutant:
    """A change of `link/mac.py`, which has few tests and small ones."""
    path = "src/catenet/link/mac.py"
    source = (ROOT / path).read_text()
    assert source.count(before) == 1
    line = source[: source.index(before)].count("\n") + 1
    return Mutant("link", path, line, "mac_from_text", "constant", before, after, source.replace(before, after))


def test_a_mutant_is_caught_survives_or_is_not_reached(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    test = "tests/unit/link/test_ethernet.py::test_addresses_have_a_text"
    wrong = mutant('"-", ""), 16)', '"-", ""), 17)')
    same = mutant('"-", ""), 16)', '"-", ""), (16))')
    none = Reach({}, {})
    some = Reach({test: 0.1}, {wrong.path: {str(wrong.line): [0]}})
    assert copy.judge(wrong, none)[0] == UNREACHED
    assert copy.judge(same, some)[0] == SURVIVED
    assert copy.judge(wrong, some)[0] == CAUGHT
    assert (tmp_path / wrong.path).read_text() == (ROOT / wrong.path).read_text(), "the copy is whole again"


def test_a_mistake_on_the_command_line_is_told() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.mutation", "nowhere"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "invalid choice: 'nowhere'" in done.stderr


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_nine_of_ten_mutants_are_caught(tmp_path: Path) -> None:
    """Fifty over all rooms.  Who lives is told: it wants a test, or a line in `equivalent.toml` that says why not."""
    copy = Copy(tmp_path)
    fates: list[tuple[Mutant, str]] = []
    for name, room in rooms()["room"].items():
        reach = copy.reach(name)
        fates += [(one, copy.judge(one, reach)[0]) for one in draw(name, SEED, room["part"])]
    assert len(fates) == 50
    survivors = [f"{fate}: {one}" for one, fate in fates if fate != CAUGHT]
    assert 100 * len(survivors) <= (100 - rooms()["share"]) * len(fates), "\n".join(["too many live:", *survivors])
