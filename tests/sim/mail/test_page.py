"""The page on mail is one program that runs, and its tables have the defaults."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

import catenet
from catenet.application.mail import Limits, Retries

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "mail.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(block, "docs/mail.md", "exec"), names)
    for name in ("net", "small"):
        net = names[name]
        assert isinstance(net, catenet.Internet)
        net.close()
    first, second, third = capsys.readouterr().out.splitlines()
    assert (first, second) == ("250", "Good morning")
    assert third.startswith("{'alice@post.test': Reply(code=250")


@pytest.mark.parametrize(("settings", "heading"), [(Limits, "| limit |"), (Retries, "| of `Retries` |")])
def test_every_setting_has_a_row_with_its_default(settings: type[Limits | Retries], heading: str) -> None:
    table = PAGE.split(heading)[1].split("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)`[^|]*\| ([\d,.]+) \|", table, re.MULTILINE)
    told = {name: float(number.replace(",", "")) for name, number in rows}
    assert told == {field.name: field.default for field in dataclasses.fields(settings)}
