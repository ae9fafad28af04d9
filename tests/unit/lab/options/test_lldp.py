"""LLDP's options."""

from __future__ import annotations

from catenet.lab.options.lldp import parse_lldp


def test_values() -> None:
    assert parse_lldp(False, "x") is None
    default = parse_lldp(True, "x")
    assert default is not None
    assert (default.interval_s, default.hold, default.fast_interval_s, default.fast_count, default.credit_max) == (
        30,
        4,
        1,
        4,
        5,
    )
    own = parse_lldp({"interval": "1h", "hold": 100, "fast_interval": 2, "fast_count": 1, "credit": 10}, "x")
    assert own is not None
    assert (own.interval_s, own.hold, own.fast_interval_s, own.fast_count, own.credit_max) == (3600, 100, 2, 1, 10)
    assert own.ttl_s == 65_535
