"""The state of one internet: nodes, links, time, routes and records.

:class:`~catenet.lab.world.builder.Builder` adds the declarations; observers, faults and reports need only this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final, get_args

from catenet.errors import LabError, did_you_mean
from catenet.host.clock import EPOCH_NS
from catenet.host.ordered_tasks import adopt_strays
from catenet.host.sandbox.environment import installed
from catenet.kernel.kernel import Kernel
from catenet.kernel.quantity import whole_number
from catenet.kernel.quoting import quoted
from catenet.lab.autoconfiguration.declared import Autoconfiguration
from catenet.lab.forwarding.check import ForwardingCheck
from catenet.lab.model.address_assignment import AddressAssignment
from catenet.lab.model.address_plan import AddressPlan, Network
from catenet.lab.model.group_reports import report_groups
from catenet.lab.model.hosts_table import HostNames
from catenet.lab.model.lans import Lans
from catenet.lab.model.link import Link
from catenet.lab.model.processes import Processes
from catenet.lab.model.registry import Registry
from catenet.lab.model.segment import check_segments
from catenet.lab.model.switching.switch_ports import check_ports
from catenet.lab.observe.connections import ConnectionLog
from catenet.lab.observe.notes import Notes
from catenet.lab.observe.timeline import Timeline
from catenet.lab.options.types import Fidelity, Metric
from catenet.lab.routing.graph import destinations
from catenet.lab.routing.nat import Gateway
from catenet.lab.routing.ospf import OspfRouting
from catenet.lab.routing.rip import RipRouting
from catenet.lab.routing.shortest_paths import AutomaticRoutes
from catenet.lab.services.nameservers import Nameservers
from catenet.lab.world.captures import Captures
from catenet.lab.world.gc_tuning import sparing_collector
from catenet.network.forwarding import route_selection as distances
from catenet.presentation.tls.internet_tls import InternetTls

RECONVERGE_NS: Final = 200_000_000
"""The delay from a link's change to new automatic routes.

It models detection, flooding and computation of a well-tuned link-state protocol (RFC 2328 with sub-second timers).
"""

MIN_SEED: Final = -(1 << 63)
MAX_SEED: Final = (1 << 63) - 1
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2200
"""Times in captures and files are nanoseconds since 1970, in 64 bits."""


class World:
    """The state of one internet; :class:`~catenet.internet.Internet` describes the options.

    ``outcome`` is the outcome of the last run, ``wall_s`` the real time of all runs in seconds.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        start: datetime | str | None = None,
        fidelity: str = "objects",
        reconverge_ns: int = RECONVERGE_NS,
        metric: str = "delay",
        name: str = "internet",
        check_forwarding: bool = False,
    ) -> None:
        self.name: Final = name
        self.seed: Final = whole_number(seed, "seed", MIN_SEED, MAX_SEED)
        self.fidelity: Final = _choice(fidelity, get_args(Fidelity), "fidelity")
        self.metric: Final = _choice(metric, get_args(Metric), "metric")
        self.epoch_ns: Final = _epoch_ns(start)
        self.kernel: Final = Kernel(self.seed)
        self.kernel.trace.listen()
        self.timeline: Final = Timeline(self.kernel)
        self.registry: Final = Registry()
        self.naming: Final = HostNames()
        self.processes: Final = Processes(self.kernel, self.timeline)
        self.notes: Final = Notes(self.kernel, self.timeline)
        self.captures: Final = Captures(self.epoch_ns)
        self.tls: Final = InternetTls(self.kernel.streams, self.naming.table, self.epoch_ns, self.captures.key_log)
        self.journals: Final[list[ConnectionLog]] = []
        self.wall_s: float = 0.0
        self.outcome: str = "interrupted"
        self._driving = False
        self._lans: Final = Lans()
        self._plan: Final = AddressPlan()
        self._gateways: Final[dict[str, Gateway]] = {}
        self._assignment: Final = AddressAssignment(self.registry, self._lans, self._plan)
        self.routes: Final = AutomaticRoutes(
            self.kernel, self.timeline, self.registry, self._lans, self._assignment, self.metric, reconverge_ns
        )
        self.rip: Final = RipRouting(self.kernel, self.registry)
        self.ospf: Final = OspfRouting(self.kernel, self.registry)
        self.nameservers: Final = Nameservers()
        self.on_build: Final[list[Callable[[], None]]] = []
        """Called whenever addresses, names and routes have been assigned."""
        self.autoconfiguration: Final = Autoconfiguration(
            self.kernel, self.registry, self.naming, self._plan, self.nameservers
        )
        self.forwarding: Final = ForwardingCheck(self.kernel, self.registry) if check_forwarding else None

    def find_link(self, link: object) -> Link:
        """A link by its name."""
        return self.registry.link(link)

    def links_between(self, a: object, b: object) -> list[Link]:
        """All links between two nodes; raises LabError if there is none."""
        return self.registry.between(a, b)

    @property
    def links(self) -> dict[str, Link]:
        """All links by name, in order of declaration."""
        return dict(self.registry.links)

    def prefixes(self) -> list[Network]:
        """Every reachable prefix of this internet, once it is built."""
        places = destinations(self.registry, self._lans, self._assignment)
        return [prefix for prefixes, _ in places for prefix in prefixes]

    def capture(self, *links: object) -> None:
        """Capture the frames on these links (default: all); :meth:`Run.report` writes the files."""
        if links:
            for link in links:
                self.captures.add(self.registry.link(link))
        else:
            self.captures.add_all(list(self.registry.links.values()))

    # -- running

    def build(self) -> None:
        """Assign addresses, names and routes to what was declared.

        A run does so first.  An earlier call reports mistakes earlier, and makes addresses available.
        """
        with sparing_collector():
            self._build()

    def _build(self) -> None:
        check_ports(self.registry.nodes.values())
        check_segments(self.registry.switches())
        report_groups(self.registry.switches(), self._lans)
        if self._assignment.assign():
            self.naming.update(self.registry)
            self._update_lldp()
            self.routes.compute()
        else:
            self.routes.install_static()
        for gateway in self._gateways.values():
            gateway.install()
        self.rip.configure()
        self.ospf.configure()
        self.rip.redistribute({distances.OSPF: self.ospf.daemons})
        self.ospf.redistribute({distances.RIP: self.rip.daemons})
        self.autoconfiguration.settle()
        if self.forwarding is not None:
            self.forwarding.update()
        for update in self.on_build:
            update()
        self.nameservers.update(self.registry)

    def _update_lldp(self) -> None:
        """Let LLDP send the addresses that nodes have now."""
        for node in self.registry.ip_nodes():
            if node.lldp is not None:
                node.lldp.set_addresses(node.addresses)

    @contextmanager
    def driven(self, what: str) -> Iterator[None]:
        """Mark the kernel as running in this context, and reject a second run.  Internal to the lab."""
        if self._driving:
            raise LabError(f"{what} runs the internet itself, and cannot be called from a program or an action")
        self._driving = True
        try:
            with installed(), sparing_collector():
                try:
                    yield
                finally:
                    adopt_strays()
        finally:
            self._driving = False

    def ended(self, outcome: str, wall_s: float) -> None:
        """Record the end of a run or of a part of it.  For :func:`~catenet.lab.report.run.drive` alone."""
        self.outcome = outcome
        self.wall_s += wall_s


def _choice(given: str, known: tuple[str, ...], what: str) -> str:
    if given not in known:
        raise LabError(f"{what} {given!r} is not one of {', '.join(known)}{did_you_mean(given, known)}")
    return given


def _epoch_ns(start: datetime | str | None) -> int:
    if start is None:
        return EPOCH_NS
    if isinstance(start, str):
        try:
            start = datetime.fromisoformat(start)
        except ValueError:
            raise LabError(f"start {quoted(start)} is not a time; write it like 2025-01-01T00:00:00Z") from None
    if start.tzinfo is None:
        start = start.replace(tzinfo=UTC)
    if not datetime(FIRST_YEAR, 1, 1, tzinfo=UTC) <= start < datetime(LAST_YEAR, 1, 1, tzinfo=UTC):
        raise LabError(f"start {start.isoformat()} must lie between the years {FIRST_YEAR} and {LAST_YEAR}")
    since = start - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000_000 + since.microseconds * 1000
