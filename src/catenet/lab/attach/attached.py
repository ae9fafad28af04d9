"""An internet in real time, attached to Linux: ``with Attached(net) as attached: attached.run()``.

Entering the context creates what :meth:`~catenet.internet.Internet.attach` declared: missing namespaces, devices,
addresses and routes.  Leaving it removes them.  In between everything works as in virtual time (actions, captures,
programs), except that the clock follows the wall clock.

Without ``start``, the hosts' wall clocks show the real time, since real certificates are valid now and not at the
default start of virtual time.

A run may have no end, so its records are bounded: the last :data:`MAX_ROWS` rows of the trace, and about
:data:`MAX_RECORDS` connections per host.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from ipaddress import IPv4Network, IPv6Network, collapse_addresses
from types import TracebackType
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from catenet.errors import LabError
from catenet.host.clock import EPOCH_NS
from catenet.host.ordered_tasks import adopt_strays
from catenet.host.sandbox.environment import installed
from catenet.kernel.quantity import Quantity, duration_ns
from catenet.lab.model.address_plan import Network, parse_networks
from catenet.lab.model.nodes import Attachment, End, Router
from catenet.lab.report.run import Run
from catenet.lab.routing.graph import reachable_interfaces
from catenet.link import mac_text
from catenet.tap import Driver, LinuxSetup, TunStation, station
from catenet.tap import namespace as namespaces

if TYPE_CHECKING:
    from catenet.lab.world.world import World

MAX_ROWS: Final = 1_000_000
MAX_RECORDS: Final = 10_000


class ReachableNode(NamedTuple):
    """A node that Linux can reach: its name, its kind and its addresses."""

    name: str
    kind: str
    addresses: tuple[str, ...]


class AttachedDevice(NamedTuple):
    """A Linux device of an attachment: its node, its namespace, and the addresses and routes set there."""

    name: str
    kind: str
    device: str
    namespace: str | None
    addresses: tuple[str, ...]
    routes: tuple[str, ...]
    at: str


class Attached:
    """An internet in real time.  ``time_scale`` is the number of simulated seconds per real second.

    Entering raises :class:`~catenet.tap.AttachError` if Linux does not allow it, and
    :class:`~catenet.errors.LabError` if the internet cannot be built or has no attachment.
    """

    def __init__(self, net: World, time_scale: float = 1.0) -> None:
        self.net: Final = net
        self.rig: Final = LinuxSetup()
        self.plugs: Final[list[AttachedDevice]] = []
        self._stack: Final = ExitStack()
        self.driver: Final = Driver(net.kernel, time_scale)
        self._gateways: Final[set[tuple[str | None, int]]] = set()
        self.dropped_packets: int = 0
        """Packets that Linux dropped, up to the end of the last run, because they were not read in time."""

    def __enter__(self) -> Self:
        net = self.net
        net.build()
        if not net.registry.attachments():
            raise LabError("nothing is attached; give an [attach.NAME] table, or call net.attach()")
        with ExitStack() as stack:
            stack.enter_context(self.rig)
            stack.callback(self.driver.close)
            for attachment in net.registry.attachments():
                self._plug_in(attachment)
            stack.enter_context(installed())
            stack.callback(adopt_strays)
            self._stack.push(stack.pop_all())
        net.kernel.trace.keep(MAX_ROWS)
        for journal in net.journals:
            journal.max_records = MAX_RECORDS
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def run(self, until: Quantity | None = None) -> Run:
        """Run to a simulated time, or until :meth:`stop`.  May be called again.

        The outcome is ``"until"`` if that time has come, else ``"finished"``.
        """
        kernel = self.net.kernel
        ended: list[bool] = []
        if until is not None:

            def end() -> None:
                ended.append(True)
                self.stop()

            kernel.call_at(duration_ns(until), end)
        if kernel.now_ns == 0 and self.net.epoch_ns == EPOCH_NS:
            self._set_clocks()
        begun_s = time.perf_counter()
        outcome = "interrupted"
        try:
            self.driver.run()
            self.dropped_packets = sum(self.rig.dropped(device) for device in self.rig.devices)
            outcome = "until" if ended else "finished"
        finally:
            self.net.ended(outcome, time.perf_counter() - begun_s)
        return Run(self.net, self.net.outcome)

    def stop(self) -> None:
        """Make :meth:`run` return soon: from a command, an action or a signal's handler."""
        self.net.kernel.stop()
        self.driver.stop()

    def reachable(self) -> list[ReachableNode]:
        """The nodes that Linux can reach, with their addresses."""
        registry = self.net.registry
        found = [(node.name, node.kind, node.addresses) for node in registry.ip_nodes()]
        found += [(node.name, "linux", node.addresses) for node in registry.attachments()]
        return [ReachableNode(name, kind, tuple(str(each) for each in addresses)) for name, kind, addresses in found]

    def _set_clocks(self) -> None:
        off_ns = time.time_ns() - EPOCH_NS
        for node in self.net.registry.ip_nodes():
            node.machine.clock.step(off_ns)

    # -- attaching

    def _plug_in(self, attachment: Attachment) -> None:
        if not attachment.ends:
            raise LabError(f"attachment {attachment.name} has no link; give it at=, or link it")
        (end,) = attachment.ends
        assert end.link is not None
        across = end.link.other(end)
        rig, space = self.rig, attachment.namespace
        if space is not None and space not in rig.namespaces and not namespaces.exists(space):
            rig.namespace(space)
        device = rig.device(
            attachment.device,
            attachment.kind_of_device,
            space,
            addresses=[str(face) for face in end.faces],
            mtu=end.port.mtu,
            mac=mac_text(end.port.mac),
            offload=attachment.offload,
        )
        plugged = station(self.net.kernel, attachment.name, end.port.mac, device, across.interface, end.port)
        if isinstance(plugged, TunStation):
            for face in end.faces:
                plugged.known_as(face.version, int(face.ip))
        self.driver.add(plugged)
        routes = self._route(attachment, end)
        faces = tuple(str(face) for face in end.faces)
        self.plugs.append(
            AttachedDevice(
                attachment.name, attachment.kind_of_device, attachment.device, space, faces, routes, across.node.name
            )
        )

    def _route(self, attachment: Attachment, end: End) -> tuple[str, ...]:
        """Install the attachment's routes in Linux, and return them."""
        made: list[str] = []
        for version in (4, 6):
            gateway = self._gateway(end, version)
            wanted = self._wanted(attachment, end, version)
            if wanted and gateway is None and attachment.routes is not None:
                raise LabError(
                    f"attachment {attachment.name}: no router of IPv{version} is next to it to route through"
                )
            if gateway is None:
                continue
            for prefix in wanted:
                if prefix == "default" and (attachment.namespace, version) in self._gateways:
                    continue
                destination = prefix if prefix != "default" or version == 4 else "::/0"
                self.rig.route(destination, via=gateway, device=attachment.device, namespace=attachment.namespace)
                made.append(destination)
                if prefix == "default":
                    self._gateways.add((attachment.namespace, version))
        return tuple(made)

    def _gateway(self, end: End, version: int) -> str | None:
        """The first router next to an attachment."""
        for other in reachable_interfaces(end, set()):
            face = other.face(version)
            if isinstance(other.node, Router) and face is not None:
                return str(face.ip)
        return None

    def _wanted(self, attachment: Attachment, end: End, version: int) -> list[str]:
        """The prefixes of one version that Linux is to send here."""
        if end.face(version) is None:
            return []
        if attachment.routes is None and attachment.namespace is not None:
            return ["default"]
        if attachment.routes is None:
            own = [face.network for face in end.faces]
            return [str(prefix) for prefix in _collapsed(self.net.prefixes(), version) if prefix not in own]
        return [
            route
            for route in attachment.routes
            if route == "default" or parse_networks([route], attachment.name)[0].version == version
        ]


def _collapsed(prefixes: list[Network], version: int) -> list[Network]:
    """The shortest equivalent list of prefixes of one version."""
    if version == 4:
        return list(collapse_addresses(prefix for prefix in prefixes if isinstance(prefix, IPv4Network)))
    return list(collapse_addresses(prefix for prefix in prefixes if isinstance(prefix, IPv6Network)))
