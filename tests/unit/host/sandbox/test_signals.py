from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.host.conftest import Machine


def test_a_handler_is_the_hosts_own(paris: Machine, oslo: Machine) -> None:
    came: list[int] = []
    real = signal.getsignal(signal.SIGTERM)
    with paris.turn():
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
        signal.signal(signal.SIGTERM, lambda number, _: came.append(number))
        signal.raise_signal(signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
    with oslo.turn():
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    assert signal.getsignal(signal.SIGTERM) == real
    assert came == [signal.SIGTERM, signal.SIGTERM]


def test_without_a_handler_the_default_action_is_taken(paris: Machine) -> None:
    with paris.turn():
        signal.raise_signal(signal.SIGCHLD)
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.raise_signal(signal.SIGTERM)
    assert paris.ended_by == [signal.SIGINT, signal.SIGTERM]


def test_what_cannot_be_a_handler_is_refused(paris: Machine) -> None:
    with paris.turn():
        with pytest.raises(TypeError, match="must be"):
            signal.signal(signal.SIGTERM, "stop")  # type: ignore[arg-type]
        with pytest.raises(OSError, match="Invalid argument"):
            signal.signal(signal.SIGKILL, signal.SIG_IGN)
        with pytest.raises(ValueError, match="not a valid"):
            signal.signal(999, signal.SIG_IGN)
