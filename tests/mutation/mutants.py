"""Mutants drawn by a seed: a file by its size, then a place in it, then one of the changes that are possible there."""

from __future__ import annotations

import ast
import difflib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from .operators import Operator, Position, all_operators

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
SOURCES: Final = Path("src/catenet")


@dataclass(frozen=True)
class Mutant:
    """A file with one change; ``before`` and ``after`` are the changed lines without their indents.

    ``where`` is the function or class that they stand in, empty for the module.
    """

    room: str
    path: str
    line: int
    where: str
    kind: str
    before: str
    after: str
    code: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line} in {self.where or 'the module'} ({self.kind})"
        return f"{place}\n    - {self.before}\n    + {self.after}"


Key = tuple[str, str, str, str]


def key_of(mutant: Mutant) -> Key:
    """What a mutant is known by in ``equivalent.toml``: it stays when lines above it come and go."""
    return mutant.path, mutant.where, mutant.before, mutant.after


def rooms() -> dict[str, Any]:
    """The setting of ``rooms.toml``."""
    return tomllib.loads((HERE / "rooms.toml").read_text())


def equivalents() -> dict[Key, str]:
    """Why a mutant does what the original does, by its file, its place, and its lines before and after."""
    listed = tomllib.loads((HERE / "equivalent.toml").read_text()).get("mutant", [])
    return {(one["path"], one["where"], one["before"], one["after"]): one["why"] for one in listed}


def draw(room: str, seed: int, count: int, only: str = "") -> Iterator[Mutant]:
    """So many different mutants of a room; ``only`` takes the files whose path has that text in it.

    Files of equal seeds, counts and texts give equal mutants.  What is listed as equivalent is passed over.
    """
    dice = Random(f"{room} {seed}")
    files = sorted(path for part in rooms()["room"][room]["sources"] for path in (ROOT / SOURCES / part).rglob("*.py"))
    files = [path for path in files if only in str(path.relative_to(ROOT))]
    weights = [len(places(path)) for path in files]
    known = equivalents()
    drawn: set[tuple[str, int, str]] = set()
    for _ in range(20 * count):
        (path,) = dice.choices(files, weights)
        mutant = _make(room, path, dice)
        if mutant is None or key_of(mutant) in known:
            continue
        identity = (mutant.path, mutant.line, mutant.after)
        if identity not in drawn:
            drawn.add(identity)
            yield mutant
        if len(drawn) == count:
            return


@cache
def places(path: Path) -> list[tuple[Position, list[tuple[str, Operator, int]]]]:
    """The places of a file where something can be changed, each with the changes: kind, operator, occurrence."""
    source = path.read_text()
    left_out = _annotations(source)
    found: dict[Position, list[tuple[str, Operator, int]]] = {}
    nodes = list(ast_nodes(get_ast(source)))
    for kind, operator in all_operators():
        occurrence = 0
        for node in nodes:
            for position in operator.mutation_positions(node):
                if not any(start <= position[0] < end for start, end in left_out):
                    found.setdefault(position, []).append((kind, operator, occurrence))
                occurrence += 1
    return sorted(found.items(), key=lambda item: item[0])


def _annotations(source: str) -> list[Position]:
    """Where types stand, and words for the compiler: nothing reads them at run time."""
    found: list[ast.expr | None] = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.arg() | ast.AnnAssign():
                found.append(node.annotation)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                found.append(node.returns)
            case ast.ClassDef():
                found += [one for one in node.decorator_list if "mypyc_attr" in ast.dump(one)]
    return [
        ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0))
        for node in found
        if node is not None
    ]


def _make(room: str, path: Path, dice: Random) -> Mutant | None:
    """One change at a place drawn from a file; None if it comes to nothing."""
    position, changes = dice.choice(places(path))
    kind, operator, occurrence = dice.choice(changes)
    source = path.read_text()
    code = mutate_code(source, operator, occurrence)
    if code is None or not _differs(source, code):
        return None
    before, after = _changed(source, code)
    line = position[0][0]
    return Mutant(room, str(path.relative_to(ROOT)), line, _where(source, line), kind, before, after, code)


def _where(source: str, line: int) -> str:
    """The qualified name of the innermost function or class around a line."""
    names: list[str] = []
    body: list[ast.stmt] = ast.parse(source).body
    while True:
        around = [
            node
            for node in body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and node.lineno <= line <= (node.end_lineno or 0)
        ]
        if not around:
            return ".".join(names)
        names.append(around[0].name)
        body = around[0].body


def statement_lines(source: str, line: int) -> range:
    """The lines of the innermost statement around a line; of one with a body, those before the body.

    Python reports a condition that takes several lines by some of them, and not always by the first.
    """
    found = range(line, line + 1)
    for node in ast.walk(ast.parse(source)):  # the outer ones come first
        if isinstance(node, ast.stmt) and not isinstance(node, ast.Match):
            body = getattr(node, "body", None)
            end = (node.end_lineno or 0) if body is None else max(node.lineno, body[0].lineno - 1)
            if node.lineno <= line <= end:
                found = range(node.lineno, end + 1)
    return found


def _differs(source: str, code: str) -> bool:
    try:
        return ast.dump(ast.parse(source)) != ast.dump(ast.parse(code))
    except SyntaxError:
        return False


def _changed(source: str, code: str) -> tuple[str, str]:
    lines = list(difflib.unified_diff(source.splitlines(), code.splitlines(), n=0, lineterm=""))[2:]
    before = " ".join(line[1:].strip() for line in lines if line.startswith("-"))
    after = " ".join(line[1:].strip() for line in lines if line.startswith("+"))
    return before, " ".join(after.split())
