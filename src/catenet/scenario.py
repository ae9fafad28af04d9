"""Scenarios: an internet, its programs and its actions, described in a TOML file.

``docs/scenario.md`` describes the format; its tables are the classes of :mod:`~catenet.lab.files.schema`. :func:`load`
parses and validates the file, and loads the programs; :meth:`Scenario.build` builds the internet.  Every mistake
raises :class:`~catenet.errors.ScenarioError`: one message with the file, the line and the key.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from catenet.errors import LabError, ScenarioError
from catenet.internet import Internet
from catenet.kernel.quoting import quoted
from catenet.lab.faults.schedule import At
from catenet.lab.files.fault_tables import KEYS as FAULTS
from catenet.lab.files.fault_tables import declare
from catenet.lab.files.network import lay_network, link_options, merged
from catenet.lab.files.programs import ProgramLoader
from catenet.lab.files.schema import ProgramTable, ScenarioFile
from catenet.lab.files.toml import ValidPart, parse_toml, place, valid_part, validated
from catenet.lab.files.topology import lay_topology
from catenet.lab.files.value_paths import set_value
from catenet.lab.model.link import change_text
from catenet.lab.model.names import fold
from catenet.lab.options.keywords import OptionChecks
from catenet.lab.options.ospf import ospf_options
from catenet.lab.options.rip import rip_options
from catenet.lab.options.snooping import parse_multicast
from catenet.lab.services.nameservers import parse_host_dns
from catenet.lab.world.builder import Builder
from catenet.lab.world.gc_tuning import sparing_collector
from catenet.lab.world.world import RECONVERGE_NS

Keys = tuple[str | int, ...]


class Scenario(OptionChecks):
    """A scenario from a valid file."""

    def __init__(self, path: Path, shape: ScenarioFile, text: str) -> None:
        self.path: Final = path
        self.shape: Final = shape
        self._text: Final = text
        self._loader: Final = ProgramLoader(path.parent)
        self._functions: Final[dict[Keys, Callable[..., Any]]] = {}
        self._find_functions()

    @property
    def name(self) -> str:
        """Its name."""
        return self.shape.name if self.shape.name is not None else self.path.stem

    @property
    def until_ns(self) -> int | None:
        """The end of the run in nanoseconds; None to run until the programs have finished."""
        return None if self.shape.until is None else int(self.shape.until)

    @sparing_collector()
    def build(
        self, *, seed: int | None = None, capture: bool | None = None, check_forwarding: bool | None = None
    ) -> Internet:
        """A new internet, ready to run, with the file's seed or another.  Raises :class:`ScenarioError`.

        ``capture`` captures all links or none (default: those in the file).  ``check_forwarding`` likewise overrides
        the file.
        """
        shape = self.shape
        with self._at("start"):
            world = Builder(
                seed=shape.seed if seed is None else seed,
                start=shape.start,
                fidelity=shape.fidelity,
                reconverge_ns=RECONVERGE_NS if shape.reconverge is None else shape.reconverge,
                metric=shape.metric,
                name=self.name,
                check_forwarding=shape.check_forwarding if check_forwarding is None else check_forwarding,
            )
        net = Internet._of(world)
        with self._at("rip"):
            rip_options(shape.rip.given(), "every router")
        with self._at("ospf"):
            ospf_options(shape.ospf, "every router")
        self._topology(net)
        lay_network(net._world, shape, self._at, shape.defaults.links.given(), {})
        self._hosts(net)
        self._attachments(net)
        self._links_of_hosts(net)
        self._routes(net)
        self._nat(net)
        self._dns(net)
        self._mail(net)
        self._dhcp(net)
        self._complete(net)
        self._programs(net)
        self._actions(net)
        self._captures(net, capture)
        return net

    def _complete(self, net: Internet) -> None:
        with self._at():
            net.build()

    @contextmanager
    def _at(self, *keys: str | int) -> Iterator[None]:
        """Report errors raised in this context at that key of the file."""
        try:
            yield
        except ScenarioError:
            raise
        except ValueError as error:
            raise place(self.path, self._text, keys, str(error)) from error

    def _find_functions(self) -> None:
        for number, program in enumerate(self.shape.programs):
            with self._at("programs", number, "run"):
                function = self._loader.function(program.run)
                _check_coroutine_function(function, program.run)
                self._functions["programs", number] = function
            with self._at("programs", number, "args"):
                _check_arguments(self._function("programs", number), program)
        for number, action in enumerate(self.shape.actions):
            if action.run is not None:
                with self._at("actions", number, "run"):
                    self._functions["actions", number] = self._loader.function(action.run)

    def _function(self, *keys: str | int) -> Callable[..., Any]:
        return self._functions[keys]

    def _topology(self, net: Internet) -> None:
        table = self.shape.topology
        if table is None:
            return
        path = self.path.parent / table.file
        options = merged(self.shape.defaults.links.given(), table.given())
        toml = path.suffix.lower() == ".toml"
        if toml and "routing" in table.model_fields_set:
            with self._at("topology", "routing"):
                raise LabError("a TOML file gives the routing of each router; set it there")
        with self._at("topology", "file"):
            spoken = ("rip", "ospf") if toml else table.routing.split("+")
            rip = self.shape.rip.given() if "rip" in spoken else None
            ospf = self.shape.ospf if "ospf" in spoken else None
            lay_topology(net._world, path, table.routing, rip, ospf, table.keys, options)

    def _hosts(self, net: Internet) -> None:
        defaults = self.shape.defaults.hosts.given()
        for name, table in self.shape.hosts.items():
            with self._at("hosts", name):
                options = merged(defaults, table.given()) if table.at is not None else {}
                host = net._world.host(
                    name,
                    at=table.at,
                    addresses=table.addresses,
                    lldp=table.lldp,
                    promiscuous=table.promiscuous,
                    dns=parse_host_dns(table.nameservers, table.resolv_conf, f"host {name}"),
                    dhcp=table.dhcp,
                    ipv6=table.ipv6,
                    accept_redirects=table.accept_redirects,
                    options=options,
                )
                if table.multicast is not None:
                    host.ip.set_multicast(parse_multicast(table.multicast, f"host {name}"))

    def _attachments(self, net: Internet) -> None:
        for name, table in self.shape.attach.items():
            with self._at("attach", name):
                net._world.attach(
                    name,
                    at=table.at,
                    kind=table.kind,
                    namespace=table.namespace,
                    device=table.device,
                    addresses=table.addresses,
                    routes=table.routes,
                    offload=table.offload,
                    options=table.given(),
                )

    def _links_of_hosts(self, net: Internet) -> None:
        ends = {fold(name) for name in (*self.shape.hosts, *self.shape.attach)}
        for number, table in enumerate(self.shape.links):
            if not ends.isdisjoint(fold(end) for end in table.between):
                with self._at("links", number):
                    options = link_options(net._world, table, self.shape.defaults.links.given())
                    net._world.link(
                        *table.between,
                        name=table.name,
                        addresses=table.addresses,
                        subnets=table.subnets,
                        options=options,
                    )

    def _routes(self, net: Internet) -> None:
        for number, table in enumerate(self.shape.routes):
            with self._at("routes", number):
                net.route(table.router, table.prefix, table.via)

    def _nat(self, net: Internet) -> None:
        for name, table in self.shape.nat.items():
            with self._at("nat", name):
                net._world.nat(name, **table.options())

    def _dns(self, net: Internet) -> None:
        table = self.shape.dns
        if table is not None:
            with self._at("dns"):
                net.dns(
                    at=table.at,
                    resolver_at=table.resolver_at,
                    domain=table.domain,
                    zones={origin: self.path.parent / file for origin, file in table.zones.items()},
                    ttl=f"{table.ttl}ns",
                    negative_ttl=f"{table.negative_ttl}ns",
                    transfer_to=table.transfer_to,
                )

    def _mail(self, net: Internet) -> None:
        table = self.shape.mail
        if table is not None:
            with self._at("mail"):
                net.mail(table.domains, at=table.at, backups=table.backups, encryption=table.encryption)

    def _dhcp(self, net: Internet) -> None:
        for name, table in self.shape.dhcp.items():
            with self._at("dhcp", name):
                net._world.dhcp(name, **table.options())

    def _programs(self, net: Internet) -> None:
        for number, table in enumerate(self.shape.programs):
            with self._at("programs", number):
                function = self._function("programs", number)
                for name in table.where():
                    host = net._world.registry.host(name, "program").host
                    host._run(function, table.args, table.run, table.service, table.start, table.options)

    def _actions(self, net: Internet) -> None:
        for number, table in enumerate(self.shape.actions):
            with self._at("actions", number):
                at = At(net._world, table.at)
                if table.do == "call":
                    at.call(self._function("actions", number), net)
                    continue
                ends = (table.link,) if isinstance(table.link, str) else table.link or ()
                if table.do in FAULTS:
                    declare(at, table.do, table, ends)
                elif table.do == "set":
                    at._change(ends, table.given(), change_text(table.written()))
                else:
                    (at.cut if table.do == "cut" else at.heal)(*ends)

    def _captures(self, net: Internet, capture: bool | None) -> None:
        with self._at("capture", "links"):
            links = self.shape.capture.links
            if capture or (capture is None and links == "all"):
                net.capture()
            elif capture is None and links:
                net.capture(*links)


def load(path: str | Path, values: Mapping[str, object] | None = None) -> Scenario:
    """Read a scenario, and load its programs.  Raises :class:`ScenarioError`.

    ``values`` are in the place of the file's, by their paths in it, such as ``{"link.loss": "2%"}``; see
    :mod:`~catenet.lab.files.value_paths`.
    """
    path = Path(path)
    data, text = parse_toml(path)
    shape = validated(path, data, text, ScenarioFile)
    if not values:
        return Scenario(path, shape, text)
    told = " ".join(f"{key}={value}" for key, value in values.items())
    try:
        for key, value in values.items():
            set_value(data, key, value)
        return Scenario(path, validated(path, data, text, ScenarioFile), text)
    except ScenarioError as error:
        raise ScenarioError(f"with {told}: {error}") from error


def problems(path: str | Path) -> list[ScenarioError]:
    """All mistakes of a scenario, in the order of its lines; none if it can be run.

    What follows from another mistake, such as a link to a router whose options are wrong, is left out.
    """
    path = Path(path)
    try:
        data, text = parse_toml(path)
    except ScenarioError as error:
        return [error]
    part = valid_part(path, data, text, ScenarioFile)
    try:
        checked = _CheckedScenario(path, validated(path, data, text, ScenarioFile), text, part)
    except ScenarioError as error:
        return part.errors or [error]
    return sorted([*part.errors, *checked.check()], key=lambda error: (error.line, error.where))


class _CheckedScenario(Scenario):
    """A scenario that notes its mistakes, and goes on."""

    def __init__(self, path: Path, shape: ScenarioFile, text: str, part: ValidPart) -> None:
        self._found: Final[list[ScenarioError]] = []
        self._left_out: Final[set[str]] = set(part.names)
        self._numbers: Final = part.numbers
        super().__init__(path, shape, text)

    def check(self) -> list[ScenarioError]:
        """Build the internet as far as possible; the mistakes that were found."""
        try:
            self.build().close()
        except ScenarioError as error:  # where nothing can be built beyond
            self._found.append(error)
        return self._found

    @contextmanager
    def _at(self, *keys: str | int) -> Iterator[None]:
        if len(keys) > 1 and isinstance(keys[1], int) and keys[0] in self._numbers:
            keys = (keys[0], self._numbers[str(keys[0])][keys[1]], *keys[2:])
        try:
            with super()._at(*keys):
                yield
        except _Unknown:
            return
        except ScenarioError as error:
            if not keys or keys[0] == "start":
                raise
            if not any(quoted(name) in error.problem for name in self._left_out):
                self._found.append(error)
            self._left_out.update(str(key) for key in keys[1:2])

    def _complete(self, net: Internet) -> None:
        if not self._found and not self._left_out:
            super()._complete(net)

    def _function(self, *keys: str | int) -> Callable[..., Any]:
        if keys not in self._functions:
            raise _Unknown
        return super()._function(*keys)


class _Unknown(Exception):
    """A function that has been found missing."""


def _check_coroutine_function(function: Callable[..., Any], path: str) -> None:
    if not inspect.iscoroutinefunction(function):
        raise LabError(f"{path} is not a coroutine function; begin it with 'async def'")


def _check_arguments(function: Callable[..., Any], program: ProgramTable) -> None:
    try:
        inspect.signature(function).bind(*program.args, **program.options)
    except TypeError as error:
        raise LabError(f"{program.run}{inspect.signature(function)} does not take these arguments: {error}") from error
