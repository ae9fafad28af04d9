"""Negotiation: one side states what it accepts, with weights, and the other one chooses (RFC 9110 section 12)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

WEIGHT: Final = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)
THOUSANDTHS: Final = 1000
ANY: Final = "*"
IDENTITY: Final = "identity"
ENTRIES_MAX: Final = 100
"""Of a statement; the rest is ignored."""


def preferences(accept: str) -> dict[str, int]:
    """The weight of each name in a statement such as ``"zstd, br;q=0.5, *;q=0"``, in thousandths.

    An entry with an invalid weight is ignored; of a repeated one the first counts.
    """
    found: dict[str, int] = {}
    for entry in accept.split(",", ENTRIES_MAX)[:ENTRIES_MAX]:
        name, _, parameter = (part.strip() for part in entry.partition(";"))
        weight = WEIGHT.fullmatch(parameter)
        if not name or (parameter and weight is None):
            continue
        found.setdefault(name.lower(), THOUSANDTHS if weight is None else round(float(weight[1]) * THOUSANDTHS))
    return found


def negotiate(accept: str, offered: Sequence[str]) -> str | None:
    """The name that the accepting side weighs highest, of equal ones the first offered; None if it accepts none.

    ``identity``, which changes nothing, is accepted unless it is excluded (RFC 9110 section 12.5.3); it is chosen
    only if nothing else is accepted, or if its weight is higher.
    """
    known = preferences(accept)
    best, best_weight = None, 0
    for name in offered:
        weight = known.get(name.lower(), known.get(ANY, 1 if name == IDENTITY else 0))
        if weight > best_weight:
            best, best_weight = name, weight
    return best
