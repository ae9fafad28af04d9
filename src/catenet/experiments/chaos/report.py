"""The result of one run, as text and as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from catenet.check.history import Event

NOT_LINEARIZABLE: Final = "what the clients saw is not linearizable"


@dataclass
class Report:
    """The result.  ``problems`` is empty if there was no violation; otherwise ``events`` is the clients' history.

    ``verdict`` is that of the checker, as data, if one of the problems is :data:`NOT_LINEARIZABLE`.
    """

    seed: int
    protocol: str
    engine: str
    profile: str
    problems: list[str] = field(default_factory=list)
    operations: int = 0
    answered: int = 0
    steps: int = 0
    repairs: int = 0
    plan: str = ""
    states: dict[str, int] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    verdict: dict[str, Any] | None = None

    def again(self) -> str:
        """The command that repeats this run."""
        profile = f"'{self.profile}'" if " " in self.profile else self.profile
        return (
            f"catenet chaos --first {self.seed} --seeds 1 --protocol {self.protocol} --engine {self.engine}"
            f" --profile {profile} --plan"
        )

    def as_json(self) -> dict[str, Any]:
        """The report as a JSON object."""
        return {
            "seed": self.seed,
            "protocol": self.protocol,
            "engine": self.engine,
            "profile": self.profile,
            "problems": self.problems,
            "operations": self.operations,
            "answered": self.answered,
            "faults": self.steps,
            "repairs": self.repairs,
            "states": self.states,
            "verdict": self.verdict,
        }
