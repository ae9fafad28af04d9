"""Parses a TOML file into a validated model.

An error says what is wrong, where, and what would be right.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from catenet.errors import ScenarioError, did_you_mean
from catenet.kernel.quoting import quoted
from catenet.lab.files import schema as model
from catenet.lab.files.toml_lines import line_of

Model = TypeVar("Model", bound=BaseModel)

_TABLES: Final[dict[str, type[BaseModel]]] = {
    "topology": model.TopologyTable,
    "routers": model.RouterTable,
    "switches": model.SwitchTable,
    "hosts": model.HostTable,
    "links": model.LinkTable,
    "routes": model.RouteTable,
    "nat": model.NatTable,
    "attach": model.AttachTable,
    "programs": model.ProgramTable,
    "actions": model.ActionTable,
    "capture": model.CaptureTable,
}
_TWICE: Final = re.compile(r"Cannot (?:declare|overwrite|mutate).*")
_SEVERAL: Final = ("links", "routes", "programs", "actions")
_EXAMPLES: Final = {
    "tuple_type": "a list, in square brackets",
    "string_type": 'text, in quotation marks like "paris"',
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "datetime_parsing": "a date and a time, without quotation marks, like 2025-01-01T00:00:00Z",
    "datetime_from_date_parsing": "a date and a time, without quotation marks, like 2025-01-01T00:00:00Z",
    "datetime_type": "a date and a time, without quotation marks, like 2025-01-01T00:00:00Z",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "string_pattern_mismatch": 'text like "module:function"',
}


def read_toml(path: Path, shape: type[Model]) -> tuple[Model, str]:
    """The file as a validated model, and its text.  Raises :class:`ScenarioError`."""
    data, text = parse_toml(path)
    return validated(path, data, text, shape), text


def parse_toml(path: Path) -> tuple[dict[str, Any], str]:
    """The file's data, not validated, and its text.  Raises :class:`ScenarioError`."""
    text = _text(path)
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(path, text, str(error)) from None
    except RecursionError:
        raise ScenarioError("lists or tables are nested too deeply in it", file=path) from None
    except ValueError:  # CPython parses no number of more than 4,300 digits
        raise _long_number(path, text) from None


def validated(path: Path, data: dict[str, Any], text: str, shape: type[Model]) -> Model:
    """The data of a file as a validated model.  Raises :class:`ScenarioError`."""
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        raise _shape_error(path, text, data, error.errors()[0], shape) from None


class ValidPart(NamedTuple):
    """What is left of a file's data without its mistakes.

    ``errors`` are all mistakes of shape; ``names`` are those of elements that were left out; ``numbers`` are, for each
    list of tables, the numbers in the file of those that are left.
    """

    errors: list[ScenarioError]
    names: list[str]
    numbers: dict[str, list[int]]


def valid_part(path: Path, data: dict[str, Any], text: str, shape: type[BaseModel]) -> ValidPart:
    """Find all mistakes of shape, and take the elements that have them out of the data."""
    try:
        shape.model_validate(data)
        wrong: list[ErrorDetails] = []
    except ValidationError as error:
        wrong = error.errors()
    errors = [_shape_error(path, text, data, each, shape) for each in wrong]
    out = {_in_data(tuple(each["loc"]), data)[:2] for each in wrong}
    lists = {key: tables for key, tables in data.items() if isinstance(tables, list)}
    names: list[str] = []
    numbers = {key: [n for n in range(len(tables)) if (key, n) not in out] for key, tables in lists.items()}
    for keys in sorted(out, key=repr):
        names += _names_of(data, keys)
    for key, kept in numbers.items():
        data[key] = [lists[key][number] for number in kept]
    for keys in out:
        table = data.get(str(keys[0])) if keys else None
        if len(keys) == 2 and isinstance(table, dict):
            table.pop(keys[1], None)
        elif len(keys) == 1:
            data.pop(str(keys[0]), None)
    return ValidPart(errors, names, numbers)


def _names_of(data: dict[str, Any], keys: tuple[str | int, ...]) -> list[str]:
    """The names that others may use for an element."""
    if len(keys) < 2:
        return []
    if isinstance(keys[1], str):
        return [keys[1]]
    tables = data.get(str(keys[0]))
    table = tables[keys[1]] if isinstance(tables, list) else None
    ends = table.get("between") if isinstance(table, dict) else None
    if not isinstance(table, dict) or not isinstance(ends, list):
        return []
    joined = "-".join(map(str, ends))
    return [str(name) for name in (table.get("name"), joined) if name]


def place(path: Path, text: str, keys: tuple[str | int, ...], problem: str) -> ScenarioError:
    """An error at a key path of a file that was read; the path is named once."""
    where = key_text(keys)
    return ScenarioError(problem.removeprefix(f"{where}: "), file=path, where=where, line=line_of(text, keys))


def key_text(keys: tuple[str | int, ...]) -> str:
    """A key path for messages, with indices from 1: ``links[0].rate`` becomes ``links #1 rate``."""
    out = ""
    for key in keys:
        if isinstance(key, int):
            out += f" #{key + 1}"
        else:
            out += f".{key}" if out else key
    return out


def _text(path: Path) -> str:
    try:
        exists, is_folder = path.exists(), path.is_dir()
    except OSError as error:
        raise ScenarioError(f"there can be no such file: {error.strerror}", file=path) from None
    if not exists:
        near = sorted(other.name for other in path.parent.glob("*.toml")) if path.parent.is_dir() else []
        hint = did_you_mean(path.name, near) or _one_floor_down(path)
        raise ScenarioError(f"there is no such file{hint}", file=path)
    if is_folder:
        raise ScenarioError("that is a folder; name the TOML file in it", file=path)
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ScenarioError(f"not UTF-8 text at byte {error.start}; TOML files are", file=path) from None
    except OSError as error:
        raise ScenarioError(f"cannot be read: {error.strerror}", file=path) from None


def _one_floor_down(path: Path) -> str:
    below = sorted(path.parent.glob(f"*/{path.name}")) if path.parent.is_dir() else []
    return f"; did you mean {str(below[0])!r}?" if below else ""


def _long_number(path: Path, text: str) -> ScenarioError:
    found = re.search(r"[0-9][0-9_]{4000,}", text)
    line = 0 if found is None else text.count("\n", 0, found.start()) + 1
    return ScenarioError("a number has too many digits", file=path, line=line)


def _syntax_error(path: Path, text: str, message: str) -> ScenarioError:
    match = re.search(r"^(.*?)\s*\(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    problem = message if match is None else match[1]
    line = 0 if match is None or match[2] is None else int(match[2])
    if _TWICE.match(problem):
        problem = _twice(text.split("\n")[line - 1].strip() if line else problem)
    else:
        problem = f"not TOML: {problem[0].lower()}{problem[1:]}"
    return ScenarioError(problem, file=path, line=line)


def _twice(header: str) -> str:
    name = header.strip("[] ")
    if name in _SEVERAL:
        return f"{header} occurs twice; write each as [[{name}]], with two brackets"
    if not header.startswith("["):
        return f"{header} gives the same value twice; remove one"
    return f"{header} occurs twice; give each its own name, or merge the two"


def _shape_error(
    path: Path, text: str, data: dict[str, Any], error: ErrorDetails, shape: type[BaseModel]
) -> ScenarioError:
    keys = tuple(error["loc"])
    kind, given = error["type"], error["input"]
    if kind == "extra_forbidden":
        known = _table_at(keys[:-1], shape).model_fields
        return place(path, text, keys, f"unknown key {quoted(str(keys[-1]))}{did_you_mean(str(keys[-1]), known)}")
    if kind == "missing" and isinstance(keys[-1], str):
        return place(path, text, keys[:-1], f"the key {quoted(str(keys[-1]))} is missing")
    keys = _in_data(keys, data)
    if kind == "value_error":
        return place(path, text, keys, str(error["ctx"]["error"]))
    if kind == "literal_error":
        return place(path, text, keys, f"{quoted(given)} is not one of {error['ctx']['expected']}")
    if kind in ("missing", "too_long", "too_short"):  # all lists of a fixed length are pairs
        return place(path, text, keys, f"{quoted(given)} must have 2 elements")
    if kind == "tuple_type" and keys[-1] in _SEVERAL and isinstance(given, dict):
        return place(path, text, keys, f"[{keys[-1]}] must be [[{keys[-1]}]], with two brackets: there can be several")
    wanted = _EXAMPLES.get(kind)
    problem = (
        f"{quoted(given)} must be {wanted}"
        if wanted
        else f"{quoted(given)}: {error['msg'][0].lower()}{error['msg'][1:]}"
    )
    return place(path, text, keys, problem)


def _table_at(keys: tuple[str | int, ...], shape: type[BaseModel]) -> type[BaseModel]:
    if not keys:
        return shape
    if keys[0] == "defaults":
        return model.DefaultsTable if len(keys) == 1 else model.LinkOptions
    return _TABLES.get(str(keys[0]), shape)


def _in_data(keys: tuple[str | int, ...], data: Any) -> tuple[str | int, ...]:
    """The part of a path that lies in the file, without the steps that pydantic adds."""
    kept: tuple[str | int, ...] = ()
    for key in keys:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            break
        kept = (*kept, key)
    return kept
