"""Values of a scenario by their paths in the file: ``link.loss``, ``hosts.alice.delay``, ``programs.1.options.count``.

A path is the keys of a value, joined by dots as in TOML.  An element of a list of tables has its number, from 1; a link
also has its name or its ends (``paris-oslo``), a program its host or its function.  The singular of a table's name is
as good (``link``, ``host``).

Without an element, a path means all of them: ``link.loss`` is ``defaults.links.loss`` and the loss of each link (and of
the topology file's links) that has one of its own; ``host.delay`` likewise; ``programs.start`` and
``programs.options.count`` are those of each program that gives one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, Final

from catenet.errors import ScenarioError, did_you_mean
from catenet.kernel.quoting import quoted
from catenet.lab.model.names import fold

LISTS: Final = ("links", "programs", "actions", "routes")
NAMED: Final = ("routers", "switches", "segments", "hosts", "nat", "attach")
WITH_DEFAULTS: Final = ("links", "hosts")
_PLURALS: Final = {"switch": "switches", **{name[:-1]: name for name in (*LISTS, *NAMED) if name.endswith("s")}}
MAX_LETTERS: Final = 1000

Keys = tuple[str, ...]
Place = tuple[Any, str]
"""A table, and the key in it that is to be set."""


def parse_path(text: str) -> Keys:
    """The keys of a path.  Raises :class:`~catenet.errors.ScenarioError`."""
    wrong = ScenarioError(f"{quoted(text)} is not a path of a scenario's value; write keys and dots, like link.loss")
    if len(text) > MAX_LETTERS or "\n" in text or "\r" in text or "#" in text or "=" in text:
        raise wrong
    try:
        found: Any = tomllib.loads(f"{text} = 0")
    except ValueError:
        raise wrong from None
    keys: list[str] = []
    while isinstance(found, dict):
        ((key, found),) = found.items()
        keys.append(key)
    return (_PLURALS.get(keys[0], keys[0]), *keys[1:])


def parse_setting(text: str) -> tuple[str, Any]:
    """The path and the value of ``PATH=VALUE``.  Raises :class:`~catenet.errors.ScenarioError`."""
    path, equals, value = text.partition("=")
    if not equals or not path.strip() or not value.strip():
        raise ScenarioError(f"{quoted(text)} is not PATH=VALUE, such as link.loss=2%")
    return path.strip(), parse_value(value.strip())


def parse_value(text: str) -> Any:
    """A value as TOML writes it; what is not TOML is text."""
    try:
        return tomllib.loads(f"value = {text}")["value"] if "\n" not in text else text
    except (ValueError, KeyError, RecursionError):
        return text


def set_value(data: dict[str, Any], path: str, value: object) -> None:
    """Set a value, or several, in the data of a scenario file.  Raises :class:`~catenet.errors.ScenarioError`.

    Tables on the way are made.  Whether the key and the value are right is for the schema to say.
    """
    keys = parse_path(path)
    for table, key in _places(data, keys, path):
        table[key] = value


def _places(data: dict[str, Any], keys: Keys, path: str) -> list[Place]:
    name, rest = keys[0], keys[1:]
    if name not in LISTS and name not in NAMED:
        return [_step_down(data, keys, path)]
    if not rest:
        raise ScenarioError(f"{path} is a table; name a value in it, like link.delay")
    elements = _elements(data.get(name), name)
    chosen = [element for names, element in elements if fold(rest[0]) in names]
    if chosen or rest[0] == "*":
        if len(rest) == 1:
            raise ScenarioError(f"{path} is a table; name a value in it, like {path}.delay")
        return [_step_down(element, rest[1:], path) for element in chosen or [element for _, element in elements]]
    return _all_places(data, name, rest, [element for _, element in elements], path)


def _all_places(data: dict[str, Any], name: str, rest: Keys, elements: list[Any], path: str) -> list[Place]:
    """The places of a value in all elements: the default's, if there is one, and those of elements of their own."""
    own = [_step_down(element, rest, path) for element in elements if _has(element, rest)]
    if name in WITH_DEFAULTS and len(rest) == 1:
        if name == "links" and _has(data.get("topology"), rest):
            own.append(_step_down(data["topology"], rest, path))
        return [_step_down(data, ("defaults", name, *rest), path), *own]
    if own:
        return own
    known, given = _near(data, name, rest[0]), ".".join(rest)
    raise ScenarioError(f"{path}: no element of {name} is {quoted(rest[0])}, and none gives {given}{known}")


def _near(data: Mapping[str, Any], name: str, wrong: str) -> str:
    names = [names[-1] for names, _ in _elements(data.get(name), name)]
    return did_you_mean(wrong, dict.fromkeys(names))


def _elements(tables: Any, name: str) -> list[tuple[list[str], Any]]:
    """Each element and the names that it goes by."""
    if isinstance(tables, dict):
        return [([fold(key)], table) for key, table in tables.items()]
    if not isinstance(tables, list):
        return []
    return [([str(number), *_names(table, name)], table) for number, table in enumerate(tables, 1)]


def _names(table: Any, name: str) -> list[str]:
    """The names of an element of a list, besides its number."""
    if not isinstance(table, dict):
        return []
    found: list[Any] = []
    if name == "links":
        found.append(table.get("name"))
        ends = table.get("between")
        if isinstance(ends, list) and len(ends) == 2:
            found += [f"{ends[0]}-{ends[1]}", f"{ends[1]}-{ends[0]}"]
    elif name == "programs":
        hosts = table.get("hosts")
        found += [table.get("host"), *(hosts if isinstance(hosts, list) else ()), table.get("run")]
    return [fold(each) for each in found if isinstance(each, str)]


def _has(table: Any, keys: Keys) -> bool:
    for key in keys:
        if not isinstance(table, dict) or key not in table:
            return False
        table = table[key]
    return True


def _step_down(table: Any, keys: Keys, path: str) -> Place:
    for number, key in enumerate(keys[:-1]):
        if isinstance(table, list):
            table = _of_list(table, key, path)
            continue
        inner = table.get(key)
        if inner is None:
            inner = table[key] = {}
        if not isinstance(inner, dict | list):
            raise ScenarioError(
                f"{path}: {'.'.join(keys[: number + 1])} is a value, and has no {quoted(keys[number + 1])}"
            )
        table = inner
    if isinstance(table, list):
        raise ScenarioError(f"{path}: an element of a list cannot be set alone; give the whole list")
    return table, keys[-1]


def _of_list(tables: list[Any], key: str, path: str) -> Any:
    if key.isdecimal() and 1 <= int(key) <= len(tables) and isinstance(tables[int(key) - 1], dict):
        return tables[int(key) - 1]
    raise ScenarioError(f"{path}: {quoted(key)} is not the number of a table there; they have 1 to {len(tables)}")
