"""What RIP does that was told nothing, and what is refused (RFC 2453 section 3.8)."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.network.routing.rip.settings import RipInterface, RipSettings

S = 1_000_000_000


def test_defaults() -> None:
    chosen = RipSettings()
    assert (chosen.update_ns, chosen.timeout_ns, chosen.garbage_ns) == (30 * S, 180 * S, 120 * S)
    assert (chosen.jitter_ns, chosen.hold_low_ns, chosen.hold_high_ns) == (5 * S, 1 * S, 5 * S)
    assert (chosen.split_horizon, chosen.poison_reverse, chosen.triggered, chosen.max_paths) == (True, False, True, 1)
    assert RipSettings(split_horizon=False, poison_reverse=True).split_horizon, "poisoning is a kind of it"


ENDS: list[tuple[dict[str, int], dict[str, int]]] = [
    ({"update_ns": 1, "jitter_ns": 0}, {"update_ns": 0, "jitter_ns": 0}),
    ({"garbage_ns": 1}, {"garbage_ns": 0}),
    ({"jitter_ns": 0}, {"jitter_ns": -1}),
    ({"jitter_ns": 30 * S - 1}, {"jitter_ns": 30 * S}),
    ({"timeout_ns": 35 * S + 1}, {"timeout_ns": 35 * S}),
    ({"hold_low_ns": 0}, {"hold_low_ns": -1}),
    ({"hold_low_ns": 5 * S}, {"hold_low_ns": 5 * S + 1}),
    ({"max_paths": 1}, {"max_paths": 0}),
]


@pytest.mark.parametrize(("last", "beyond"), ENDS)
def test_the_ends_of_ranges(last: dict[str, Any], beyond: dict[str, Any]) -> None:
    chosen = RipSettings(**last)
    assert all(getattr(chosen, name) == value for name, value in last.items())
    with pytest.raises(ValueError):
        RipSettings(**beyond)


def test_an_interface_costs_one_to_fifteen_and_has_an_address() -> None:
    networks = [(0x0A000001, 24), (0x0B000001, 31), (0x0C000001, 32)]
    assert RipInterface(0, "eth0", networks, cost=15).cost == 15
    assert (RipInterface(0, "eth0", networks).cost, RipInterface(0, "eth0", networks).address) == (1, 0x0A000001)
    for chosen in ({"cost": 0}, {"cost": 16}, {"networks": []}):
        with pytest.raises(ValueError, match="eth0"):
            RipInterface(**{"number": 0, "name": "eth0", "networks": networks, **chosen})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("address", "own", "neighbour"),
    [
        (0x0A000001, True, False),
        (0x0A000002, False, True),
        (0x0A0000FE, False, True),
        (0x0A000000, False, False),
        (0x0A0000FF, False, False),
        (0x0A000102, False, False),
        (0x0B000000, False, True),
        (0x0B000001, True, False),
        (0x0B000002, False, False),
        (0x0C000001, True, False),
        (0x0C000002, False, False),
    ],
)
def test_who_can_be_a_neighbour(address: int, own: bool, neighbour: bool) -> None:
    """Section 3.9.2: what comes from elsewhere is dropped, and so is one's own; a /31 has no broadcast address."""
    interface = RipInterface(0, "eth0", [(0x0A000001, 24), (0x0B000001, 31), (0x0C000001, 32)])
    assert (interface.is_own(address), interface.is_on_link(address)) == (own, neighbour)
