"""``examples/names``: what its program prints is what the document shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from catenet.scenario import load

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_the_example_prints_what_the_document_shows(capsys: pytest.CaptureFixture[str]) -> None:
    with load(ROOT / "examples" / "names" / "scenario.toml").build() as net:
        assert net.run().ok
    printed = capsys.readouterr().out
    assert printed.count("\n") == 4
    assert f"```\n{printed}```\n" in (ROOT / "docs" / "dns.md").read_text(encoding="utf-8")
