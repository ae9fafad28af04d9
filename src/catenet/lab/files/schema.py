"""The schema of a scenario file: its tables, its keys and their permitted values.

Each value is parsed here by itself, by the parsers of :mod:`catenet.lab.options`; building takes the parsed values.
References between tables and uses of addresses are validated where the internet is built, so that Python programs get
the same errors.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    Strict,
    model_validator,
)

from catenet.kernel.quantity import duration_ns, whole_number
from catenet.kernel.quoting import quoted
from catenet.lab.files.fault_tables import KEYS as FAULTS
from catenet.lab.files.fault_tables import FaultKeys
from catenet.lab.model.names import check_name
from catenet.lab.options import link as options
from catenet.lab.options.ospf import parse_ospf, parse_ospf_link
from catenet.lab.options.rip import RIP_PARSERS
from catenet.lab.options.types import AttachKind, Fidelity, Filtering, Metric, SegmentKind
from catenet.lab.routing.nat import parse_timeouts
from catenet.lab.routing.protocols import parse_routing
from catenet.network.nat.table import NatTimeouts


def _is_name(name: str) -> str:
    return check_name(name)


Name = Annotated[str, AfterValidator(_is_name)]
Duration = Annotated[Any, BeforeValidator(duration_ns)]
Texts = tuple[str, ...]
Degrees = Annotated[float, Strict()]
FunctionPath = Annotated[str, Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")]


def _is_link(link: Any) -> Any:
    if isinstance(link, str):
        return link
    if isinstance(link, list | tuple) and len(link) == 2 and all(isinstance(end, str) for end in link):
        return tuple(link)
    raise ValueError(
        f'{quoted(link)} is not a link; write its two ends like ["paris", "oslo"], or its name like "paris-oslo"'
    )


LinkReference = Annotated[Any, BeforeValidator(_is_link)]


def _is_capture(links: Any) -> Any:
    if links == "all":
        return links
    if isinstance(links, list | tuple) and all(isinstance(link, str) for link in links):
        return tuple(links)
    raise ValueError(
        f'{quoted(links)} is not what to capture; write "all", or a list of links\' names like ["paris-oslo"]'
    )


def _is_places(at: Any) -> Any:
    if isinstance(at, str):
        return (at,)
    if isinstance(at, list | tuple) and at and all(isinstance(node, str) for node in at):
        return tuple(at)
    raise ValueError(f'{quoted(at)} is not where servers are; write a router like "paris", or a list of them')


class Table(BaseModel):
    """A table of the file: unknown keys are rejected, and no value is converted silently."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, strict=False)


class ChannelOptions(Table):
    """The link options that may change during a run."""

    rate: Annotated[Any, BeforeValidator(options.parse_rate)] = None
    delay: Annotated[Any, BeforeValidator(options.parse_delay)] = None
    jitter: Annotated[Any, BeforeValidator(options.parse_jitter)] = None
    loss: Annotated[Any, BeforeValidator(options.parse_loss)] = None
    reorder: Annotated[Any, BeforeValidator(options.parse_reorder)] = None
    duplicate: Annotated[Any, BeforeValidator(options.parse_ratio)] = None
    bit_errors: Annotated[Any, BeforeValidator(options.parse_ratio)] = None
    snr: Annotated[Any, BeforeValidator(options.parse_snr)] = None
    fading: Annotated[Any, BeforeValidator(options.parse_fading)] = None
    clock_drift: Annotated[Any, BeforeValidator(options.parse_clock_drift)] = None
    fidelity: Annotated[Any, BeforeValidator(options.parse_fidelity)] = None
    queue: Annotated[Any, BeforeValidator(options.parse_queue)] = None
    mtu: Annotated[Any, BeforeValidator(options.parse_mtu)] = None
    back: Annotated[Any, BeforeValidator(options.parse_back)] = None

    def given(self) -> dict[str, Any]:
        """The link options that the file states, parsed, by name."""
        return {key: getattr(self, key) for key in options.LINK_OPTIONS if key in self.model_fields_set}


class LinkOptions(ChannelOptions):
    """Every option of a link."""

    back: Annotated[Any, BeforeValidator(options.parse_link_back)] = None
    phy: Annotated[Any, BeforeValidator(options.parse_phy)] = None
    framing: Annotated[Any, BeforeValidator(options.parse_framing)] = None
    length: Annotated[Any, BeforeValidator(options.parse_length)] = None
    cost: Annotated[Any, BeforeValidator(options.parse_cost)] = None


Routing = Annotated[str, BeforeValidator(parse_routing)]
Flag = Annotated[bool, Strict()]


class RipTable(Table):
    """``[rip]``, for all routers that run RIP, and ``[routers.NAME.rip]``, for one."""

    update: Duration = None
    jitter: Duration = None
    timeout: Duration = None
    garbage: Duration = None
    split_horizon: Flag = True
    poison_reverse: Flag = False
    triggered: Flag = True
    hold: Annotated[Any, BeforeValidator(RIP_PARSERS["hold"])] = None
    paths: Annotated[Any, BeforeValidator(RIP_PARSERS["paths"])] = 1
    authentication: str | None = None
    key: str | None = None
    key_id: Annotated[Any, BeforeValidator(RIP_PARSERS["key_id"])] = 1
    passive: Annotated[Any, BeforeValidator(RIP_PARSERS["passive"])] = ()
    networks: Annotated[Any, BeforeValidator(RIP_PARSERS["networks"])] = None
    redistribute: Annotated[Any, BeforeValidator(RIP_PARSERS["redistribute"])] = ()
    redistribute_static: Flag = False
    tag: Annotated[Any, BeforeValidator(RIP_PARSERS["tag"])] = 0

    def given(self) -> dict[str, Any]:
        """The options that the file states, parsed, by name."""
        return {key: getattr(self, key) for key in type(self).model_fields if key in self.model_fields_set}


OspfTable = Annotated[dict[str, Any], BeforeValidator(parse_ospf)]
"""``[ospf]`` and ``[routers.NAME.ospf]``: options by name, parsed by :mod:`~catenet.lab.options.ospf`."""
OspfLink = Annotated[Any, BeforeValidator(parse_ospf_link)]
"""``ospf`` of a link."""


class TopologyTable(LinkOptions):
    """``[topology]``"""

    file: str
    routing: Routing = "auto"
    keys: dict[str, str] = {}


class RouterTable(Table):
    """``[routers.NAME]``"""

    routing: Routing = "auto"
    position: tuple[Degrees, Degrees] | None = None
    addresses: Texts = ()
    rip: RipTable | None = None
    ospf: OspfTable | None = None
    lldp: Any = False
    advertise: Any = False
    send_redirects: bool | None = None

    def protocol_options(self, protocol: str) -> dict[str, Any] | None:
        """The options of a protocol that the file states for this router."""
        if protocol == "ospf":
            return self.ospf
        return None if self.rip is None else self.rip.given()


TREE_KEYS: Final = ("priority", "hello", "max_age", "forward_delay")


class SwitchTable(Table):
    """``[switches.NAME]``; what VLANs and ports hold is checked by :mod:`~catenet.lab.options.switch`."""

    subnets: Texts = ()
    vlans: dict[str, Any] = {}
    ports: dict[str, Any] = {}
    stp: str = "none"
    snooping: Any = None
    priority: Annotated[int, Strict()] | None = None
    hello: Any = None
    max_age: Any = None
    forward_delay: Any = None
    lldp: Any = False
    aggregates: dict[str, Any] = {}
    storm_control: Any = None
    mirror: Any = None
    pause: Any = False

    def options(self) -> dict[str, Any]:
        """The keyword arguments of the builder's ``switch``."""
        stated = {key: getattr(self, key) for key in type(self).model_fields if key in self.model_fields_set}
        tree = {key: stated.pop(key) for key in TREE_KEYS if key in stated}
        return {**stated, "tree": tree}


class SegmentTable(Table):
    """``[segments.NAME]``, parsed by :mod:`~catenet.lab.options.segment`."""

    kind: SegmentKind = "coax"
    rate: Any = None
    length: Any = None
    taps: dict[str, Any] | None = None
    subnets: Texts = ()

    def options(self) -> dict[str, Any]:
        """The keyword arguments of the builder's ``segment``."""
        return {key: getattr(self, key) for key in type(self).model_fields if key in self.model_fields_set}


class HostTable(LinkOptions):
    """``[hosts.NAME]``"""

    at: str | None = None
    addresses: Texts = ()
    lldp: Any = False
    promiscuous: Annotated[bool, Strict()] = False
    nameservers: Texts = ()
    resolv_conf: str | None = None
    multicast: Any = None
    dhcp: Any = False
    ipv6: Any = "auto"
    accept_redirects: Annotated[bool, Strict()] | None = None
    ospf: OspfLink = None

    @model_validator(mode="after")
    def _access(self) -> HostTable:
        of_access = self.model_fields_set - {
            "at",
            "lldp",
            "promiscuous",
            "multicast",
            "dhcp",
            "ipv6",
            "accept_redirects",
            "nameservers",
            "resolv_conf",
        }
        if self.at is None and of_access:
            keys = ", ".join(sorted(of_access))
            raise ValueError(
                f'{keys}: these are options of the access link, and there is none; add at = "a router or switch"'
            )
        return self


class AttachTable(LinkOptions):
    """``[attach.NAME]``"""

    at: str | None = None
    kind: AttachKind = "tap"
    namespace: str | None = None
    device: str | None = None
    addresses: Texts = ()
    routes: Texts | None = None
    offload: bool = True
    ospf: OspfLink = None


class LinkTable(LinkOptions):
    """``[[links]]``"""

    between: tuple[str, str]
    name: str | None = None
    addresses: dict[str, Texts] = {}
    subnets: Texts = ()
    ospf: OspfLink = None


class RouteTable(Table):
    """``[[routes]]``"""

    router: str
    prefix: str
    via: str


class NatTable(Table):
    """``[nat.ROUTER]``"""

    outside: str
    inside: Texts = ()
    filtering: Filtering = "endpoint-independent"
    hairpin: bool = True
    forward: dict[str, str] = {}
    ports: tuple[int, int] = (1024, 65_535)
    timeouts: Annotated[Any, BeforeValidator(parse_timeouts)] = NatTimeouts()

    def options(self) -> dict[str, Any]:
        """The keyword arguments of :meth:`~catenet.lab.world.builder.Builder.nat`."""
        return {key: getattr(self, key) for key in type(self).model_fields}


class DnsTable(Table):
    """``[dns]``"""

    at: Annotated[Any, BeforeValidator(_is_places)]
    resolver_at: str | None = None
    domain: str = "lab.example"
    zones: dict[str, str] = {}
    ttl: Duration = 3_600_000_000_000
    negative_ttl: Duration = 300_000_000_000
    transfer_to: Texts = ()


class MailTable(Table):
    """``[mail]``"""

    at: Annotated[Any, BeforeValidator(_is_places)]
    domains: dict[str, dict[str, str]]
    backups: dict[str, str] = {}
    encryption: Literal["never", "offered", "required"] = "offered"


class DhcpTable(Table):
    """``[dhcp.NODE]``, parsed by :mod:`~catenet.lab.options.autoconfiguration`."""

    relay: str | Texts | None = None
    subnets: dict[str, Any] = {}
    dns: Any = None
    domain: Any = None
    search: Any = None
    mtu: Any = None
    lease: Any = None
    max_lease: Any = None
    renew: Any = None
    rebind: Any = None

    def options(self) -> dict[str, Any]:
        """The keyword arguments of :meth:`~catenet.lab.world.builder.Builder.dhcp`."""
        stated = {key: getattr(self, key) for key in type(self).model_fields if key in self.model_fields_set}
        return {"relay": stated.pop("relay", None), "subnets": stated.pop("subnets", {}), "options": stated}


class ProgramTable(Table):
    """``[[programs]]``"""

    host: str | None = None
    hosts: Texts = ()
    run: FunctionPath
    args: tuple[Any, ...] = ()
    options: dict[str, Any] = {}
    service: Annotated[bool, Strict()] = False
    start: Duration = 0

    @model_validator(mode="after")
    def _where(self) -> ProgramTable:
        if (self.host is None) == (not self.hosts):
            raise ValueError('a program needs either host = "name" or hosts = ["name", ...]')
        return self

    def where(self) -> tuple[str, ...]:
        """The hosts on which it runs."""
        return self.hosts if self.host is None else (self.host,)


def _is_verb(do: str) -> str:
    verbs = ("cut", "heal", "set", "call", *FAULTS)
    if do not in verbs:
        raise ValueError(f"{quoted(do)} is not one of {', '.join(verbs)}")
    return do


class ActionTable(ChannelOptions, FaultKeys):
    """``[[actions]]``"""

    at: Duration
    do: Annotated[str, AfterValidator(_is_verb)]
    link: LinkReference = None
    run: FunctionPath | None = None

    _written: dict[str, Any] = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _keep(cls, data: Any, handler: ModelWrapValidatorHandler[ActionTable]) -> ActionTable:
        table = handler(data)
        table._written = {key: data[key] for key in options.CHANGEABLE if key in data}
        return table

    def written(self) -> dict[str, Any]:
        """What is set, as the file has it."""
        return self._written

    @model_validator(mode="after")
    def _complete(self) -> ActionTable:
        self.check_keys(self.do)
        if self.do in FAULTS:
            if self.run is not None:
                raise ValueError(f'run: do = "{self.do}" does not take this')
        elif self.do == "call":
            if self.run is None or self.link is not None:
                raise ValueError('do = "call" needs run = "module:function", and no link')
        elif self.link is None or self.run is not None:
            raise ValueError(f'do = "{self.do}" needs link = ["a", "b"] or a link\'s name, and no run')
        if self.do == "set" and not self.given():
            raise ValueError('do = "set" needs something to set, such as loss = "2%"')
        if self.do != "set" and self.given():
            raise ValueError(f'{", ".join(self.given())}: only do = "set" takes these')
        return self


class CaptureTable(Table):
    """``[capture]``"""

    links: Annotated[Any, BeforeValidator(_is_capture)] = ()


class DefaultsTable(Table):
    """``[defaults]``"""

    links: LinkOptions = LinkOptions()
    hosts: LinkOptions = LinkOptions()


class NetworkFile(Table):
    """A topology in TOML."""

    routers: dict[Name, RouterTable] = {}
    switches: dict[Name, SwitchTable] = {}
    segments: dict[Name, SegmentTable] = {}
    links: tuple[LinkTable, ...] = ()
    rip: RipTable = RipTable()
    ospf: OspfTable = {}


def _is_seed(number: int) -> int:
    return whole_number(number, "a seed", -(1 << 63), (1 << 63) - 1)


def _is_datetime(value: Any) -> Any:
    if isinstance(value, int | float):
        raise ValueError(f"{quoted(value)} is not a date and time; write it like 2025-01-01T00:00:00Z")
    return value


class ScenarioFile(NetworkFile):
    """A whole scenario."""

    name: str | None = None
    seed: Annotated[int, Strict(), AfterValidator(_is_seed)] = 0
    until: Duration | None = None
    start: Annotated[datetime | None, BeforeValidator(_is_datetime)] = None
    fidelity: Fidelity = "objects"
    reconverge: Duration | None = None
    metric: Metric = "delay"
    check_forwarding: Flag = False
    topology: TopologyTable | None = None
    defaults: DefaultsTable = DefaultsTable()
    hosts: dict[Name, HostTable] = {}
    routes: tuple[RouteTable, ...] = ()
    nat: dict[Name, NatTable] = {}
    dns: DnsTable | None = None
    mail: MailTable | None = None
    dhcp: dict[Name, DhcpTable] = {}
    attach: dict[Name, AttachTable] = {}
    programs: tuple[ProgramTable, ...] = ()
    actions: tuple[ActionTable, ...] = ()
    capture: CaptureTable = CaptureTable()
