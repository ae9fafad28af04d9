"""The tables of ``catenet reproduce --markdown``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import typer

from catenet.cli.commands import reproduce
from catenet.experiments import EXPERIMENTS
from catenet.experiments.comparison import Comparison, Entry

CHECK = Comparison("a check", "1.0", 0.5, 1.5, 1.0, "s")
ROW = Comparison("a row", "2.0", 1.5, 2.5, 2.0, "s", entries=(Entry("loss", "5 %", "TCP", "2.0"),))


def printed(figures: list[Comparison], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What the command prints for these figures."""

    def experiment(seed: int) -> Iterator[Comparison]:
        yield from figures

    monkeypatch.setitem(EXPERIMENTS, "crc", experiment)
    with pytest.raises(typer.Exit):
        reproduce.reproduce("crc", seed=1, as_json=False, markdown=True)
    return capsys.readouterr().out


def test_a_table_of_an_experiments_own_has_no_columns_of_checks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert printed([CHECK, ROW], capsys, monkeypatch) == "| loss | TCP |\n|---|---|\n| 5 % | 2.0 |\n"


def test_without_one_the_table_has_what_is_expected_and_measured(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert printed([CHECK], capsys, monkeypatch) == (
        "| | expected | measured |\n|---|---|---|\n| a check | 1.0 | 1.00 s |\n"
    )
