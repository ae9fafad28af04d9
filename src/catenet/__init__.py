"""Catenet is a whole internet inside one Python program, from bits on a wire to consensus.

::

    net = catenet.Internet(seed=7)
    paris, oslo = net.routers("paris", "oslo")
    net.link(paris, oslo, rate="1Gbit/s", delay="14ms", loss="0.1%")
    net.host("server", at=oslo).run(serve, service=True)  # any coroutine function
    net.host("client", at=paris).run(fetch, "http://server/")
    net.run().report("out/")

Read first :mod:`.internet`, :mod:`.scenario` and :mod:`.errors`.  The layers: :mod:`.application`,
:mod:`.presentation`, :mod:`.session`, :mod:`.transport`, :mod:`.network`, :mod:`.link`, :mod:`.physical`,
:mod:`.kernel`.  Around them: :mod:`.host`, :mod:`.lab`, :mod:`.check`, :mod:`.tap`, :mod:`.record`, :mod:`.bench`,
:mod:`.sweeps`, :mod:`.experiments`, :mod:`.view`, :mod:`.cli`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from catenet.errors import LabError, ScenarioError, TopologyError
    from catenet.host.process import Process
    from catenet.host.standalone_loop import new_event_loop
    from catenet.internet import Internet
    from catenet.kernel.kernel import Deadlock
    from catenet.kernel.quantity import QuantityError
    from catenet.lab.faults.schedule import At
    from catenet.lab.model.host import Host
    from catenet.lab.model.link import Link
    from catenet.lab.model.nodes import Attachment, Router, Switch
    from catenet.lab.model.processes import ProgramFailed
    from catenet.lab.model.segment import Segment
    from catenet.lab.observe.metrics import count, measure
    from catenet.lab.observe.notes import history, note
    from catenet.lab.probe.explain.explanation import RouteExplanation
    from catenet.lab.probe.ping import Hop, PingResult
    from catenet.lab.report.run import Run
    from catenet.sweeps.results import SweepResult
    from catenet.sweeps.sweep import sweep

__version__: Final = "0.1.0"

__all__ = [
    "At",
    "Attachment",
    "Deadlock",
    "Hop",
    "Host",
    "Internet",
    "LabError",
    "Link",
    "PingResult",
    "Process",
    "ProgramFailed",
    "QuantityError",
    "RouteExplanation",
    "Router",
    "Run",
    "ScenarioError",
    "Segment",
    "SweepResult",
    "Switch",
    "TopologyError",
    "__version__",
    "count",
    "history",
    "measure",
    "new_event_loop",
    "note",
    "sweep",
]

_HOMES: Final = {
    "At": "catenet.lab.faults.schedule",
    "Attachment": "catenet.lab.model.nodes",
    "Deadlock": "catenet.kernel.kernel",
    "Hop": "catenet.lab.probe.ping",
    "Host": "catenet.lab.model.host",
    "Internet": "catenet.internet",
    "LabError": "catenet.errors",
    "Link": "catenet.lab.model.link",
    "PingResult": "catenet.lab.probe.ping",
    "Process": "catenet.host.process",
    "ProgramFailed": "catenet.lab.model.processes",
    "QuantityError": "catenet.kernel.quantity",
    "RouteExplanation": "catenet.lab.probe.explain.explanation",
    "Router": "catenet.lab.model.nodes",
    "Run": "catenet.lab.report.run",
    "ScenarioError": "catenet.errors",
    "Segment": "catenet.lab.model.segment",
    "SweepResult": "catenet.sweeps.results",
    "Switch": "catenet.lab.model.nodes",
    "TopologyError": "catenet.errors",
    "count": "catenet.lab.observe.metrics",
    "history": "catenet.lab.observe.notes",
    "measure": "catenet.lab.observe.metrics",
    "new_event_loop": "catenet.host.standalone_loop",
    "note": "catenet.lab.observe.notes",
    "sweep": "catenet.sweeps.sweep",
}
"""The module of each public name."""


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
