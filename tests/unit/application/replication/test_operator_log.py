"""What has happened to a store is written to stderr once, wherever the log goes."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

import pytest

from catenet.application.replication.operator_log import LOG, log_event


class Kept(logging.Handler):
    """A handler that writes nowhere that a person looks."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())


@pytest.fixture
def alone() -> Iterator[Kept]:
    """The logger with a handler of the test's, and none of pytest's above it."""
    kept, former = Kept(), (LOG.propagate, LOG.level)
    LOG.propagate = False
    LOG.addHandler(kept)
    yield kept
    LOG.removeHandler(kept)
    LOG.propagate = former[0]
    LOG.setLevel(former[1])


def test_a_log_that_goes_elsewhere_does_not_hide_it(alone: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    log_event("100 % of it is lost")
    assert alone.told == ["100 % of it is lost"]
    assert capsys.readouterr().err == "catenet store: 100 % of it is lost\n"


def test_a_log_on_stderr_is_enough(alone: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    handler = logging.StreamHandler(sys.stderr)
    LOG.addHandler(handler)
    try:
        log_event("it is lost")
        assert capsys.readouterr().err == "it is lost\n"
        handler.setLevel(logging.ERROR)
        log_event("it is lost")
        assert capsys.readouterr().err == "catenet store: it is lost\n"
        log_event("it is lost", logging.ERROR)
        assert capsys.readouterr().err == "it is lost\n"
    finally:
        LOG.removeHandler(handler)


def test_a_log_that_is_off_does_not_hide_it(alone: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    LOG.addHandler(handler := logging.StreamHandler(sys.stderr))
    LOG.setLevel(logging.CRITICAL)
    try:
        log_event("it is lost")
    finally:
        LOG.removeHandler(handler)
    assert alone.told == []
    assert capsys.readouterr().err == "catenet store: it is lost\n"


def test_where_nothing_is_set_up_python_s_last_resort_writes_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(LOG, "propagate", False)
    log_event("it is lost")
    assert capsys.readouterr().err == "it is lost\n"
    log_event("it is found", logging.INFO)
    assert capsys.readouterr().err == "catenet store: it is found\n"
