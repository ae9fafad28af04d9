"""A summary of a placement: the data of ``catenet place`` and of its picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from catenet.application.placement.anchor import AnchorHash
from catenet.application.placement.balance import balance, loads
from catenet.application.placement.jump import JumpHash
from catenet.application.placement.ketama import KetamaRing
from catenet.application.placement.maglev import Maglev
from catenet.application.placement.node import Node
from catenet.application.placement.placement import Placement
from catenet.application.placement.rendezvous import Rendezvous
from catenet.application.placement.ring import HashRing

SAMPLE: Final = 20_000
"""The number of keys from which shares are estimated, unless a ring's arcs give them."""

PLACEMENTS: Final[dict[str, Callable[[Sequence[Node]], Placement]]] = {
    "ring": HashRing,
    "ketama": KetamaRing,
    "jump": JumpHash,
    "rendezvous": Rendezvous,
    "maglev": Maglev,
    "anchor": AnchorHash,
}
"""Placements by name, with their default sizes."""


def survey(by: str, placement: Placement, keys: Sequence[str], copies: int) -> dict[str, Any]:
    """The shares of the nodes, and the nodes of some keys and their copies, as plain data.

    Shares are fractions of a ring's circle, or else of 20,000 keys.  ``points`` lists the points of a ring as
    (position, node); it is empty for other placements.
    """
    nodes = placement.nodes
    points: list[list[Any]] = []
    if isinstance(placement, HashRing):
        shares = placement.shares()
        points = [[position, name] for position, name in placement.points()]
    else:
        sampled = loads(placement, [f"key {number}" for number in range(SAMPLE)])
        shares = {name: count / SAMPLE for name, count in sampled.items()}
    found = balance(shares, {node.name: node.weight for node in nodes})
    return {
        "by": by,
        "spread": found.spread,
        "most": found.most,
        "least": found.least,
        "nodes": [
            {"name": node.name, "weight": node.weight, "zone": node.zone, "share": shares[node.name]} for node in nodes
        ],
        "keys": [
            {
                "key": key,
                "position": placement.position(key) if isinstance(placement, HashRing) else None,
                "nodes": placement.replicas(key, copies),
            }
            for key in keys
        ],
        "points": points,
    }
