"""Highest random weight: every node draws a number for a key, and the order of the numbers is the order of the nodes.

A node of weight w draws -w / ln(u), u uniform in (0, 1): then it is first with a chance that is its share of all
weight (Schindelhauer and Schomaker, 2005).  A node that comes or goes leaves the order of all others as it is.
"""

from __future__ import annotations

import math

from mypy_extensions import i64

from catenet.application.placement.hashing import signed_mix


def draw(key_hash: i64, node_hash: i64) -> i64:
    """A number in [0, 2^53) that is a node's for a key."""
    return (signed_mix(key_hash ^ node_hash) >> 11) & 0x1FFFFFFFFFFFFF


def weighed(drawn: i64, weight: float) -> float:
    """What a node of a weight makes of its draw; more is better."""
    return -weight / math.log((float(drawn) + 0.5) / 9007199254740992.0)
