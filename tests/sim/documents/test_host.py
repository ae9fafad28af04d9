"""The sniffer of the page on hosts is a program that runs, and prints what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[3] / "docs" / "host.md"


def test_the_sniffer_prints_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    section = PAGE.read_text(encoding="utf-8").split("## Packet sockets\n")[1].split("\n## ")[0]
    found = re.search(r"```python\n(.*?)```\n\n((?:    [^\n]*\n)+)", section, re.DOTALL)
    assert found is not None
    exec(compile(found[1], str(PAGE), "exec"), {})
    assert capsys.readouterr().out == re.sub(r"^    ", "", found[2], flags=re.MULTILINE)
