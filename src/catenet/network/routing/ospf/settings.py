"""The settings of a router, of its areas and of its interfaces."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.network.routing.ospf.lsa.lsa import E_BIT, LS_INFINITY, LS_REFRESH_S, NP_BIT
from catenet.network.routing.ospf.packets.authentication import Key

SECOND_NS: Final[i64] = 1_000_000_000
MILLISECOND_NS: Final[i64] = 1_000_000

NORMAL: Final = "normal"
STUB: Final = "stub"
TOTALLY_STUBBY: Final = "totally-stubby"
NSSA: Final = "nssa"
TOTALLY_NSSA: Final = "totally-nssa"
AREA_KINDS: Final = (NORMAL, STUB, TOTALLY_STUBBY, NSSA, TOTALLY_NSSA)

CANDIDATE: Final = "candidate"
ALWAYS: Final = "always"
TRANSLATIONS: Final = (CANDIDATE, ALWAYS)

BROADCAST: Final = "broadcast"
POINT_TO_POINT: Final = "point-to-point"
NBMA: Final = "nbma"
NETWORK_KINDS: Final = (BROADCAST, POINT_TO_POINT, NBMA)
"""The network types of links; the end of a virtual link is an interface of type :data:`VIRTUAL`."""
VIRTUAL: Final = "virtual"

MAX_COST: Final = 0xFFFF
MAX_HELLO_S: Final = 0xFFFF
MAX_DEAD_S: Final = 0xFFFFFFFF
MAX_MTU: Final = 0xFFFF
"""The range of the fields of hello and database description packets (RFC 2328, A.3.2 and A.3.3)."""
MIN_MTU: Final = 576
FIRST_VIRTUAL: Final = 0x8000
"""The number of the first virtual link; interfaces of links are counted from 0."""


class OspfSettings:
    """Timers and limits of one router.

    SPF back-off (RFC 8405): the calculation after the first change is delayed by ``spf_initial_ns``, after later ones
    by ``spf_short_ns``, and by ``spf_long_ns`` if changes continue for longer than ``spf_learn_ns``; it is reset after
    ``spf_hold_down_ns`` without a change.

    Origination: the interval between instances of an own LSA is at least ``lsa_interval_ns`` (section 12.4:
    MinLSInterval, 5 s); it doubles while the LSA keeps changing, up to ``lsa_max_ns``.  Instances of other routers'
    LSAs are accepted at least ``min_ls_arrival_ns`` apart.  LSAs are refreshed up to ``refresh_jitter_ns`` before
    LSRefreshTime, at random, so that refreshes are spread.

    ``max_lsas`` is the limit of each database, ``max_neighbours`` of each interface.  LSAs to be flooded are
    collected for ``flood_pacing_ns``, for fewer and fuller packets.  With ``helps_restarts``, the router helps
    restarting neighbours (RFC 3623).  With ``redistributes`` it is an AS boundary router even while it redistributes no
    network, as in FRR.  Raises ValueError for invalid combinations.
    """

    def __init__(
        self,
        router_id: int,
        spf_initial_ns: i64 = 50 * MILLISECOND_NS,
        spf_short_ns: i64 = 200 * MILLISECOND_NS,
        spf_long_ns: i64 = 5 * SECOND_NS,
        spf_hold_down_ns: i64 = 10 * SECOND_NS,
        spf_learn_ns: i64 = 500 * MILLISECOND_NS,
        lsa_interval_ns: i64 = 5 * SECOND_NS,
        lsa_max_ns: i64 = 5 * SECOND_NS,
        min_ls_arrival_ns: i64 = SECOND_NS,
        refresh_jitter_ns: i64 = 10 * SECOND_NS,
        flood_pacing_ns: i64 = 0,
        delayed_ack_ns: i64 = SECOND_NS,
        max_paths: int = 64,
        max_lsas: int = 1_000_000,
        max_neighbours: int = 1024,
        rfc1583_compatible: bool = True,
        helps_restarts: bool = True,
        redistributes: bool = False,
    ) -> None:
        if not 0 < router_id <= 0xFFFFFFFF:
            raise ValueError(f"a router id must be a nonzero 32-bit number, not {router_id}")
        times = [spf_initial_ns, spf_short_ns, spf_long_ns, spf_hold_down_ns, spf_learn_ns, lsa_interval_ns]
        times += [lsa_max_ns, min_ls_arrival_ns, flood_pacing_ns, delayed_ack_ns]
        if any(time < 0 for time in times):
            raise ValueError("a time must not be negative")
        if not spf_initial_ns <= spf_short_ns <= spf_long_ns:
            raise ValueError("the SPF delays must be given the shortest first: initial, short, long")
        if lsa_max_ns < lsa_interval_ns:
            raise ValueError("the longest LSA interval must not be shorter than the first")
        if not 0 <= refresh_jitter_ns < LS_REFRESH_S * SECOND_NS:
            raise ValueError(f"the jitter of the refresh must be shorter than {LS_REFRESH_S} s")
        if max_paths < 1 or max_lsas < 1 or max_neighbours < 1:
            raise ValueError("paths, LSAs and neighbours must be at least 1")
        self.router_id: Final = router_id
        self.spf_initial_ns: Final[i64] = spf_initial_ns
        self.spf_short_ns: Final[i64] = spf_short_ns
        self.spf_long_ns: Final[i64] = spf_long_ns
        self.spf_hold_down_ns: Final[i64] = spf_hold_down_ns
        self.spf_learn_ns: Final[i64] = spf_learn_ns
        self.lsa_interval_ns: Final[i64] = lsa_interval_ns
        self.lsa_max_ns: Final[i64] = lsa_max_ns
        self.min_ls_arrival_ns: Final[i64] = min_ls_arrival_ns
        self.refresh_jitter_ns: Final[i64] = refresh_jitter_ns
        self.flood_pacing_ns: Final[i64] = flood_pacing_ns
        self.delayed_ack_ns: Final[i64] = delayed_ack_ns
        self.max_paths: Final = max_paths
        self.max_lsas: Final = max_lsas
        self.max_neighbours: Final = max_neighbours
        self.rfc1583_compatible: Final = rfc1583_compatible
        self.helps_restarts: Final = helps_restarts
        self.redistributes: Final = redistributes


class AreaSettings:
    """The settings of one area; area 0 is the backbone.

    A ``"stub"`` or ``"nssa"`` area accepts no external routes, but a default route of ``default_cost``; the
    ``"totally-"`` kinds accept no summaries either.  ``ranges`` are ``(prefix, length, advertised)``: networks of this
    area that are advertised into other areas as one, or not at all.  ``translate`` says whether a border router of an
    NSSA always translates, or only if it is elected (RFC 3101 section 3.1); ``external_ranges`` aggregate the NSSA's
    external networks in translation.  Raises ValueError for invalid combinations.
    """

    def __init__(
        self,
        area_id: int,
        kind: str = NORMAL,
        default_cost: int = 1,
        ranges: list[tuple[int, int, bool]] | None = None,
        translate: str = CANDIDATE,
        external_ranges: list[tuple[int, int, bool]] | None = None,
    ) -> None:
        if kind not in AREA_KINDS:
            raise ValueError(f"the area kind must be one of {', '.join(AREA_KINDS)}, not {kind!r}")
        if not 0 <= area_id <= 0xFFFFFFFF:
            raise ValueError(f"an area id must be a 32-bit number, not {area_id}")
        if area_id == 0 and kind != NORMAL:
            raise ValueError(f"area 0 is the backbone, and cannot be {kind}")
        if not 0 <= default_cost < LS_INFINITY:
            raise ValueError(f"the default cost must be 0 to {LS_INFINITY - 1}, not {default_cost}")
        if translate not in TRANSLATIONS:
            raise ValueError(f"translate must be one of {', '.join(TRANSLATIONS)}, not {translate!r}")
        self.area_id: Final = area_id
        self.kind: Final = kind
        self.default_cost: Final = default_cost
        self.ranges: Final[list[tuple[int, int, bool]]] = [] if ranges is None else ranges
        self.translate: Final = translate
        self.external_ranges: Final[list[tuple[int, int, bool]]] = [] if external_ranges is None else external_ranges

    @property
    def is_nssa(self) -> bool:
        """Whether external routes are advertised in it as type 7."""
        return self.kind in (NSSA, TOTALLY_NSSA)

    @property
    def takes_externals(self) -> bool:
        """Whether LSAs of type 5 are flooded through it."""
        return self.kind == NORMAL

    @property
    def takes_summaries(self) -> bool:
        """Whether it accepts summaries other than the default route."""
        return self.kind not in (TOTALLY_STUBBY, TOTALLY_NSSA)

    @property
    def lsa_options(self) -> int:
        """The option bits of LSAs of types 1 to 4 (section 12.1.2), in which the N/P bit is not used."""
        return self.options & E_BIT

    @property
    def options(self) -> int:
        """The option bits of hellos on which neighbours must agree."""
        if self.takes_externals:
            return E_BIT
        return NP_BIT if self.is_nssa else 0


class InterfaceSettings:
    """The settings of one interface.  ``number`` counts a router's interfaces from 0; the callbacks get it.

    An ``unnumbered`` one (point-to-point only) has no network of its own; its ``address`` is that of another interface.
    ``cost`` is 1 to 65535.  A ``passive`` interface neither sends nor receives, but its network is advertised.
    ``if_index`` identifies an unnumbered interface in a router-LSA; the default is ``number + 1``.
    ``neighbours``, for ``"nbma"``, are ``(address, priority)`` of the configured neighbours.  The end of a virtual link
    (:func:`virtual_link`) leads to the router ``peer_id`` through the area ``transit_area_id``.  Raises ValueError for
    invalid combinations.
    """

    def __init__(
        self,
        number: int,
        name: str,
        address: int,
        prefix_len: int,
        mtu: int = 1500,
        area_id: int = 0,
        network: str = BROADCAST,
        cost: int = 1,
        hello_ns: i64 = 10 * SECOND_NS,
        dead_ns: i64 = 40 * SECOND_NS,
        retransmit_ns: i64 = 5 * SECOND_NS,
        transmit_delay_s: int = 1,
        priority: int = 1,
        passive: bool = False,
        key: Key | None = None,
        unnumbered: bool = False,
        mtu_ignore: bool = False,
        if_index: int = 0,
        neighbours: list[tuple[int, int]] | None = None,
        poll_ns: i64 = 120 * SECOND_NS,
        transit_area_id: int = 0,
        peer_id: int = 0,
    ) -> None:
        if network not in NETWORK_KINDS and network != VIRTUAL:
            raise ValueError(
                f"interface {name}: the network must be one of {', '.join(NETWORK_KINDS)}, not {network!r}"
            )
        if unnumbered and network not in (POINT_TO_POINT, VIRTUAL):
            raise ValueError(f"interface {name}: only a point-to-point link can be unnumbered")
        if not 1 <= cost <= MAX_COST:
            raise ValueError(f"interface {name}: the cost must be 1 to {MAX_COST}, not {cost}")
        if not 0 <= priority <= 255:
            raise ValueError(f"interface {name}: the priority must be 0 to 255, not {priority}")
        if not 0 <= prefix_len <= 32 or not (0 < address <= 0xFFFFFFFF or network == VIRTUAL):
            raise ValueError(f"interface {name}: {address:#x}/{prefix_len} is not an address and prefix length")
        _check_times(name, hello_ns, dead_ns, retransmit_ns, poll_ns, transmit_delay_s)
        if not MIN_MTU <= mtu <= MAX_MTU:
            raise ValueError(f"interface {name}: the MTU must be {MIN_MTU} to {MAX_MTU}, not {mtu}")
        self.number: Final = number
        self.name: Final = name
        self.address: Final = address
        self.prefix_len: Final = prefix_len
        self.mtu: Final = mtu
        self.area_id: Final = area_id
        self.network: Final = network
        self.cost: Final = cost
        self.hello_ns: Final[i64] = hello_ns
        self.dead_ns: Final[i64] = dead_ns
        self.retransmit_ns: Final[i64] = retransmit_ns
        self.transmit_delay_s: Final = transmit_delay_s
        self.priority: Final = priority
        self.passive: Final = passive
        self.key: Final = key
        self.unnumbered: Final = unnumbered
        self.mtu_ignore: Final = mtu_ignore
        self.if_index: Final = if_index or number + 1
        self.neighbours: Final[list[tuple[int, int]]] = [] if neighbours is None else neighbours
        self.poll_ns: Final[i64] = poll_ns
        self.transit_area_id: Final = transit_area_id
        self.peer_id: Final = peer_id
        self.is_virtual: Final = network == VIRTUAL
        self.is_point_to_point: Final = network in (POINT_TO_POINT, VIRTUAL)
        self.is_broadcast: Final = network == BROADCAST

    @property
    def mask(self) -> int:
        """The network's mask."""
        return 0xFFFFFFFF << (32 - self.prefix_len) & 0xFFFFFFFF

    def is_on_link(self, address: int) -> bool:
        """Whether an address is in the interface's network and not its own."""
        return (address ^ self.address) & self.mask == 0 and address != self.address


def _check_times(
    name: str, hello_ns: i64, dead_ns: i64, retransmit_ns: i64, poll_ns: i64, transmit_delay_s: int
) -> None:
    if hello_ns <= 0 or dead_ns <= hello_ns or retransmit_ns <= 0 or poll_ns <= 0:
        raise ValueError(
            f"interface {name}: hello, retransmit and poll must be greater than 0, and dead greater than hello"
        )
    if hello_ns >= (MAX_HELLO_S + 1) * SECOND_NS:
        raise ValueError(
            f"interface {name}: hello is at most {MAX_HELLO_S} s, which is what the field of 16 bits holds"
        )
    if dead_ns >= (MAX_DEAD_S + 1) * SECOND_NS:
        raise ValueError(f"interface {name}: dead must be at most {MAX_DEAD_S} s (a 32-bit field)")
    if not 1 <= transmit_delay_s < 3600:
        raise ValueError(f"interface {name}: the transmit delay must be 1 to 3599 s, not {transmit_delay_s}")


def virtual_link(
    number: int,
    transit_area_id: int,
    peer_id: int,
    hello_ns: i64 = 10 * SECOND_NS,
    dead_ns: i64 = 40 * SECOND_NS,
    retransmit_ns: i64 = 5 * SECOND_NS,
    transmit_delay_s: int = 1,
    key: Key | None = None,
) -> InterfaceSettings:
    """The settings of an end of a virtual link (section 15), which belongs to the backbone.

    ``number`` counts a router's virtual links from 0.  The link has no network of its own; its addresses and its cost
    are those of the path.  Raises ValueError for invalid combinations.
    """
    if not 0 < transit_area_id <= 0xFFFFFFFF:
        raise ValueError(
            f"the transit area of a virtual link must be a 32-bit id other than the backbone, not {transit_area_id}"
        )
    if not 0 < peer_id <= 0xFFFFFFFF:
        raise ValueError(f"the peer of a virtual link must be a router id, a nonzero 32-bit number, not {peer_id}")
    return InterfaceSettings(
        FIRST_VIRTUAL + number,
        f"vlink{number}",
        0,
        32,
        MIN_MTU,
        network=VIRTUAL,
        hello_ns=hello_ns,
        dead_ns=dead_ns,
        retransmit_ns=retransmit_ns,
        transmit_delay_s=transmit_delay_s,
        key=key,
        unnumbered=True,
        transit_area_id=transit_area_id,
        peer_id=peer_id,
    )
