"""What a server remembers: its sessions, and of each the calls that have been executed."""

from __future__ import annotations

import secrets
from typing import Final

from catenet.session.calls.messages import FORGOTTEN, NEW_SESSION, Call, ProtocolError, Response
from catenet.session.calls.options import ServerOptions

SESSION_BITS: Final = 64


class Session:
    """The calls of one client.

    A call is unknown, running, or finished with a response that is kept until the client acknowledges it.  A call up to
    the acknowledged number is over.
    """

    def __init__(self, number: int, options: ServerOptions) -> None:
        self.number: Final = number
        self.acknowledged: int = 0
        self.response_bytes: int = 0
        self._options: Final = options
        self._responses: Final[dict[int, Response | None]] = {}
        """By number of call; None while it runs."""

    def begin(self, call: Call) -> bool:
        """Whether to execute a call: False if it has begun before.

        Raises :class:`~catenet.session.calls.messages.ProtocolError` beyond the window.
        """
        self.acknowledge(call.acknowledged)
        if call.sequence <= self.acknowledged or call.sequence in self._responses:
            return False
        if len(self._responses) >= self._options.window:
            raise ProtocolError(f"call {call.sequence}: more than {self._options.window} are not acknowledged")
        self._responses[call.sequence] = None
        return True

    def finish(self, response: Response) -> None:
        """Keep the response of a call that has run, and forget those of older ones beyond the limit."""
        if response.sequence not in self._responses:
            return
        self._responses[response.sequence] = response
        self.response_bytes += len(response.body)
        for sequence, kept in self._responses.items():
            if self.response_bytes <= self._options.response_bytes_max:
                return
            if kept is not None and kept.body:
                self.response_bytes -= len(kept.body)
                self._responses[sequence] = Response(sequence, FORGOTTEN, b"")

    def response(self, sequence: int) -> Response | None:
        """The response of a call; None if it runs, or is over."""
        return self._responses.get(sequence)

    def acknowledge(self, sequence: int) -> None:
        """The client has all responses up to this number."""
        if sequence <= self.acknowledged:
            return
        self.acknowledged = sequence
        for number in [known for known in self._responses if known <= sequence]:
            kept = self._responses.pop(number)
            if kept is not None:
                self.response_bytes -= len(kept.body)


class SessionTable:
    """The sessions of a server by number.  Numbers are random, so that a lost one does not return."""

    def __init__(self, options: ServerOptions) -> None:
        self._options: Final = options
        self._sessions: Final[dict[int, Session]] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def find(self, number: int) -> Session | None:
        """A session by its number."""
        return self._sessions.get(number)

    def make(self) -> Session | None:
        """A new session; None if there is no room."""
        if len(self._sessions) >= self._options.sessions_max:
            return None
        number = NEW_SESSION
        while number == NEW_SESSION or number in self._sessions:
            number = secrets.randbits(SESSION_BITS)
        session = self._sessions[number] = Session(number, self._options)
        return session

    def drop(self, session: Session) -> None:
        """Forget a session: its calls must not be executed any more."""
        self._sessions.pop(session.number, None)
