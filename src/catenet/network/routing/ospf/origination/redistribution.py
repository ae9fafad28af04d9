"""LSAs of types 5 and 7 of an AS boundary router (RFC 2328 12.4.4, RFC 3101 2.4)."""

from __future__ import annotations

from typing import Final

from catenet.network.routing.ospf.area import Area
from catenet.network.routing.ospf.lsa.identifiers import link_state_ids
from catenet.network.routing.ospf.lsa.lsa import (
    E_BIT,
    EXTERNAL,
    LS_INFINITY,
    NP_BIT,
    NSSA,
    ExternalBody,
    LsaBody,
    lsa_key,
)


class External:
    """A redistributed external network; ``forwarding`` 0 means the router itself."""

    def __init__(self, key: int, metric: int, type2: bool, tag: int, forwarding: int) -> None:
        if not 0 <= metric < LS_INFINITY:
            raise ValueError(f"an external metric must be 0 to {LS_INFINITY - 1}, not {metric}")
        if not 0 <= tag <= 0xFFFFFFFF:
            raise ValueError(f"a tag must be a 32-bit number, not {tag}")
        self.key: Final = key
        self.metric: Final = metric
        self.type2: Final = type2
        self.tag: Final = tag
        self.forwarding: Final = forwarding
        self._body: ExternalBody | None = None

    def body(self, forwarding: int) -> ExternalBody:
        """The LSA's body; the same object while the contents are the same."""
        body = self._body
        if body is None or body.forwarding != forwarding:
            mask = 0xFFFFFFFF << (32 - (self.key & 63)) & 0xFFFFFFFF
            body = self._body = ExternalBody(mask, self.type2, self.metric, forwarding, self.tag)
        return body


def wanted_as_externals(router_id: int, externals: dict[int, External]) -> dict[int, tuple[int, LsaBody]]:
    """The type 5 LSAs of a boundary router, by key, with their options."""
    wanted: dict[int, tuple[int, LsaBody]] = {}
    for key, link_state_id in link_state_ids(list(externals)).items():
        external = externals[key]
        wanted[lsa_key(EXTERNAL, link_state_id, router_id)] = (E_BIT, external.body(external.forwarding))
    return wanted


def wanted_nssa_externals(
    router_id: int, externals: dict[int, External], area: Area, is_border: bool
) -> dict[int, tuple[int, LsaBody]]:
    """The type 7 LSAs of a boundary router inside an NSSA, by key, with their options.

    They have the P bit, which requires a forwarding address in the area; but not those of a border router, which
    originates type 5 LSAs itself.
    """
    wanted: dict[int, tuple[int, LsaBody]] = {}
    own = 0 if is_border else own_address(area)
    for key, link_state_id in link_state_ids(list(externals)).items():
        external = externals[key]
        forwarding = external.forwarding or own
        options = NP_BIT if forwarding and not is_border else 0
        wanted[lsa_key(NSSA, link_state_id, router_id)] = (options, external.body(forwarding))
    return wanted


def own_address(area: Area) -> int:
    """An address of the router inside an area (RFC 3101 2.3): its own rather than a link's; 0 if there is none."""
    for address, _ in area.hosts:
        return address
    for interface in area.interfaces:
        if interface.is_up and not interface.settings.unnumbered:
            return interface.address
    return 0
