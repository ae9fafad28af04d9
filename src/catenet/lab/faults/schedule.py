"""Actions on an internet at a given time: ``net.at("10s").cut("paris", "oslo")``.

Names are resolved when the action is declared, so that a mistake is reported before the run begins.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Self, overload

from catenet.errors import LabError
from catenet.lab.faults.host_faults import HostFaults
from catenet.lab.model.link import Link, change_text
from catenet.lab.model.registry import LinkReference, NodeReference
from catenet.lab.observe.timeline import CALLED
from catenet.lab.options import link as parse
from catenet.lab.options.types import (
    DirectionTable,
    Drift,
    Duration,
    FadingOption,
    JitterOption,
    LinkFidelity,
    LossOption,
    QueueOption,
    Rate,
    Ratio,
    ReorderOption,
    Size,
    Snr,
    given,
)


class At(HostFaults):
    """A time at which actions happen.  Each method returns the object itself, so that calls can be chained."""

    @overload
    def cut(self, link: LinkReference, /) -> Self: ...

    @overload
    def cut(self, a: NodeReference, b: NodeReference, /) -> Self: ...

    def cut(self, *link: NodeReference | LinkReference) -> Self:
        """Cut a link, given by its two ends (every link between them), its name or itself."""
        for one in self._links(link, "cut"):
            self._net.kernel.call_at(self.time_ns, one.cut)
        return self

    @overload
    def heal(self, link: LinkReference, /) -> Self: ...

    @overload
    def heal(self, a: NodeReference, b: NodeReference, /) -> Self: ...

    def heal(self, *link: NodeReference | LinkReference) -> Self:
        """Heal a link that was cut."""
        for one in self._links(link, "heal"):
            self._net.kernel.call_at(self.time_ns, one.heal)
        return self

    def set(
        self,
        *link: NodeReference | LinkReference,
        rate: Rate | None = None,
        delay: Duration | None = None,
        jitter: JitterOption | None = None,
        loss: LossOption | None = None,
        reorder: ReorderOption | None = None,
        duplicate: Ratio | None = None,
        bit_errors: Ratio | None = None,
        snr: Snr | None = None,
        fading: FadingOption | None = None,
        clock_drift: Drift | None = None,
        fidelity: LinkFidelity | None = None,
        queue: QueueOption | None = None,
        mtu: Size | None = None,
        back: DirectionTable | None = None,
    ) -> Self:
        """Change a link, given by its two ends (every link between them), its name or itself.

        ``back`` is a table of these options, except ``mtu``, for the direction from the link's second end to its first.
        """
        changes = given(
            rate=rate, delay=delay, jitter=jitter, loss=loss, reorder=reorder, duplicate=duplicate,
            bit_errors=bit_errors, snr=snr, fading=fading, clock_drift=clock_drift, fidelity=fidelity, queue=queue,
            mtu=mtu, back=back,
        )  # fmt: skip
        if not changes:
            raise LabError('set() needs something to set, such as loss="2%"')
        return self._change(link, parse.parse_options(changes, parse.CHANGEABLE, "set()"), change_text(changes))

    def _change(self, link: tuple[NodeReference | LinkReference, ...], parsed: dict[str, Any], text: str) -> Self:
        """Change a link to options that are parsed; ``text`` tells them as they were given."""
        links = self._links(link, "set")
        for one in links:
            one.check_change(parsed)
        for one in links:
            self._net.kernel.call_at(self.time_ns, partial(one.change, parsed, text))
        return self

    def call(self, function: Callable[..., object], *args: object) -> Self:
        """Call a function; it may change the internet."""
        if not callable(function):
            raise LabError(f"call() needs a function, not {function!r}")

        def call() -> None:
            name = getattr(function, "__qualname__", type(function).__name__)
            self._net.timeline.record(CALLED, name, f"{name}() called")
            function(*args)

        self._net.kernel.call_at(self.time_ns, call)
        return self

    def _links(self, link: tuple[NodeReference | LinkReference, ...], verb: str) -> list[Link]:
        if len(link) not in (1, 2):
            raise LabError(
                f'{verb}() takes two ends, like {verb}("paris", "oslo"), or one link, not {len(link)} arguments'
            )
        return self._net.links_between(*link) if len(link) == 2 else [self._net.find_link(link[0])]
