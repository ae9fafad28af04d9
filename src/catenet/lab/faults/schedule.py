"""What is done to an internet at a given time: ``net.at("10s").cut("paris", "oslo")``.

What an action names is looked up when it is declared, so that a mistake is told before the run begins.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from catenet.errors import LabError
from catenet.lab.faults.host_faults import FaultVerbs
from catenet.lab.observe.timeline import CALLED
from catenet.lab.options import link as parse

if TYPE_CHECKING:
    from catenet.lab.model.link import Link


class Moment(FaultVerbs):
    """A time at which things happen.  Each method returns the moment again, so that they can be chained."""

    def cut(self, *link: object) -> Moment:
        """Cut a link, given by its two ends (every link between them), its name or itself."""
        for one in self._links(link, "cut"):
            self._net.kernel.call_at(self.time_ns, one.cut)
        return self

    def heal(self, *link: object) -> Moment:
        """Heal a link that was cut."""
        for one in self._links(link, "heal"):
            self._net.kernel.call_at(self.time_ns, one.heal)
        return self

    def set(self, *link: object, **changes: Any) -> Moment:
        """Change a link.

        What may change: ``rate``, ``delay``, ``jitter``, ``loss``, ``reorder``, ``duplicate``, ``bit_errors``,
        ``queue``, ``mtu``; and ``back``, a table of these but ``mtu`` for the direction from the link's second end
        to its first.
        """
        if not changes:
            raise LabError('set() needs something to set, such as loss="2%"')
        parse.parse_options(changes, parse.CHANGEABLE, "set()")
        for one in self._links(link, "set"):
            self._net.kernel.call_at(self.time_ns, partial(one.set, **changes))
        return self

    def call(self, function: Callable[..., object], *args: object) -> Moment:
        """Call a function; it may change the internet."""
        if not callable(function):
            raise LabError(f"call() needs a function, not {function!r}")

        def call() -> None:
            name = getattr(function, "__qualname__", type(function).__name__)
            self._net.timeline.note(CALLED, name, f"{name}() called")
            function(*args)

        self._net.kernel.call_at(self.time_ns, call)
        return self

    def _links(self, link: tuple[object, ...], verb: str) -> list[Link]:
        if len(link) not in (1, 2):
            raise LabError(
                f'{verb}() takes two ends, like {verb}("paris", "oslo"), or one link, not {len(link)} arguments'
            )
        return self._net.links_between(*link) if len(link) == 2 else [self._net.find_link(link[0])]
