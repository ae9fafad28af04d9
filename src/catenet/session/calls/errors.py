"""What a call raises."""

from __future__ import annotations


class CallError(Exception):
    """A call has no response."""


class CallFailed(CallError):
    """The server executed the call, and its handler raised this error: the text is the handler's."""


class NotExecuted(CallError):
    """The call was not executed, and never will be."""


class OutcomeUnknown(CallError):
    """The call was sent, and the server that knew of it has lost its memory: it was executed once, or not at all."""


class DeadlineExceeded(CallError):
    """The deadline has passed.  ``sent`` tells whether the call can have been executed."""

    def __init__(self, text: str, *, sent: bool) -> None:
        super().__init__(text)
        self.sent = sent
