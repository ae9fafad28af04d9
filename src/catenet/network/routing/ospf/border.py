"""What an area border router is to originate: the summaries of other areas, in each area (RFC 2328 12.4.3).

Each function says all that is wanted now, by LSA key; who originates compares that with what stands in the database,
and asks again after each run that changed anything, and after each change of attachment or of the router's own LSAs.
"""

from __future__ import annotations

from catenet.network.routing.ospf.calculation import Calculation
from catenet.network.routing.ospf.lsa import ExternalBody, SummaryBody


def wanted_summaries(calculation: Calculation, area_id: int) -> dict[int, SummaryBody]:
    """The LSAs of types 3 and 4 to originate into an area, by key; none unless the router is an area border router.

    Networks of other areas, those in a range as one (12.4.3); boundary routers, unless the area takes no externals;
    the default route into a stub area, and into an NSSA that takes no summaries (12.4.3.1; RFC 3101 2.7).
    """
    return {}


def wanted_nssa_default(calculation: Calculation, area_id: int) -> dict[int, ExternalBody]:
    """The type 7 default route (P bit clear) to originate into an NSSA that takes summaries (RFC 3101 2.7)."""
    return {}


def is_translator(calculation: Calculation, area_id: int) -> bool:
    """Whether this router translates the NSSA's type 7 LSAs (RFC 3101 3.1)."""
    return False


def wanted_translations(calculation: Calculation, own: list[int]) -> dict[int, ExternalBody]:
    """The LSAs of type 5 to originate for type 7 LSAs of all NSSAs that this router translates (RFC 3101 3.2), by key.

    ``own`` are the networks (:func:`~catenet.network.routing.ospf.routes.pack_prefix`) that the router tells of as
    type 5 for itself: those are not translated.
    """
    return {}
