"""The exceptions of the store's client."""

from __future__ import annotations


class StoreError(Exception):
    """The base class."""


class Unavailable(StoreError):
    """No leader could be reached in time; the request was not executed."""


class OutcomeUnknown(StoreError):
    """The request may have been executed, or may be executed later."""


class InvalidRequest(StoreError, ValueError):
    """The request is invalid."""


class LeaseLost(StoreError):
    """The lease has expired, and its keys are deleted."""
