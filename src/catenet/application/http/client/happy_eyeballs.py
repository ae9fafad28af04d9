"""Connects to the first of several addresses that answers, without waiting long for those that do not (RFC 8305)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from itertools import chain, zip_longest
from typing import Any, TypeVar

ATTEMPT_DELAY_S = 0.25
"""From one attempt to the next, unless the first fails before (RFC 8305 section 8)."""
Connected = TypeVar("Connected")


def interleaved(addresses: list[str]) -> list[str]:
    """Families take turns, in the order of their first addresses (section 4)."""
    first = ":" in addresses[0] if addresses else False
    same = [address for address in addresses if (":" in address) == first]
    other = [address for address in addresses if (":" in address) != first]
    return [address for address in chain.from_iterable(zip_longest(same, other)) if address is not None]


async def connect_first(
    addresses: list[str],
    connect: Callable[[str], Coroutine[Any, Any, Connected]],
    discard: Callable[[Connected], None],
) -> Connected:
    """What ``connect`` returns for the first address that answers; ``discard`` ends others that answered, too.

    Raises the last OSError if none answers.
    """
    left = interleaved(addresses)
    attempts: list[asyncio.Task[Connected]] = []
    error = OSError("there is no address")
    try:
        while left or attempts:
            if left:
                attempts.append(asyncio.ensure_future(connect(left.pop(0))))
            await asyncio.wait(attempts, timeout=ATTEMPT_DELAY_S if left else None, return_when=asyncio.FIRST_COMPLETED)
            for attempt in [attempt for attempt in attempts if attempt.done()]:
                attempts.remove(attempt)
                try:
                    return attempt.result()
                except OSError as failure:
                    error = failure
        raise error
    finally:
        await _end(attempts, discard)


async def _end(attempts: list[asyncio.Task[Connected]], discard: Callable[[Connected], None]) -> None:
    for attempt in attempts:
        attempt.cancel()
    for outcome in await asyncio.gather(*attempts, return_exceptions=True):
        if not isinstance(outcome, BaseException):
            discard(outcome)
