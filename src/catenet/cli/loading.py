"""Loads and builds a scenario; each error in the file is a :class:`~catenet.cli.errors.Mistake`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from catenet.cli.errors import Mistake

if TYPE_CHECKING:
    from catenet.internet import Internet
    from catenet.scenario import Scenario


@contextmanager
def mistakes_told() -> Iterator[None]:
    """Convert errors of the lab in this context to mistakes in a file or on the command line."""
    try:
        yield
    except ValueError as error:
        if not is_mistake(error):
            raise
        raise Mistake(str(error)) from error


def is_mistake(error: ValueError) -> bool:
    """Whether an error is a mistake in a file or on the command line, and no internal fault."""
    from catenet.application.placement import PlacementError
    from catenet.errors import LabError
    from catenet.kernel.quantity import QuantityError

    return isinstance(error, LabError | QuantityError | PlacementError)


def load_scenario(path: str, values: Sequence[str] = ()) -> Scenario:
    """Parse and validate a scenario file.  Raises :class:`~catenet.cli.errors.Mistake`.

    ``values`` are in the place of the file's, as ``PATH=VALUE``.
    """
    from catenet.lab.files.value_paths import parse_setting
    from catenet.scenario import load

    with mistakes_told():
        return load(path, dict(parse_setting(text) for text in values))


def build_internet(
    scenario: Scenario, *, seed: int | None = None, capture: bool | None = None, check_forwarding: bool | None = None
) -> Internet:
    """The scenario's internet.  Raises :class:`~catenet.cli.errors.Mistake`."""
    with mistakes_told():
        return scenario.build(seed=seed, capture=capture, check_forwarding=check_forwarding)


def duration_option_ns(name: str, text: str) -> int:
    """An option's duration.  Raises :class:`~catenet.cli.errors.Mistake`."""
    from catenet.kernel.quantity import QuantityError, duration_ns

    try:
        return duration_ns(text)
    except QuantityError as error:
        raise Mistake(f"{name}: {error}") from error
