"""The house stays tidy: sizes, docstrings, names of what must not be there.

What is over a limit today is named in ``ratchet.toml`` with its size; it may shrink and not grow.
"""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "catenet"
TEMPLATES = SOURCE / "cli" / "templates"
FILES = sorted(path for path in SOURCE.rglob("*.py") if TEMPLATES not in path.parent.parents)
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 70
MAX_ESSAY_LINES = 15
MAX_FILES_IN_A_ROOM = 20
RATCHET = tomllib.loads((Path(__file__).parent / "ratchet.toml").read_text())


@cache
def tree_of(path: Path) -> ast.Module:
    """Several tests look at each file: it is parsed once."""
    return ast.parse(path.read_text())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length of each function of a file."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.relative_to(SOURCE)}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def over(sizes: dict[str, int], most: int, allowed: dict[str, int]) -> list[str]:
    """What is longer than it may be."""
    return [
        f"{name}: {size} lines, at most {allowed.get(name, most)}"
        for name, size in sizes.items()
        if size > allowed.get(name, most)
    ]


def test_files_are_one_idea_long() -> None:
    sizes = {str(path.relative_to(SOURCE)): len(path.read_text().splitlines()) for path in FILES}
    assert over(sizes, MAX_FILE_LINES, RATCHET["files"]) == []


def test_functions_fit_a_screen() -> None:
    sizes = {name: size for path in FILES for name, size in functions(path)}
    assert over(sizes, MAX_FUNCTION_LINES, RATCHET["functions"]) == []


def test_the_ratchet_names_only_what_is_still_over() -> None:
    sizes = {str(path.relative_to(SOURCE)): len(path.read_text().splitlines()) for path in FILES}
    lengths = {name: size for path in FILES for name, size in functions(path)}
    loose = [name for name in RATCHET["files"] if sizes.get(name, 0) <= MAX_FILE_LINES]
    loose += [name for name in RATCHET["functions"] if lengths.get(name, 0) <= MAX_FUNCTION_LINES]
    assert loose == []


@pytest.mark.parametrize("package", sorted({path.parent for path in FILES}), ids=lambda path: path.name)
def test_every_room_opens_with_an_essay(package: Path) -> None:
    essay = ast.get_docstring(ast.parse((package / "__init__.py").read_text()))
    assert essay is not None
    assert len(essay.split()) >= 12


def test_every_file_says_what_it_is() -> None:
    assert [str(path) for path in FILES if ast.get_docstring(tree_of(path)) is None] == []


def test_nothing_is_half_there() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in FILES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if marks.search(line)
    ]
    assert found == []


def test_stack_reads_no_wall_clock_and_no_global_randomness() -> None:
    """Rooms up to transport take time and randomness from the kernel only."""
    allowed = {"kernel/streams.py"}
    escapes = re.compile(r"^\s*(import|from) (time|random|datetime|os|secrets|uuid|threading|socket)\b")
    found = []
    for room in ("kernel", "physical", "link", "network", "transport"):
        for path in sorted((SOURCE / room).rglob("*.py")):
            if str(path.relative_to(SOURCE)) not in allowed:
                found += [
                    f"{path.relative_to(SOURCE)}: {line}"
                    for line in path.read_text().splitlines()
                    if escapes.match(line) and line != "from datetime import timedelta"  # a length, and no clock
                ]
    assert found == []


def test_essays_are_short_and_name_what_is_in_their_room() -> None:
    """At most 15 lines; every file and every room inside is named, so that a newcomer finds it in one guess."""
    found = []
    for package in sorted(SOURCE.rglob("__init__.py")):
        if package.parent in (SOURCE, SOURCE / "cli" / "templates"):
            continue
        essay = ast.get_docstring(ast.parse(package.read_text())) or ""
        if essay.count("\n") >= MAX_ESSAY_LINES:
            found.append(f"{package.relative_to(SOURCE)}: {essay.count(chr(10)) + 1} lines")
        rooms = [path.parent for path in package.parent.glob("*/__init__.py") if path.parents[1] != SOURCE / "cli"]
        found += [
            str(path.relative_to(SOURCE))
            for path in sorted([*package.parent.glob("*.py"), *rooms])
            if path != package and not re.search(rf"[.`]{path.stem}`", essay)
        ]
    assert found == []


def test_essays_name_only_what_is_there() -> None:
    found = []
    for package in sorted(SOURCE.rglob("__init__.py")):
        essay = ast.get_docstring(ast.parse(package.read_text())) or ""
        for name in re.findall(r":mod:`\.([\w.]+)`", essay):
            place = package.parent.joinpath(*name.split("."))
            if not place.with_suffix(".py").exists() and not (place / "__init__.py").exists():
                found.append(f"{package.relative_to(SOURCE)}: {name}")
    assert found == []


def test_no_room_is_crowded() -> None:
    crowded = {
        str(package.relative_to(SOURCE)): count
        for package in sorted({path.parent for path in FILES})
        if (count := len([path for path in package.glob("*.py") if path.name != "__init__.py"])) > MAX_FILES_IN_A_ROOM
    }
    assert crowded == {}


def test_no_compiled_file_stands_beside_a_source() -> None:
    assert sorted(SOURCE.rglob("*.so")) == []


def test_the_repository_speaks_of_the_project_alone() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    words = re.compile(r"/work/|/root/|(?<!\w)/home/\w+|\bsub-?agent|\bhelper session")
    found = []
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".txt", ""} and path.is_file() and path != Path(__file__).resolve():
            found += [
                f"{name}: {line.strip()[:80]}"
                for line in path.read_text(errors="replace").splitlines()
                if words.search(line)
            ]
    assert found == []


def test_no_class_is_called_acyclic() -> None:
    """Compiled, such classes corrupt memory when a long chain of them is let go: docs/adr/0006."""
    assert [str(path) for path in FILES if re.search(r"\bacyclic=", path.read_text())] == []
