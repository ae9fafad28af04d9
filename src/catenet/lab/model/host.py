"""Hosts of an internet: machines with a recorder of measurements and registered programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from catenet.host import host as machine
from catenet.host.process import Process
from catenet.kernel.kernel import Kernel
from catenet.kernel.quantity import duration_ns
from catenet.lab.observe.metrics import Metrics
from catenet.lab.observe.notes import Notes
from catenet.lab.options.keywords import OptionChecks
from catenet.lab.options.snooping import parse_multicast
from catenet.lab.options.types import Duration
from catenet.network.multicast.settings import LATEST_IGMP, LATEST_MLD, ROBUSTNESS
from catenet.session.names.hosts_table import Names

if TYPE_CHECKING:
    from catenet.lab.model.processes import Processes


class Host(machine.Host, OptionChecks):
    """A host.

    ``metrics`` holds its programs' measurements (see :mod:`~catenet.lab.observe.metrics`), ``notes`` the notes and
    histories of all programs of its internet (:mod:`~catenet.lab.observe.notes`).
    """

    def __init__(
        self, kernel: Kernel, name: str, names: Names, epoch_ns: int, processes: Processes, notes: Notes
    ) -> None:
        super().__init__(kernel, name, names=names, epoch_ns=epoch_ns)
        self.metrics: Final = Metrics(kernel)
        self.notes: Final = notes
        self._known: Final = processes

    def log_event(self, what: str, text: str) -> None:
        self.notes.timeline.record_program(what, self.name, text)

    def multicast(
        self,
        *,
        igmp: int = LATEST_IGMP,
        mld: int = LATEST_MLD,
        robustness: int = ROBUSTNESS,
        link_scope_reports: bool = False,
    ) -> None:
        """Set how the host reports its groups from now on.

        ``igmp`` and ``mld`` are the highest versions that it speaks, ``robustness`` is how often it reports a change.
        With ``link_scope_reports`` it reports groups of 224.0.0.0/24 and ff02::/16 even where nobody asked for them.
        """
        given = {"igmp": igmp, "mld": mld, "robustness": robustness, "link_scope_reports": link_scope_reports}
        self.ip.set_multicast(parse_multicast(given, f"host {self.name}"))

    def run(
        self,
        function: Callable[..., Any],
        *args: Any,
        name: str | None = None,
        service: bool = False,
        start: Duration = 0,
        options: Mapping[str, Any] | None = None,
    ) -> Process:
        """Run a coroutine function as a program, from virtual time ``start`` on (or from now, if that has passed).

        ``options`` are its keyword arguments, ``name`` its name in the summary.  A **service** does not keep the
        run alive.  Raises TypeError if ``function`` cannot be called.
        """
        return self._run(function, args, name, service, duration_ns(start), options)

    def _run(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        name: str | None,
        service: bool,
        start_ns: int,
        options: Mapping[str, Any] | None,
    ) -> Process:
        if not callable(function):
            raise TypeError(f"host {self.name!r} can run a coroutine function, not {function!r}")
        if name is None:
            name = getattr(function, "__name__", type(function).__name__)
        body = partial(function, **options) if options else function
        process = Process(self, name, body, args, service=service)
        self.processes.append(process)
        if start_ns > self.kernel.now_ns:
            self.kernel.call_at(start_ns, partial(self.power.begin, process))
        else:
            self.power.begin(process)
        self._known.add(process, service, start_ns)
        return process
