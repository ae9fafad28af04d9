"""What a step came to, set in the future of whoever awaits it."""

from __future__ import annotations

import asyncio
from typing import Any


def set_outcome(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    """Set the error if there is one, else the result; nothing if the future was cancelled meanwhile."""
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
