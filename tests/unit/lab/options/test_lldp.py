"""LLDP's options."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.errors import LabError
from catenet.lab.options.lldp import parse_lldp


def test_values() -> None:
    assert parse_lldp(False, "x") is None
    spoken = parse_lldp(True, "x")
    assert spoken is not None
    assert spoken.ports is None
    default = spoken.settings
    assert (default.interval_s, default.hold, default.fast_interval_s, default.fast_count, default.credit_max) == (
        30,
        4,
        1,
        4,
        5,
    )
    told = parse_lldp({"interval": "1h", "hold": 100, "fast_interval": 2, "fast_count": 1, "credit": 10}, "x")
    assert told is not None
    own = told.settings
    assert (own.interval_s, own.hold, own.fast_interval_s, own.fast_count, own.credit_max) == (3600, 100, 2, 1, 10)
    assert own.ttl_s == 65_535


def test_ports() -> None:
    spoken = parse_lldp({"ports": ["a-b", "c"]}, "x")
    assert spoken is not None
    assert [spoken.speaks_at(*each) for each in [("a-b", "b"), ("a-c", "c"), ("a-d", "d")]] == [True, True, False]


@pytest.mark.parametrize("ports", ["b", [], 5, None])
def test_bad_ports(ports: Any) -> None:
    with pytest.raises(LabError, match="x: lldp: ports is a list of names of links or neighbours, like"):
        parse_lldp({"ports": ports}, "x")
