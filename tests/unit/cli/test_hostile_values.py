"""Whatever is typed for an option, or stands for a key of a scenario: no traceback, and one message if it is wrong.

The options come from the commands themselves and the keys from the schema itself, so that a new one is covered by
being there.  Commands that would measure for minutes or set up Linux run up to that point.
"""

from __future__ import annotations

import importlib
import io
import json
import pkgutil
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import Any, Final, get_args, get_origin

import pytest
import typer.main
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from catenet import bench
from catenet.cli.errors import MISTAKE
from catenet.cli.main import app, status_of
from catenet.lab.files.fault_tables import KEYS as FAULTS
from catenet.lab.files.schema import ScenarioFile
from catenet.lab.options import ospf as ospf_options
from catenet.lab.options import redistribution as redistributing
from catenet.lab.options.link import LINK_OPTIONS
from tests.unit.cli.test_mistakes import GOOD, PROGRAM

STATUSES: Final = (0, 1, 2)
LONG: Final = "7" * 100_000

TEXTS: Final = (
    *("", " ", "0", "-1", "1", "nan", "inf", "-inf", "1e30s", "1e400", "1e308", "1.5.2Gbit/s", "0.1.2%", "1e-400s"),
    *("5s", "3650d", "3651d", "64KiB", "1e30B", "9" * 30, LONG, LONG + "s", "0x" + LONG, "a" * 5000, "a/" * 3000),
    *("\udcff", "\udcff.toml", "서울", "-", "--", "%", "=", "a=1e308", "a=nan", "@=", "\n", "[", "{" * 500, "None"),
    *("true", "2001:db8::1", "1.2.3.4", "10.0.0.0/33", "1e30", "-5s", "1_0s", "١s", "..", "/dev/null/x"),
)

# -- options


class Leaf:
    """One command: its words, and its parameters."""

    def __init__(self, words: tuple[str, ...], command: Any) -> None:
        self.words = words
        self.options = [one for one in command.params if one.param_type_name == "option" and not one.is_eager]
        self.arguments = [one for one in command.params if one.param_type_name == "argument"]

    def __repr__(self) -> str:
        return " ".join(self.words)


def leaves(command: Any, words: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """All commands of the application."""
    below = getattr(command, "commands", None)
    if not below:
        yield Leaf(words, command)
        return
    for name, inner in below.items():
        yield from leaves(inner, (*words, name))


LEAVES: Final = list(leaves(typer.main.get_command(app)))
WRITTEN: Final = {
    "SCENARIO": ["base.toml"],
    "A": ["client"],
    "B": ["server"],
    "FILE": ["history.jsonl"],
    "EXPERIMENT": ["placement"],
    "NODE...": ["a", "b"],
    "LEFT": ["left"],
    "RIGHT": ["right"],
    "[PART] SCENARIO [NAME]": ["routes", "base.toml"],
}
"""Arguments that can be, by what the help calls them; others are a word."""


def typed(leaf: Leaf, skipped: Any = None, value: str = "") -> list[str]:
    """A command line with every argument, of which one may be something else."""
    words = list(leaf.words)
    for one in leaf.arguments:
        words += [value] if one is skipped else WRITTEN.get(str(one.metavar), ["x"])
    if leaf.words == ("check-history",):
        words += ["--model", "register"]
    return words


def answer(words: list[str]) -> tuple[int, str]:
    """The exit status of a command line, and what it said on stderr.  Whatever it raises fails the test."""
    out, said = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(said):
        status = status_of(words)
    return status, said.getvalue()


def check_line(words: list[str]) -> None:
    """What is promised of every command line."""
    status, said = answer(words)
    assert status in STATUSES, (words, said)
    assert "Traceback" not in said
    said.encode()
    if status == MISTAKE:
        assert said.count("catenet: ") == 1, said
        assert len(said) < 3000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile")
    (path / "program.py").write_text(PROGRAM)
    (path / "base.toml").write_text(GOOD)
    invoked = {"process": 0, "type": "invoke", "f": "read", "value": None, "time": 1}
    lines = [invoked, {**invoked, "type": "ok", "value": None, "time": 2}]
    (path / "history.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture
def harmless(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No benchmark, no experiment and no device of Linux's: all up to them is as ever."""
    monkeypatch.chdir(folder)
    for module in pkgutil.iter_modules(bench.__path__):
        measured = importlib.import_module(f"catenet.bench.{module.name}")
        for name, found in list(vars(measured).items()):
            if callable(found) and getattr(found, "__module__", "") == measured.__name__ and name[0].islower():
                monkeypatch.setattr(measured, name, lambda *_args, **_options: {})
    monkeypatch.setattr("catenet.experiments.chaos.parallel.run_many", lambda *_args, **_options: [])
    experiments = importlib.import_module("catenet.experiments").EXPERIMENTS
    for name in experiments:
        monkeypatch.setitem(experiments, name, lambda *_args, **_options: [])
    for module_name in ("attach", "emulate"):
        monkeypatch.setattr(f"catenet.cli.commands.{module_name}.run_attached", lambda *_args, **_options: 0)


PARAMETERS: Final = [(leaf, one) for leaf in LEAVES for one in (*leaf.options, *leaf.arguments)]


def line_of(leaf: Leaf, one: Any, value: str) -> list[str]:
    if one.param_type_name == "argument":
        return typed(leaf, one, value)
    if one.is_flag:
        return [*typed(leaf), one.opts[0]]
    return [
        *typed(leaf),
        f"{one.opts[0]}={value}" if one.opts[0].startswith("--") else one.opts[0],
        *([] if one.opts[0].startswith("--") else [value]),
    ]


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(PARAMETERS), st.sampled_from(TEXTS) | st.text(max_size=20))
@pytest.mark.usefixtures("harmless")
def test_any_text_for_any_option_of_any_command(parameter: tuple[Leaf, Any], value: str) -> None:
    leaf, one = parameter
    check_line(line_of(leaf, one, value.replace("\0", "0")))


@pytest.mark.long
@pytest.mark.usefixtures("harmless")
@pytest.mark.parametrize("leaf", LEAVES, ids=repr)
def test_every_hostile_text_for_every_option(leaf: Leaf) -> None:
    for one in (*leaf.options, *leaf.arguments):
        for value in TEXTS:
            check_line(line_of(leaf, one, value))


NUMBERS: Final = [(leaf, one) for leaf, one in PARAMETERS if one.type_descriptor.annotation in (int, float)]


def test_numbers_were_found() -> None:
    assert {one.name for _, one in NUMBERS} >= {"seed", "seconds", "time_scale", "count", "points"}


@pytest.mark.slow
@pytest.mark.usefixtures("harmless")
@pytest.mark.parametrize(("leaf", "one"), NUMBERS, ids=lambda part: getattr(part, "name", None) or repr(part))
def test_every_number_has_limits(leaf: Leaf, one: Any) -> None:
    for value in ("nan", "inf", "-inf", "1e308", "9" * 30, "-" + "9" * 30, LONG):
        status, said = answer(line_of(leaf, one, value))
        assert status == MISTAKE, (value, said)
        assert one.opts[0] in said or one.name in said


# -- keys of a scenario

REQUIRED: Final[dict[str, dict[str, Any]]] = {
    "topology": {"file": "net.gml", "delay": "1ms"},
    "links": {"between": ["paris", "oslo"]},
    "routes": {"router": "paris", "prefix": "192.0.2.0/24", "via": "oslo"},
    "nat": {"outside": "oslo"},
    "programs": {"host": "client", "run": "program:main"},
    "actions": {"at": "1s", "do": "set", "link": ["paris", "oslo"]},
    "hosts": {"at": "paris"},
    "attach": {"at": "oslo"},
}
"""What each table needs besides the key that is tried."""
NAMES: Final = {"nat": "paris", "routers": "paris", "hosts": "client"}


def tables(annotation: Any) -> list[type[BaseModel]]:
    """The tables that a field holds, in whatever they are."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for argument in get_args(annotation) for found in tables(argument)]


def keys(shape: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every key of a table and of those in it, where ``*`` stands for a name and ``#`` for a place."""
    for name, field in shape.model_fields.items():
        yield (*path, name)
        for inner in tables(field.annotation):
            kind = get_origin(field.annotation)
            step = ("*",) if kind is dict else ("#",) if kind is tuple else ()
            yield from keys(inner, (*path, name, *step))


def all_keys() -> list[tuple[str, ...]]:
    """Those of the schema, and of the tables that are read by other tables of names: OSPF's and the faults'."""
    found = list(keys(ScenarioFile))
    found += [("ospf", option) for option in ospf_options.ROUTER_OPTIONS]
    found += [("ospf", "areas", "*", option) for option in ospf_options.AREA_OPTIONS]
    found += [("ospf", "virtual_links", "#", option) for option in ospf_options.VIRTUAL_LINK_OPTIONS]
    found += [("ospf", "redistribute", "static", option) for option in ospf_options.OSPF_TERMS.known]
    found += [("rip", "redistribute", source) for source in redistributing.SOURCES]
    found += [("links", "#", "ospf", option) for option in ospf_options.LINK_OPTIONS]
    found += [("links", "#", "back", option) for option in LINK_OPTIONS]
    found += [
        ("actions", "#", f"do {verb}", key) for verb, (needed, more) in FAULTS.items() for key in (*needed, *more)
    ]
    return found


KEYS: Final = all_keys()
VALUES: Final = (
    *(text for text in TEXTS if text.isprintable() and "\udcff" not in text),
    *(0, -1, 1, 2, 255, 256, 65_535, 65_536, 1 << 32, 1 << 63, 1 << 64, 16**5000),
    *(0.5, -0.5, 1e308, 1e-320, float("nan"), float("inf"), True, False, datetime(9999, 12, 31)),
    *([], [1], ["paris"], ["paris", "oslo"], [[]], ["1s", "1e30s"], [float("nan"), 0.0], {}),
    *({"x": 1}, {"pareto": "1ms", "shape": 1e-9}, {"burst": 1.0, "length": float("inf")}, {"recorded": [2]}),
    *({"frames": 1 << 70}, {"share": "1%", "late": "1e30s"}, {"rate": "1e30bit/s"}, {"slow": float("inf")}),
    *({"paris": ["192.0.2.1/33"]}, {"tcp/99999": "server:80"}, {"1": {"kind": "stub"}}, {"static": {"tag": 1 << 40}}),
)


def toml(value: Any) -> str:
    """A value in TOML, tables in braces."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and value.bit_length() > 64:
        return hex(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, datetime):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def scenario(path: tuple[str, ...], value: Any) -> str:
    """A scenario in which one key has one value."""
    file: dict[str, Any] = {
        "until": "2s",
        "routers": {name: {"routing": "static"} for name in ("paris", "oslo")},
        "hosts": {"server": {"at": "oslo"}, "client": {"at": "paris"}},
        "links": [dict(REQUIRED["links"])],
    }
    for protocol in ("ospf", "rip"):
        if protocol in path:
            file["routers"] = {name: {"routing": protocol} for name in ("paris", "oslo")}
    place: Any = file
    for step, after in zip(path, (*path[1:], None), strict=True):
        if step == "#":
            place.append(dict(REQUIRED.get(path[0], {}))) if path[0] != "links" or not place else None
            place = place[-1]
        elif step.startswith("do "):
            verb = step.removeprefix("do ")
            place.pop("link")
            place["do"] = verb
            place.update({key: EXAMPLES[key] for key in FAULTS[verb][0]})
        elif after is None:
            place[step] = value
        else:
            name = NAMES.get(path[0], "7") if step == "*" else step
            fresh: Any = [] if after == "#" else dict(REQUIRED.get(step, {})) if after != "*" else {}
            if step == "*":
                fresh = dict(REQUIRED.get(path[0], {}))
            place = place.setdefault(name, fresh)
    return "".join(f"{key} = {toml(inner)}\n" for key, inner in file.items())


EXAMPLES: Final[dict[str, Any]] = {
    "hosts": ["client"],
    "groups": [["client"], ["server"]],
    "sources": ["client"],
    "targets": ["server"],
    "faults": {"slow": 10},
    "link": ["paris", "oslo"],
    "until": "2s",
}


def judge_scenario(folder: Path, path: tuple[str, ...], value: Any) -> None:
    (folder / "net.gml").write_text(
        'graph [ node [ id 0 label "a" ] node [ id 1 label "b" ] edge [ source 0 target 1 ] ]'
    )
    file = folder / "tried.toml"
    file.write_text(scenario(path, value), encoding="utf-8")
    check_line(["run", str(file), "--until", "2s", "--out", str(folder / "out"), "--force"])


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(KEYS), st.sampled_from(VALUES))
def test_any_value_for_any_key_of_a_scenario(folder: Path, path: tuple[str, ...], value: Any) -> None:
    judge_scenario(folder, path, value)


@pytest.mark.long
@pytest.mark.parametrize("path", KEYS, ids=".".join)
def test_every_hostile_value_for_every_key(folder: Path, path: tuple[str, ...]) -> None:
    for value in VALUES:
        judge_scenario(folder, path, value)


# -- files


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = " + "[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ("a = " + "{ b = " * 100_000, "nested too deeply"),
        ("seed = 1\nuntil = " + LONG, ":2: a number has too many digits"),
        ("seed = 0x" + "f" * 100_000, "a seed is a whole number from"),
        ("until = 0x" + "f" * 100_000, "until: duration a number of 400000 bits must lie between 0s and 3650d"),
        ("until = nan", "until: duration nan must not be infinite"),
        ('until = "1e30s"', "until: duration '1e30s' must lie between"),
        ("start = 5", "start: 5 is not a date and time"),
        ("start = 9999-12-31T00:00:00Z", "between the years 1970 and 2200"),
        ("name = " + "[" * 400 + "]" * 400, "name: "),
    ],
    ids=lambda text: text[:20],
)
def test_a_scenario_that_nobody_writes(folder: Path, text: str, said: str) -> None:
    file = folder / "odd.toml"
    file.write_text(text)
    status, message = answer(["run", str(file)])
    assert status == MISTAKE
    assert said in message
    assert len(message.splitlines()) == 1
    assert len(message) < 500


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "base.toml", "--until", "1e30s"], "--until: duration '1e30s' must lie between 0s and 3650d"),
        (["emulate", "a", "b", "--delay", "1e30s"], "link wire: delay: duration '1e30s' must lie between"),
        (["emulate", "a", "b", "--rate", "1.5.2Gbit/s"], "link wire: rate: '1.5.2Gbit/s' is not a rate"),
        (["attach", "base.toml", "--time-scale", "nan"], "--time-scale"),
        (["bench", "dumbbell", "--seconds", "inf"], "--seconds"),
        (["bench", "ospf", "--pacing", "soon"], "--pacing: 'soon' is not a duration"),
        (["place", "a=1e308", "b=1e308"], "the weight of a must be positive, from 1e-100 to 1e+100, not 1e+308"),
        (["place", "a=many"], "NODE 'a=many': the weight must be a number"),
        (["place", "a", "b", "--key", "\udcff"], "--key: '\\udcff' is not UTF-8 text"),
        (["place", "a", "\udcff"], "NODE: '\\udcff' is not UTF-8 text"),
        (["run", "a" * 5000], "there can be no such file: File name too long"),
        (["run", "\udcff.toml"], "there is no such file"),
    ],
    ids=lambda words: " ".join(words)[:30].encode("ascii", "replace").decode() if isinstance(words, list) else "",
)
@pytest.mark.usefixtures("harmless")
def test_what_was_seen_to_fail(words: list[str], said: str) -> None:
    status, message = answer(words)
    assert status == MISTAKE
    assert said in message
