"""Where in the two streams of octets the request and its answer are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from catenet.lab.probe.request.conversation import Conversation
from catenet.lab.probe.request.exchange import Exchange
from catenet.lab.probe.request.headers import tls
from catenet.lab.probe.request.headers.tls import Record
from catenet.lab.probe.request.stream import Stream

_HEAD_END: Final = b"\r\n\r\n"
_EXPANSIONS: Final = {"TLSv1.3": (17,), "TLSv1.2": (24, 16, 29)}
"""By how much encryption lengthens a fragment: AEAD tag and content type; explicit nonce and tag; ChaCha20; CBC."""


class Message(NamedTuple):
    """A message of HTTP: ``head`` in clear, where in the stream it begins and ends, and the record there, with TLS."""

    head: bytes
    place: int
    end: int
    record: Record | None


def messages(conversation: Conversation, exchange: Exchange) -> tuple[Message, Message]:
    """The request and the answer."""
    request = _message(conversation.from_client, exchange.sent, exchange, 0)
    carrier = conversation.from_client.carrier(request.place)
    there_ns = 0 if carrier is None else conversation.from_client.paths[carrier][-1].arrived_ns
    return request, _message(conversation.from_server, exchange.received, exchange, there_ns)


def _message(stream: Stream, clear: Sequence[bytes], exchange: Exchange, not_before_ns: int) -> Message:
    if not exchange.tls_version:
        return Message(_head(stream.octets), 0, len(stream.octets), None)
    pieces = [piece for piece in clear if piece]
    candidates = list(_encrypted(stream, exchange.tls_version, not_before_ns))
    lengths = [len(pieces[0]) + more for more in _EXPANSIONS.get(exchange.tls_version, ())]
    fitting = [record for record in candidates if len(record.fragment) in lengths]
    record = (fitting or candidates)[0]
    own = candidates[candidates.index(record) :][: len(pieces)]  # OpenSSL writes and reads record by record
    return Message(_head(b"".join(pieces)), record.start, own[-1].start + own[-1].octets, record)


def _encrypted(stream: Stream, version: str, not_before_ns: int) -> Iterator[Record]:
    """The records that may hold application data: sent after a time, and after TLS 1.3's encrypted handshake."""
    passed = 0
    for record in tls.records(stream.octets):
        if record.kind == tls.APPLICATION_DATA:
            carrier = stream.carrier(record.start)
            sent_ns = 0 if carrier is None else stream.paths[carrier][0].started_ns
            if sent_ns >= not_before_ns and (not_before_ns or passed or version != "TLSv1.3"):
                yield record
            passed += 1


def _head(octets: bytes) -> bytes:
    head, end, _ = octets.partition(_HEAD_END)
    return head + end
