"""Highest random weight: every node draws a number for a key, and the numbers order the nodes.

A node of weight w draws -w / ln(u), with u uniform in (0, 1), so the probability that it is first is its share of the
total weight (Schindelhauer and Schomaker, 2005).  A node that joins or leaves does not change the order of the others.
"""

from __future__ import annotations

import math

from mypy_extensions import i64

from catenet.application.placement.hashing import signed_mix


def draw(key_hash: i64, node_hash: i64) -> i64:
    """The number, in [0, 2^53), that a node draws for a key."""
    return (signed_mix(key_hash ^ node_hash) >> 11) & 0x1FFFFFFFFFFFFF


def weighed(drawn: i64, weight: float) -> float:
    """The weighted score of a draw; the highest score wins."""
    return -weight / math.log((float(drawn) + 0.5) / 9007199254740992.0)
