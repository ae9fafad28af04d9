"""The state machines' tables are whole: each pair of state and event has a row, or is named here as nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import pytest

from catenet.network.routing.ospf.adjacency import interface, neighbour
from catenet.network.routing.ospf.adjacency.interface import INTERFACE_TABLE
from catenet.network.routing.ospf.adjacency.neighbour import NEIGHBOUR_TABLE
from catenet.network.routing.ospf.calculation import spf_delay
from catenet.network.routing.ospf.state_table import DECIDED, draw


class Machine(NamedTuple):
    """A table, its states and events, and the pairs that are nothing: by event, the states."""

    rows: dict[tuple[int, int], int]
    row_count: int
    states: int
    events: int
    nothing: dict[int, list[int]]


NEIGHBOUR = Machine(
    {(row.state, row.event): row.next_state for row in NEIGHBOUR_TABLE},
    len(NEIGHBOUR_TABLE),
    len(neighbour.STATES),
    len(neighbour.EVENTS),
    {
        neighbour.START: [1, 2, 3, 4, 5, 6, 7],
        neighbour.TWO_WAY_RECEIVED: [0, 1],
        neighbour.NEGOTIATION_DONE: [0, 1, 2, 3, 5, 6, 7],
        neighbour.EXCHANGE_DONE: [0, 1, 2, 3, 4, 6, 7],
        neighbour.BAD_LS_REQUEST: [0, 1, 2, 3, 4],
        neighbour.LOADING_DONE: [0, 1, 2, 3, 4, 5, 7],
        neighbour.ADJACENCY_OK: [0, 1, 2],
        neighbour.SEQUENCE_MISMATCH: [0, 1, 2, 3, 4],
        neighbour.ONE_WAY_RECEIVED: [0, 1],
    },
)
INTERFACE = Machine(
    {(row.state, row.event): row.next_state for row in INTERFACE_TABLE},
    len(INTERFACE_TABLE),
    len(interface.STATES),
    len(interface.EVENTS),
    {
        interface.UP: [1, 2, 3, 4, 5, 6],
        interface.WAIT_TIMER: [0, 1, 3, 4, 5, 6],
        interface.BACKUP_SEEN: [0, 1, 3, 4, 5, 6],
        interface.NEIGHBOUR_CHANGE: [0, 1, 2, 3],
        interface.UNLOOP: [0, 2, 3, 4, 5, 6],
    },
)
DELAY = Machine(
    {(row.state, row.event): row.next_state for row in spf_delay.DELAY_TABLE},
    len(spf_delay.DELAY_TABLE),
    len(spf_delay.STATES),
    len(spf_delay.EVENTS),
    {
        spf_delay.LEARNED: [spf_delay.QUIET, spf_delay.LONG_WAIT],
        spf_delay.HELD_DOWN: [spf_delay.QUIET],
    },
)


@pytest.mark.parametrize("machine", [NEIGHBOUR, INTERFACE, DELAY], ids=["neighbour", "interface", "delay"])
def test_each_pair_has_one_row_or_is_nothing(machine: Machine) -> None:
    assert len(machine.rows) == machine.row_count, "a pair has two rows"
    for state in range(machine.states):
        for event in range(machine.events):
            is_nothing = state in machine.nothing.get(event, [])
            assert ((state, event) in machine.rows) != is_nothing, f"state {state}, event {event}"


@pytest.mark.parametrize("machine", [NEIGHBOUR, INTERFACE, DELAY], ids=["neighbour", "interface", "delay"])
def test_rows_lead_to_states_that_there_are(machine: Machine) -> None:
    assert all(-1 <= after < machine.states for after in machine.rows.values())


def test_each_action_that_decides_belongs_to_a_row_that_is_open() -> None:
    deciding = {neighbour.MAYBE_ADJACENT, neighbour.STILL_ADJACENT, neighbour.REQUEST_OR_FULL}
    for row in NEIGHBOUR_TABLE:
        assert (row.next_state == DECIDED) == (row.action in deciding), row
    for line in INTERFACE_TABLE:
        assert (line.next_state == DECIDED) == (line.action in {interface.BEGIN, interface.ELECT}), line


def test_every_row_names_its_section() -> None:
    assert all(row.section for row in [*NEIGHBOUR_TABLE, *INTERFACE_TABLE, *spf_delay.DELAY_TABLE])


PAGE = Path(__file__).resolve().parents[5] / "docs" / "ospf-states.md"
HEAD = """# OSPF's state machines

Generated from the tables that drive the state machines. An event without a line in a state has no effect there. Where
the next state is *decided*, the action decides it; `network/routing/ospf/adjacency/transitions.py` implements the
actions. The end of a virtual link is an interface like that of a point-to-point link. Its InterfaceUp and InterfaceDown
come from the SPF calculation, when a path to the other end appears or disappears. After a change of the tables,
regenerate this page with `CATENET_REGENERATE=1 pytest {here}`.
"""


def test_the_documentation_is_drawn_from_the_tables() -> None:
    parts = [HEAD.format(here=Path(__file__).relative_to(PAGE.parents[1]))]
    parts += ["## An interface (RFC 2328 section 9)\n", draw(INTERFACE_TABLE, interface.STATES, interface.EVENTS)]
    parts += ["## A neighbour (RFC 2328 section 10)\n", draw(NEIGHBOUR_TABLE, neighbour.STATES, neighbour.EVENTS)]
    parts += [
        "## When routes are calculated (RFC 8405)\n",
        draw(spf_delay.DELAY_TABLE, spf_delay.STATES, spf_delay.EVENTS),
    ]
    page = "\n".join(parts)
    if os.environ.get("CATENET_REGENERATE"):
        PAGE.write_text(page)
    assert PAGE.read_text() == page
