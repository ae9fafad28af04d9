"""What a client of the store may be told."""

from __future__ import annotations


class StoreError(Exception):
    """Base of what goes wrong with a client's request."""


class Unavailable(StoreError):
    """Nobody could be asked in time, and nothing was done."""


class OutcomeUnknown(StoreError):
    """It may have been done, or may yet be."""


class InvalidRequest(StoreError, ValueError):
    """The request cannot be carried out by anybody."""


class LeaseLost(StoreError):
    """The lease is over, and the keys that it held are gone."""
