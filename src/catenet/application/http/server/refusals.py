"""Counts and logs what a server refuses."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any

from catenet.application.http.errors import HttpError

LOG = logging.getLogger("catenet.http")


class Refusals:
    """How often each reason occurred, by its name: a limit, or a fault of the message."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def refuse(self, error: HttpError, peer: Any) -> None:
        self.counts[error.reason] += 1
        LOG.warning("refused %s: %s", _address(peer), error)

    def note(self, reason: str, peer: Any) -> None:
        """Something that ends a connection without a status."""
        self.counts[reason] += 1
        LOG.info("closed %s: %s", _address(peer), reason)


def _address(peer: Any) -> str:
    return f"{peer[0]} port {peer[1]}" if isinstance(peer, tuple) else "a client"
