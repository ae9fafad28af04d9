"""A client's calls in progress."""

from __future__ import annotations

import asyncio
from typing import Final

from catenet.session.calls.errors import CallError, CallFailed, DeadlineExceeded, OutcomeUnknown
from catenet.session.calls.messages import (
    DONE,
    EXPIRED,
    FAILED,
    MILLISECONDS_MAX,
    NEW_SESSION,
    Call,
    Response,
)


class PendingCall:
    """A call that waits for its response.  ``session`` is the one in which it was sent, or NEW_SESSION."""

    def __init__(self, sequence: int, body: bytes, deadline_s: float | None) -> None:
        loop = asyncio.get_running_loop()
        self.sequence: Final = sequence
        self.session: int = NEW_SESSION
        self.result: Final[asyncio.Future[bytes]] = loop.create_future()
        self._body: Final = body
        self._end_s: Final = None if deadline_s is None else loop.time() + deadline_s

    def message(self, acknowledged: int) -> Call:
        """The call as a message; its deadline is what is left of it."""
        deadline_ms = 0
        if self._end_s is not None:
            left_s = self._end_s - asyncio.get_running_loop().time()
            deadline_ms = min(max(1, round(left_s * 1000)), MILLISECONDS_MAX)
        return Call(self.sequence, acknowledged, deadline_ms, self._body)

    def finish(self, response: Response) -> None:
        """The response has arrived."""
        if response.status == DONE:
            if not self.result.done():
                self.result.set_result(response.body)
        elif response.status == FAILED:
            self.fail(CallFailed(response.body.decode(errors="replace")))
        elif response.status == EXPIRED:
            self.fail(DeadlineExceeded("the server stopped the call at its deadline", sent=True))
        else:
            self.fail(OutcomeUnknown("the server executed the call, but no longer has its response"))

    def fail(self, error: CallError) -> None:
        """There will be no response."""
        if not self.result.done():
            self.result.set_exception(error)
            self.result.exception()  # a caller that was cancelled does not fetch it


class PendingCalls:
    """The calls in progress by number, in order, and what is acknowledged."""

    def __init__(self) -> None:
        self._calls: Final[dict[int, PendingCall]] = {}
        self._last = 0

    def __len__(self) -> int:
        return len(self._calls)

    @property
    def acknowledged(self) -> int:
        """The highest number up to which no call is in progress."""
        return next(iter(self._calls), self._last + 1) - 1

    @property
    def unacknowledged(self) -> int:
        """The calls behind that number."""
        return self._last - self.acknowledged

    def add(self, body: bytes, deadline_s: float | None) -> PendingCall:
        """A new call, of the next number."""
        self._last += 1
        call = self._calls[self._last] = PendingCall(self._last, body, deadline_s)
        return call

    def remove(self, call: PendingCall) -> None:
        """A call is over."""
        self._calls.pop(call.sequence, None)

    def finish(self, response: Response) -> None:
        """A response has arrived; that of a call which is over is ignored."""
        call = self._calls.get(response.sequence)
        if call is not None:
            call.finish(response)

    def all(self) -> list[PendingCall]:
        """The calls, by number."""
        return [call for call in self._calls.values() if not call.result.done()]
