"""Translation of an NSSA's external LSAs (RFC 3101 section 3)."""

from __future__ import annotations

from catenet.network.routing.ospf.calculation.areas import AreaData, Range
from catenet.network.routing.ospf.calculation.calculation import Calculation
from catenet.network.routing.ospf.calculation.external import Rank, path_of, rank_of
from catenet.network.routing.ospf.calculation.inter_area_lsas import InterAreaLsa
from catenet.network.routing.ospf.lsa.identifiers import link_state_ids
from catenet.network.routing.ospf.lsa.lsa import EXTERNAL, LS_INFINITY, NP_BIT, ExternalBody, lsa_key
from catenet.network.routing.ospf.lsa.router_lsa import FLAG_B, FLAG_NT
from catenet.network.routing.ospf.origination.summaries import mask_of
from catenet.network.routing.ospf.settings import ALWAYS


def is_translator(calculation: Calculation, area_id: int) -> bool:
    """Whether this router translates the NSSA's type 7 LSAs (RFC 3101 3.1).

    A router configured to translate always does; otherwise the border router with the highest id does.
    """
    area = calculation.areas.get(area_id)
    if area is None or not area.attached or not area.settings.is_nssa or not calculation.is_border_router:
        return False
    if area.settings.translate == ALWAYS:
        return True
    for vertex in area.topology.routers():
        lsa, flags = area.topology.lsas[vertex], area.topology.flags(vertex)
        if lsa is not None and lsa.advertising_router != calculation.router_id and flags & FLAG_B:
            if flags & FLAG_NT or lsa.advertising_router > calculation.router_id:
                return False
    return True


def wanted_translations(calculation: Calculation, own: list[int]) -> dict[int, ExternalBody]:
    """The LSAs of type 5 to originate for type 7 LSAs of all NSSAs that this router translates (RFC 3101 3.2), by key.

    ``own`` are the networks (:func:`~catenet.network.routing.ospf.lsa.prefixes.pack_prefix`) that the router itself
    advertises as type 5: those are not translated, and their link state ids are not used.
    """
    bodies: dict[int, ExternalBody] = {}
    for area in calculation.areas.all:
        if is_translator(calculation, area.area_id):
            for key, body in translate(calculation, area).items():
                if key not in own and key not in bodies:
                    bodies[key] = body
    wanted: dict[int, ExternalBody] = {}
    taken = link_state_ids(own).values()
    for key, link_state_id in link_state_ids(bodies, taken).items():
        wanted[lsa_key(EXTERNAL, link_state_id, calculation.router_id)] = bodies[key]
    return wanted


def translated_ranges(calculation: Calculation) -> dict[int, int]:
    """The active ranges of all NSSAs that this router translates, by key, and the area of each (RFC 3101 3.2)."""
    found: dict[int, int] = {}
    for area in calculation.areas.all:
        if area.external_ranges and is_translator(calculation, area.area_id):
            for key in _best_bodies(calculation, area):
                configured = area.external_range_of(key)
                if configured is not None:
                    found.setdefault(configured.key, area.area_id)
    return found


def translate(calculation: Calculation, area: AreaData) -> dict[int, ExternalBody]:
    """The translation of an NSSA's type 7 LSAs, by network: one by one, or aggregated in a range (3.2)."""
    bodies: dict[int, ExternalBody] = {}
    ranged: dict[int, ExternalBody] = {}
    for key, body in _best_bodies(calculation, area).items():
        configured = area.external_range_of(key)
        if configured is None:
            bodies[key] = body
        elif configured.advertised:
            ranged[configured.key] = _joined(ranged.get(configured.key), body, configured)
    bodies.update({key: body for key, body in ranged.items() if body.cost < LS_INFINITY})
    return bodies


def _best_bodies(calculation: Calculation, area: AreaData) -> dict[int, ExternalBody]:
    """For each network to translate, the body of its best LSA."""
    ranks: dict[int, tuple[Rank, int]] = {}
    bodies: dict[int, ExternalBody] = {}
    for external in area.externals.all():
        rank = _rank_for_translation(calculation, external)
        body = external.lsa.body
        if rank is not None and isinstance(body, ExternalBody):
            whole = (rank, -external.lsa.advertising_router)
            if external.key not in ranks or whole < ranks[external.key]:
                ranks[external.key] = whole
                bodies[external.key] = body
    return bodies


def _rank_for_translation(calculation: Calculation, external: InterAreaLsa) -> Rank | None:
    """The rank of a type 7 LSA, None if it is not translated: P bit clear, no forwarding address, not reached."""
    body = external.lsa.body
    if not isinstance(body, ExternalBody) or body.forwarding == 0 or external.lsa.options & NP_BIT == 0:
        return None
    path = path_of(calculation.areas, calculation.asbr_paths, calculation.destinations, external)
    return None if path is None else rank_of(external.lsa, path, calculation.asbr_paths.rfc1583_compatible)


def _joined(known: ExternalBody | None, body: ExternalBody, configured: Range) -> ExternalBody:
    """A range's LSA: if any of its networks is of type 2, type 2 with the largest cost plus one (3.2 (3))."""
    cost = body.cost + 1 if body.type2 else body.cost
    type2 = body.type2
    if known is not None:
        if known.type2 == type2:
            cost = max(cost, known.cost)
        elif known.type2:
            cost, type2 = known.cost, True
    return ExternalBody(mask_of(configured.key), type2, cost, 0, 0)
