"""How mutants are made and judged; and, in `make test-all`, that the rooms' tests catch nine of ten."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator

from .mutants import ROOT, draw, equivalents, key_of, rooms, statement_lines
from .operators import all_operators
from .trial import CAUGHT, SURVIVED, UNREACHED, MutationCoverage

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
        assert " ".join(before.split()) in text, f"{path} has no line {before!r} any more"
        assert before != after
        assert len(why) > 20, f"why is {after!r} equivalent?"


def test_a_line_that_runs_on_import_is_judged_by_who_runs_or_reads_its_file() -> None:
    """A test that compares a constant runs no line of the file that has it."""
    seconds = {"runs": 2.0, "reads": 1.0, "neither": 0.5}
    reach = MutationCoverage(seconds, {"a.py": {"1": [], "7": [0]}, "b.py": {"1": []}}, {"a.py": [1]})
    assert reach.tests_of("a.py", 1) == ["reads", "runs"]
    assert reach.tests_of("a.py", 7) == ["runs"]
    assert reach.tests_of("a.py", 8) == []
    assert reach.tests_of("b.py", 1) == ["neither", "reads", "runs"]


SEVERAL_LINES = """\
def f(a, b):
    if (
        a
        or b
    ):
        return [
            a,
        ]
    match a:
        case 1:
            return b
    return b
"""


@pytest.mark.parametrize(
    ("line", "statement"), [(2, (2, 5)), (4, (2, 5)), (7, (6, 8)), (1, (1, 1)), (10, (10, 10)), (12, (12, 12))]
)
def test_a_line_that_is_never_reported_is_judged_by_its_statement(line: int, statement: tuple[int, int]) -> None:
    """A mutant of such a line would count as one that no test reaches."""
    first, last = statement
    assert list(statement_lines(SEVERAL_LINES, line)) == list(range(first, last + 1))
    reach = MutationCoverage({"one": 1.0, "other": 2.0}, {"a.py": {"3": [1], "4": [0], "6": []}})
    assert reach.tests_of("a.py", 2, range(2, 6)) == ["one", "other"]
    assert reach.tests_of("a.py", 4, range(2, 6)) == ["one"]
    assert reach.tests_of("a.py", 7, range(7, 9)) == []
    assert reach.tests_of("a.py", 7, range(6, 9)) == ["one", "other"], "it runs on import"


def test_a_mutant_is_caught_survives_or_is_not_reached(tmp_path: Path) -> None:
    """In a process of its own: this one has imported Catenet."""
    evaluation = [sys.executable, "-c", EVALUATION, str(tmp_path)]
    done = subprocess.run(evaluation, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [UNREACHED, SURVIVED, CAUGHT, "the copy is whole again: True"], done.stderr


def test_the_samples_that_the_documents_tell_of_add_up_and_leave_no_room_out() -> None:
    told = [line.strip("| ").split(" | ") for line in DOCUMENT.read_text().split(HEAD, 1)[1].splitlines()[2:]]
    rows = [row for row in told[: told.index([""])] if row]
    assert {row[0] for row in rows} == set(rooms()["room"])
    for room, _, drawn, caught, equivalent, alive, share in rows:
        assert int(drawn) == int(caught) + int(equivalent) + int(alive), room
        assert share == f"{100 * int(caught) / (int(drawn) - int(equivalent)):.0f} %", room


DOCUMENT = ROOT / "docs" / "architecture.md"
HEAD = "| package | seed | mutants | killed | equivalent | survived | killed of those that are not equivalent |"

EVALUATION = """
import sys
from pathlib import Path
from tests.mutation.mutants import ROOT, Mutant
from tests.mutation.trial import Copy, MutationCoverage

path = "src/catenet/link/mac.py"
source = (ROOT / path).read_text()
before = '"-", ""), 16)'
line = source[: source.index(before)].count("\\n") + 1
copy = Copy(Path(sys.argv[1]))


def fate(after, reach):
    changed = source.replace(before, after)
    return copy.evaluate(Mutant("link", path, line, "mac_from_text", "constant", before, after, changed), reach)[0]


some = MutationCoverage({"tests/unit/link/test_ethernet.py::test_addresses_have_a_text": 0.1}, {path: {str(line): [0]}})
print(fate('"-", ""), 17)', MutationCoverage({}, {})))
print(fate('"-", ""), (16))', some))
print(fate('"-", ""), 17)', some))
print("the copy is whole again:", (copy.folder / path).read_text() == source)
"""


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
    results = tmp_path / "results.json"
    command = [sys.executable, "-m", "tests.mutation", "all", "--part", "--seed", str(SEED), "--json", str(results)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert results.exists(), done.stderr
    fates = json.loads(results.read_text())
    assert len(fates) == 50
    survivors = [
        f"{one['path']}:{one['line']}: {one['before']} -> {one['after']}" for one in fates if one["fate"] != CAUGHT
    ]
    assert 100 * len(survivors) <= (100 - rooms()["share"]) * len(fates), "\n".join(["too many live:", *survivors])
