"""Exactly once, for clients that ask again when no answer came (Raft paper §8; dissertation §6.3).

A command that was decided but not answered would be done twice when its client repeats it. So each client
numbers its commands, and each replica's application remembers what it answered, as part of its state: it is in
every snapshot, and all replicas remember and forget the same, because only entries of the log make them do so.

A session begins with an entry of its own, whose index is the client's number. When there are too many, the one
that was used longest ago ends; a client that comes back to it is told so, instead of having a command done twice.
"""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.varint import put_varint, take_varint

NEW: Final = 0  # do it, and `finish` it
REPEATED: Final = 1  # done before: answer the same
FORGOTTEN: Final = 2  # done before, and the client said that it had the answer
EXPIRED: Final = 3  # no such session: it may or may not have been done

OPEN: Final = b"\x00"  # the command that begins a session
_REQUEST: Final = 1


class Request:
    """A client's numbered command. It has all answers up to ``answered`` and will not ask for them again."""

    def __init__(self, client: int, sequence: int, answered: int, command: bytes) -> None:
        self.client: Final = client
        self.sequence: Final = sequence
        self.answered: Final = answered
        self.command: Final = command

    def emit(self) -> bytes:
        """As the data of an entry."""
        head = put_varint(_REQUEST) + put_varint(self.client) + put_varint(self.sequence) + put_varint(self.answered)
        return head + self.command


def parse_request(data: bytes) -> Request | None:
    """None for OPEN. Raises ValueError for what neither it nor `Request.emit` makes."""
    if data == OPEN:
        return None
    try:
        kind, at = take_varint(data, 0)
        client, at = take_varint(data, at)
        sequence, at = take_varint(data, at)
        answered, at = take_varint(data, at)
    except IndexError:
        raise ValueError("a request is cut off before its command") from None
    if kind != _REQUEST:
        raise ValueError(f"a request starts with {_REQUEST}, not {kind}")
    return Request(client, sequence, answered, data[at:])


class Session:
    """One client's: answers that it may still ask for, by sequence number."""

    def __init__(self) -> None:
        self.answered = 0
        self.answers: dict[int, bytes] = {}


class Verdict:
    """What to do about a request: one of NEW, REPEATED (with the answer), FORGOTTEN, EXPIRED."""

    def __init__(self, kind: int, answer: bytes = b"") -> None:
        self.kind: Final = kind
        self.answer: Final = answer


class Sessions:
    """All clients', least recently used first. A part of the application's state."""

    def __init__(self, most: int = 1024) -> None:
        self.most: Final = most
        self._sessions: dict[int, Session] = {}

    def open(self, index: int) -> int:
        """An OPEN entry was applied at ``index``, which becomes the client's number."""
        self._sessions[index] = Session()
        while len(self._sessions) > self.most:
            del self._sessions[next(iter(self._sessions))]
        return index

    def begin(self, request: Request) -> Verdict:
        """A request is applied; if it is NEW, do it and tell `finish`."""
        session = self._sessions.pop(request.client, None)
        if session is None:
            return Verdict(EXPIRED)
        self._sessions[request.client] = session  # the most recent now
        if request.answered > session.answered:
            session.answered = request.answered
            for sequence in [known for known in session.answers if known <= request.answered]:
                del session.answers[sequence]
        if request.sequence in session.answers:
            return Verdict(REPEATED, session.answers[request.sequence])
        return Verdict(FORGOTTEN if request.sequence <= session.answered else NEW)

    def finish(self, request: Request, answer: bytes) -> None:
        """The answer to a request that was NEW."""
        self._sessions[request.client].answers[request.sequence] = answer

    def emit(self) -> bytes:
        """For a snapshot."""
        parts = [put_varint(len(self._sessions))]
        for client, session in self._sessions.items():
            parts += [put_varint(client), put_varint(session.answered), put_varint(len(session.answers))]
            for sequence, answer in session.answers.items():
                parts += [put_varint(sequence), put_varint(len(answer)), answer]
        return b"".join(parts)

    def restore(self, data: bytes) -> None:
        """From a snapshot."""
        self._sessions = {}
        count, at = take_varint(data, 0)
        for _ in range(count):
            client, at = take_varint(data, at)
            session = Session()
            session.answered, at = take_varint(data, at)
            answers, at = take_varint(data, at)
            for _ in range(answers):
                sequence, at = take_varint(data, at)
                octets, at = take_varint(data, at)
                session.answers[sequence] = data[at : at + octets]
                at += octets
            self._sessions[client] = session
