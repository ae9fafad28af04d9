"""The Lua script uses no table that :func:`~catenet.lab.report.wireshark.dissector.dissector` doesn't write."""

from __future__ import annotations

import re

from catenet.lab.report.wireshark.dissector import dissector


def test_every_table_is_defined() -> None:
    code = re.sub(r'"[^"\n]*"|--[^\n]*', "", dissector())
    defined = set(re.findall(r"^local ([A-Z][A-Z_]+) =", code, re.MULTILINE))
    assert defined
    assert set(re.findall(r"(?<![\w.])[A-Z][A-Z_]+\b", code)) - defined == set()
