"""The tables of the documents hold what the program has: each key, verb, model, effect, room and command, and no other.

What a document shows of a command's output is checked in tests/sim/documents, OSPF's state machines in
tests/unit/network/routing/ospf.  Tables that tell in words what happens (what a program gets from its host, what a
power cut leaves, what a store's calls promise) have tests of that behaviour.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest
import typer

from catenet.application import placement
from catenet.application.consensus import effects
from catenet.application.kv.client import Client
from catenet.check.history import ENDS, INVOKE
from catenet.check.models import MODELS
from catenet.check.transactions import WRITES
from catenet.cli.live.console import HELP
from catenet.cli.main import app
from catenet.experiments.chaos.profile import PROFILES
from catenet.lab.faults.schedule import At
from catenet.lab.files import schema as scenario_model
from catenet.lab.options import ospf as ospf_options
from catenet.lab.options.queue_disciplines import PARSERS
from catenet.link.drop_reasons import DROP_COUNTERS, DROP_TEXT, MARK_COUNTERS, MARK_TEXT

ROOT = Path(__file__).parents[3]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "README.ko.md",
    ROOT / "bench" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
CODE = re.compile(r"`([^`]+)`")


class Table(NamedTuple):
    """``section`` is the heading above it; ``rows`` are cells without the head's."""

    section: str
    head: list[str]
    rows: list[list[str]]

    def named(self, column: int = 0) -> list[str]:
        """The first word of each piece of code in a column: ``crash`` of ```crash(*hosts)```."""
        return [re.split(r"[ (,=]", code)[0] for row in self.rows for code in CODE.findall(row[column])]


def tables_of(path: Path) -> list[Table]:
    found: list[Table] = []
    section, inside = "", False
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("#"):
            section = line.lstrip("# ")
        if not line.startswith("|"):
            inside = False
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not inside:
            found.append(Table(section, cells, []))
        elif not set(line) <= set("|-: "):
            found[-1].rows.append(cells)
        inside = True
    return found


def table(document: str, section: str, head: str) -> Table:
    (found,) = [
        each
        for each in tables_of(ROOT / document)
        if each.section == section and " | ".join(each.head).startswith(head)
    ]
    return found


def keys(model: Any) -> set[str]:
    return set(model.model_fields)


LINK = keys(scenario_model.LinkOptions)
SECTIONS = {
    "`[switches.NAME]`": (keys(scenario_model.SwitchTable), set()),
    "`[segments.NAME]`": (keys(scenario_model.SegmentTable), set()),
    "`[routers.NAME]`": (keys(scenario_model.RouterTable), set()),
    "`[hosts.NAME]`": (keys(scenario_model.HostTable), LINK | {"ospf"}),
    "`[[links]]`": (keys(scenario_model.LinkTable), set()),
    "`[[routes]]`": (keys(scenario_model.RouteTable), set()),
    "`[nat.ROUTER]`": (keys(scenario_model.NatTable), set()),
    "`[dns]`": (keys(scenario_model.DnsTable), set()),
    "`[mail]`": (keys(scenario_model.MailTable), set()),
    "`[dhcp.NODE]`": (keys(scenario_model.DhcpTable), set()),
    "`[attach.NAME]`": (keys(scenario_model.AttachTable), LINK | {"ospf"}),
    "`[[programs]]`": (keys(scenario_model.ProgramTable), set()),
    "`[[actions]]`": (keys(scenario_model.ActionTable), keys(scenario_model.FaultKeys)),
    "`[capture]`": (keys(scenario_model.CaptureTable), set()),
    "`[topology]`": (keys(scenario_model.TopologyTable), LINK),
}
"""The keys of each table of a scenario, and those that its document tells of elsewhere or together."""


@pytest.mark.parametrize("section", SECTIONS)
def test_the_keys_of_a_scenario(section: str) -> None:
    there, elsewhere = SECTIONS[section]
    told = set(table("docs/scenario.md", section, "key | meaning").named())
    assert told <= there
    assert there - told <= elsewhere


def test_the_keys_at_the_top_of_a_scenario() -> None:
    top = keys(scenario_model.ScenarioFile)
    told = set(table("docs/scenario.md", "At the top", "key | meaning").named())
    tables = {re.split(r"[.\]]", section.strip("`["))[0] for section in SECTIONS}
    assert told <= top
    assert top - told <= tables | {"defaults", "rip", "ospf"}


def test_the_options_of_rip_and_their_defaults() -> None:
    told = table("docs/rip.md", "Options", "key | meaning | default")
    assert set(told.named()) == keys(scenario_model.RipTable)
    for name, row in zip(told.named(), told.rows, strict=True):
        default = scenario_model.RipTable.model_fields[name].default
        if isinstance(default, bool | int):
            assert row[2].strip("`") == (str(default).lower() if isinstance(default, bool) else str(default)), name


def test_the_queue_disciplines_and_their_parameters() -> None:
    told = table("docs/queues.md", "Queue disciplines", "discipline | parameters")
    assert told.named() == list(PARSERS)
    for row in told.rows:
        parameters = re.findall(r"`([a-z_]+)`", row[1])
        assert set(parameters) == set(PARSERS[row[0].strip("`")]), row[0]
    reasons = table("docs/queues.md", "Counters", "reason | counter")
    queued = [
        code for code in DROP_TEXT if code not in (2, 3, 4, 12) and not DROP_TEXT[code].startswith("storm control")
    ]
    words = {DROP_TEXT[code].split()[0] for code in queued}
    assert set(reasons.named()) == words | {text.removeprefix("marked: ").split()[0] for text in MARK_TEXT.values()}
    counters = {counter for row in reasons.rows for counter in CODE.findall(row[1])}
    assert counters == {DROP_COUNTERS[code] for code in queued} | set(MARK_COUNTERS.values())


def test_the_options_of_ospf() -> None:
    ends = table("docs/ospf.md", "Options of a router, of a link, or of an end", "key | meaning | default")
    assert set(ends.named()) == set(ospf_options.INTERFACE_OPTIONS)
    router = [each for each in tables_of(ROOT / "docs/ospf.md") if each.section == "Options of a router"]
    assert set(router[0].named()) | set(ends.named()) == set(ospf_options.ROUTER_OPTIONS)
    assert set(router[1].named()) == set(ospf_options.AREA_OPTIONS)


def test_the_models_and_events_of_histories() -> None:
    told = {row[0].strip("`"): {code.split()[0] for code in CODE.findall(row[1])} for row in _models().rows}
    expected = {name: set(model.arities) for name, model in MODELS.items()}
    assert {name: operations for name, operations in told.items() if name in MODELS} == expected
    assert {name for name in told if name not in MODELS} == set(WRITES)
    assert all(f'["{WRITES[name]}"' in " ".join(row) for row in _models().rows if (name := row[0].strip("`")) in WRITES)
    assert set(table("docs/checking.md", "Histories", "event | meaning").named()) == {INVOKE, *ENDS}


def _models() -> Table:
    return table("docs/checking.md", "Models", "model | operations")


def test_the_effects_of_a_replica() -> None:
    told = set(table("docs/consensus.md", "Consensus: replicas that agree on a log", "effect").named())
    assert told == {each.__name__ for each in vars(effects).values() if _is_effect(each)}


def _is_effect(each: object) -> bool:
    return isinstance(each, type) and issubclass(each, effects.Effect) and each is not effects.Effect


def test_the_placements() -> None:
    told = table("docs/placement.md", "Placing keys", "placement")
    kinds = {name for name in placement.__all__ if _is_placement(getattr(placement, name))}
    assert set(told.named()) == kinds


def _is_placement(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, placement.Placement) and kind is not placement.Placement


def test_the_verbs_of_faults() -> None:
    (told,) = [each for each in tables_of(ROOT / "docs/faults.md") if each.head[0] == "verb"]
    verbs = {name for name in dir(At) if not name.startswith("_") and callable(getattr(At, name))}
    assert set(told.named()) == verbs - {"call"}


def test_the_calls_of_the_stores_client() -> None:
    (told,) = [each for each in tables_of(ROOT / "docs/store.md") if each.head[0] == "call"]
    assert [name for name in told.named() if not hasattr(Client, name)] == []


def test_the_profiles_of_chaos() -> None:
    (told,) = [each for each in tables_of(ROOT / "docs/store.md") if each.head[0] == "profile"]
    assert {row[0] for row in told.rows} == set(PROFILES)


def test_the_commands_of_the_console() -> None:
    (told,) = [each for each in tables_of(ROOT / "docs/attach.md") if each.head[0] == "command"]
    assert set(told.named()) - set(scenario_model.options.LINK_OPTIONS) == {usage.split()[0] for usage in HELP}


def test_the_rooms_and_what_is_compiled() -> None:
    told = table("docs/architecture.md", "Packages", "package | layer")
    rooms = {name.rstrip("/") for name in told.named()}
    here = {path.parent.name for path in (ROOT / "src" / "catenet").glob("*/__init__.py")}
    assert {room.split("/")[0] for room in rooms} == here
    code = "import runpy, sys; sys.argv = ['setup.py', '--version']; print(runpy.run_path('setup.py')['COMPILED'])"
    pure = os.environ | {"CATENET_BUILD": "pure"}  # nothing is compiled to say what would be
    made = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=pure, capture_output=True, text=True, check=True)
    compiled = re.findall(r"'([\w/*.]+)'", made.stdout)
    source = ROOT / "src" / "catenet"
    files = {path.relative_to(source) for pattern in compiled for path in source.glob(pattern)}
    for row in told.rows:
        room = row[0].strip("`").rstrip("/")
        assert any(Path(room) in file.parents for file in files) is (row[3] != "no"), room


def commands() -> list[str]:
    """All that tables and fences show as a command of catenet's."""
    found: dict[str, None] = {}
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        shown = [
            code
            for each in tables_of(path)
            for cell in (each.head, *each.rows)
            for code in CODE.findall(" ".join(cell))
        ]
        for fence in re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            shown += [line.removeprefix("$ ").removeprefix("sudo ") for line in fence.split("\n")]
        found |= dict.fromkeys(each for each in shown if re.match(r"(\.venv/bin/)?catenet [a-z]", each))
    return list(found)


@pytest.mark.slow
@pytest.mark.parametrize("command", commands())
def test_the_commands_that_documents_show_are_there(command: str) -> None:
    """Each is parsed as if it were typed, down to its last option, and not run."""
    words = shlex.split(command, comments=True)[1:]
    found: Any = typer.main.get_command(app)
    while words and hasattr(found, "commands"):
        assert words[0] in found.commands, words[0]
        found = found.commands[words.pop(0)]
    found.make_parser(click.Context(found)).parse_args(words)


def test_a_command_that_is_not_there_is_found() -> None:
    with pytest.raises(AssertionError, match="pong"):
        test_the_commands_that_documents_show_are_there("catenet pong a b")
    with pytest.raises(Exception, match="--nope"):
        test_the_commands_that_documents_show_are_there("catenet ping --nope a b c")


@pytest.mark.parametrize("page", ["README.md", "README.ko.md"])
def test_the_readme_shows_lines_of_the_demo(page: str) -> None:
    shown = re.findall(
        r"^```\n( a replicated store.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    demo = (ROOT / "docs" / "demo.md").read_text(encoding="utf-8").splitlines()
    assert len(shown) == 1
    assert [line for line in shown[0].splitlines() if line not in demo] == []
