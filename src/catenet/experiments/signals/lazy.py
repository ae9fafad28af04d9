"""The experiments on signals by name; each is imported, and NumPy with it, when it is run."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any, Final

from catenet.errors import MissingExtra
from catenet.experiments.comparison import Comparison

NAMES: Final = ("ber", "quantiser", "jitter", "optical", "fec", "crc")
"""Each is a module here with a function of its name."""
_LIBRARIES: Final = ("numpy", "scipy")


class SignalExperiment:
    """The experiment of a name, to be called with a seed.  Raises MissingExtra without NumPy or SciPy."""

    def __init__(self, name: str) -> None:
        self._name: Final = name

    def __call__(self, seed: int) -> Iterable[Comparison]:
        """Run the experiment."""
        try:
            module: Any = import_module(f"catenet.experiments.signals.{self._name}")
        except ModuleNotFoundError as error:
            if error.name is None or error.name.split(".")[0] not in _LIBRARIES:
                raise
            raise MissingExtra(f"experiment {self._name}", "NumPy and SciPy", "signals") from error
        found: Iterable[Comparison] = getattr(module, self._name)(seed)
        return found
