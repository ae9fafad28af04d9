"""Rows that programs measured, read again."""

from __future__ import annotations

from pathlib import Path

from catenet.view import measurements


def test_only_line_feeds_end_rows(tmp_path: Path) -> None:
    path = tmp_path / "measurements.tsv"
    path.write_text("time_s\thost\tname\tvalue\n0.5\tÖ\u2028x\tget\x85\t2\n1\ta\tget\t3\n", encoding="utf-8")
    assert [(row.host, row.name, row.value) for row in measurements.read(path)] == [
        ("Ö\u2028x", "get\x85", 2.0),
        ("a", "get", 3.0),
    ]
    path.write_text("time_s\thost\tname\tvalue\n", encoding="utf-8")
    assert measurements.read(path) == []
