"""A schedule of faults as data: drawn or written by hand, shown as text, stored as JSON, applied to an internet.

A step is a time, a verb of :class:`~catenet.lab.faults.schedule.At`, its targets, and options::

    {"at": "12.5s", "do": "partition", "to": [["n1", "n2"], ["n3"]], "with": {}}
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Any, Final, NamedTuple, Protocol

from catenet.errors import LabError, did_you_mean
from catenet.kernel.quantity import NS_PER_S, duration_ns
from catenet.lab.options.types import Duration

FAULT_METHODS: Final = (
    "crash",
    "restart",
    "pause",
    "resume",
    "partition",
    "partition_one_way",
    "partition_ring",
    "heal_partition",
    "clock",
    "disk",
    "heal_disk",
    "rot",
    "cut",
    "heal",
    "set",
    "restore",
)
"""The verbs; each is a method of :class:`~catenet.lab.faults.schedule.At`."""


class Step(NamedTuple):
    """One action: its time in nanoseconds since the start of the run, its verb, its targets and its options."""

    time_ns: int
    do: str
    to: tuple[Any, ...] = ()
    options: Mapping[str, Any] = {}

    def declare(self, at: object) -> None:
        """Schedule the step.  Raises :class:`~catenet.errors.LabError` for unknown targets or wrong options."""
        act = getattr(at, self.do)
        check_options(self.do, act, self.options)
        act(*self.to, **self.options)

    def text(self) -> str:
        """The step as one line of text."""
        whom = " | ".join(", ".join(one) if isinstance(one, list | tuple) else str(one) for one in self.to)
        how = ", ".join(f"{name}={value}" for name, value in self.options.items())
        words = " ".join(part for part in (self.do.replace("_", " "), whom, f"({how})" if how else "") if part)
        return f"{self.time_ns / NS_PER_S:10.3f} s  {words}"


def check_options(do: str, act: Callable[..., object], options: Iterable[str]) -> None:
    """Reject options that a verb does not take.  Raises :class:`~catenet.errors.LabError`."""
    known = [name for name, taken in signature(act).parameters.items() if taken.kind is taken.KEYWORD_ONLY]
    what = "a disk has no fault" if do == "disk" else f"{do}(): unknown option"
    for name in options:
        if name not in known:
            raise LabError(f"{what} {name!r}{did_you_mean(str(name), known)}")


class Schedules(Protocol):
    """Anything on which actions can be scheduled, such as :class:`~catenet.internet.Internet`."""

    def at(self, when: Duration) -> object:
        """The actions at a time."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A list of steps in order of time."""

    steps: tuple[Step, ...]

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Plan:
        """A plan of these steps, sorted by time; steps of the same time keep their order."""
        return cls(tuple(sorted(steps, key=lambda step: step.time_ns)))

    def apply(self, net: Schedules) -> None:
        """Schedule every step.  Raises :class:`~catenet.errors.LabError` if the internet lacks a target."""
        for step in self.steps:
            step.declare(net.at(f"{step.time_ns}ns"))

    def text(self) -> str:
        """The plan as text, one line per step."""
        return "".join(f"{step.text()}\n" for step in self.steps)

    def to_json(self) -> str:
        """The plan in JSON, one step per line; :meth:`from_json` parses it."""
        steps = [
            json.dumps({"at": f"{step.time_ns}ns", "do": step.do, "to": list(step.to), "with": dict(step.options)})
            for step in self.steps
        ]
        return "[\n" + ",\n".join(f"  {step}" for step in steps) + "\n]\n"

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Parse a plan that :meth:`to_json` or a person wrote.  Raises :class:`~catenet.errors.LabError`."""
        try:
            read = json.loads(text)
        except json.JSONDecodeError as error:
            raise LabError(f"a plan of faults is not JSON: {error}") from None
        if not isinstance(read, list):
            raise LabError("a plan of faults is a list of steps, in square brackets")
        return cls.of(_step(number, given) for number, given in enumerate(read, 1))


def _step(number: int, given: Any) -> Step:
    where = f"step {number} of the plan"
    if not isinstance(given, dict) or not {"at", "do"} <= given.keys() <= {"at", "do", "to", "with"}:
        raise LabError(f'{where}: {given!r} is not like {{"at": "10s", "do": "crash", "to": ["paris"], "with": {{}}}}')
    if given["do"] not in FAULT_METHODS:
        raise LabError(f"{where}: there is no {given['do']!r}{did_you_mean(str(given['do']), FAULT_METHODS)}")
    to, options = given.get("to", []), given.get("with", {})
    if not isinstance(to, list) or not isinstance(options, dict):
        raise LabError(f'{where}: "to" is a list, and "with" a table')
    return Step(duration_ns(given["at"]), given["do"], tuple(to), options)
