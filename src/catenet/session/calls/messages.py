"""The messages of a connection, in network byte order, each preceded by its length in four octets.

=========  ====  ===========================================================================================
message    kind  fields
=========  ====  ===========================================================================================
Hello      1     ``magic`` (4 octets), ``session`` (8; 0 for a new one), ``acknowledged`` (8)
Welcome    2     ``session`` (8), ``window`` (4): calls that the client may have unacknowledged
Call       3     ``sequence`` (8), ``acknowledged`` (8), ``deadline_ms`` (4; from now, 0 for none), ``body``
Response   4     ``sequence`` (8), ``status`` (1), ``body``
Ping       5
Pong       6
Goodbye    7     the client ends the session
Refused    8     ``body``: why the server accepts no session now
=========  ====  ===========================================================================================

A client numbers its calls from 1.  ``acknowledged`` is the highest number up to which it has all responses, so that
the server can forget them.

**At most once.**  A server executes a call only if its number is new in the session, and keeps the response until it is
acknowledged.  Session numbers are random, and a server that has lost a session (a restart, a long absence) never has
one of the same number again: it offers a new one, and the client does not repeat there what it has sent in the old one.
A client sends calls only after Welcome.  So calls of an old connection, however late they arrive, belong to the session
of that connection, which knows them, or is lost with all its connections.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

MAGIC: Final = b"CNC1"
NEW_SESSION: Final = 0

HELLO: Final = 1
WELCOME: Final = 2
CALL: Final = 3
RESPONSE: Final = 4
PING: Final = 5
PONG: Final = 6
GOODBYE: Final = 7
REFUSED: Final = 8

DONE: Final = 0
"""Status of a response: executed, and the body is the result."""
FAILED: Final = 1
"""Executed, and the body is the text of the handler's error."""
EXPIRED: Final = 2
"""Not finished before its deadline."""
FORGOTTEN: Final = 3
"""Executed, but the response is no longer kept."""

MILLISECONDS_MAX: Final = (1 << 32) - 1

LENGTH: Final = struct.Struct("!I")
HEAD_BYTES_MAX: Final = 32
"""Of a message's fields before its body."""
_HELLO: Final = struct.Struct("!B4sQQ")
_WELCOME: Final = struct.Struct("!BQI")
_CALL: Final = struct.Struct("!BQQI")
_RESPONSE: Final = struct.Struct("!BQB")


class ProtocolError(ValueError):
    """The peer does not speak this protocol: what was received, and what was expected."""


class Hello(NamedTuple):
    """The first message of a client."""

    session: int
    acknowledged: int


class Welcome(NamedTuple):
    """The answer to Hello: the session that was asked for, or a new one."""

    session: int
    window: int


class Call(NamedTuple):
    """A request.  ``deadline_ms`` is counted from its arrival; 0 for none."""

    sequence: int
    acknowledged: int
    deadline_ms: int
    body: bytes


class Response(NamedTuple):
    """The response to the call of the same number."""

    sequence: int
    status: int
    body: bytes


def hello(session: int, acknowledged: int) -> bytes:
    """A frame."""
    return _framed(_HELLO.pack(HELLO, MAGIC, session, acknowledged))


def welcome(message: Welcome) -> bytes:
    """A frame."""
    return _framed(_WELCOME.pack(WELCOME, message.session, message.window))


def call(message: Call) -> bytes:
    """A frame."""
    head = _CALL.pack(CALL, message.sequence, message.acknowledged, message.deadline_ms)
    return _framed(head + message.body)


def response(message: Response) -> bytes:
    """A frame."""
    return _framed(_RESPONSE.pack(RESPONSE, message.sequence, message.status) + message.body)


def refused(why: str) -> bytes:
    """A frame."""
    return _framed(bytes((REFUSED,)) + why.encode())


def bare(kind: int) -> bytes:
    """The frame of a message without fields."""
    return _framed(bytes((kind,)))


def parse_hello(data: bytes) -> Hello:
    """Raises :class:`ProtocolError`."""
    if len(data) != _HELLO.size or data[0] != HELLO or data[1:5] != MAGIC:
        raise ProtocolError(f"{data[:16]!r} instead of Hello")
    _, _, session, acknowledged = _HELLO.unpack(data)
    return Hello(session, acknowledged)


def parse_welcome(data: bytes) -> Welcome:
    """Raises :class:`ProtocolError`."""
    if len(data) != _WELCOME.size or data[0] != WELCOME:
        raise ProtocolError(f"{data[:16]!r} instead of Welcome")
    _, session, window = _WELCOME.unpack(data)
    if session == NEW_SESSION or window == 0:
        raise ProtocolError(f"Welcome to session {session} with a window of {window}; both are at least 1")
    return Welcome(session, window)


def parse_call(data: bytes) -> Call:
    """Raises :class:`ProtocolError`."""
    _check_head(data, _CALL)
    _, sequence, acknowledged, deadline_ms = _CALL.unpack_from(data)
    if sequence == 0 or acknowledged >= sequence:
        raise ProtocolError(f"call {sequence} acknowledges {acknowledged}, which must be below it")
    return Call(sequence, acknowledged, deadline_ms, data[_CALL.size :])


def parse_response(data: bytes) -> Response:
    """Raises :class:`ProtocolError`."""
    _check_head(data, _RESPONSE)
    _, sequence, status = _RESPONSE.unpack_from(data)
    if status > FORGOTTEN:
        raise ProtocolError(f"status {status} of a response is unknown")
    return Response(sequence, status, data[_RESPONSE.size :])


def _check_head(data: bytes, head: struct.Struct) -> None:
    if len(data) < head.size:
        raise ProtocolError(f"message of kind {data[0]} with {len(data)} octets; it has at least {head.size}")


def _framed(message: bytes) -> bytes:
    return LENGTH.pack(len(message)) + message
