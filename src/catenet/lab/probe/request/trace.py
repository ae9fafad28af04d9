"""Traces one HTTP request: runs the internet until the answer is complete, and follows each of its packets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from catenet.application.http.message import phrase
from catenet.errors import LabError
from catenet.lab.model.registry import NodeReference
from catenet.lab.probe.request.conversation import Conversation
from catenet.lab.probe.request.crossings import Crossing, Watch
from catenet.lab.probe.request.exchange import Exchange, PageServer
from catenet.lab.probe.request.layers import journey
from catenet.lab.probe.request.messages import Message, messages
from catenet.lab.probe.request.packets import packets
from catenet.lab.probe.request.result import Journey, Packet, RequestTrace
from catenet.lab.probe.request.stream import Stream, data_of
from catenet.lab.probe.request.target import Asked, asked, failure, serving_node
from catenet.lab.probe.request.upper_layers import Side
from catenet.lab.world.world import World

LIMIT_NS: Final = 120_000_000_000
"""The longest wait for an answer: the client's own time limits are shorter."""
CLOSING_NS: Final = 1_000_000_000
"""For so long after the answer, the close of the connection is followed."""


def trace_request(world: World, url: str, *, source: NodeReference | None = None, serve: bool = False) -> RequestTrace:
    """Send one GET for ``url`` from the host ``source``, and follow it through the seven layers.

    Virtual time passes.  ``serve`` starts an HTTP server of one page at the URL's host and port.  Raises LabError if
    the URL is wrong or no answer comes.
    """
    world.build()
    to = asked(world, url, source)
    page = _begin_server(to) if serve else None
    exchange = Exchange(url)
    watch = Watch(world.links.values())
    started_ns = int(world.kernel.now_ns)
    to.client.host.run(exchange.fetch, name="request", service=True)
    with world.driven("a trace"):
        _run(world, started_ns + LIMIT_NS, lambda: exchange.done)
        if exchange.stages is not None:
            world.kernel.run(int(world.kernel.now_ns) + CLOSING_NS)
    watch.end()
    if page is not None and page.error is not None:
        raise LabError(f"--serve cannot listen at port {to.origin.port} of {to.origin.host}: {page.error.strerror}")
    if exchange.stages is None:
        raise failure(world, to, exchange.error)
    return _result(to, exchange, started_ns, watch.crossings)


def _begin_server(to: Asked) -> PageServer:
    host = serving_node(to).host
    page = PageServer(host.name, to.origin.port, tls=to.origin.scheme == "https")
    host.run(page.serve, name="page", service=True)
    return page


def _run(world: World, until_ns: int, done: Callable[[], bool]) -> None:
    kernel = world.kernel
    while not done() and kernel.next_time_ns() <= until_ns:
        kernel.step()
    if not done():
        kernel.run(until_ns)


def _result(to: Asked, exchange: Exchange, started_ns: int, crossings: list[Crossing]) -> RequestTrace:
    conversation = Conversation(crossings, to.client, exchange.local, exchange.peer)
    request, answer = messages(conversation, exchange)
    known = packets(conversation, to.client, request, answer)
    client = Side(to.client.name, exchange.local, exchange.peer)
    server = Side(conversation.server.name, conversation.server_end, conversation.client_end)

    def follow(stream: Stream, message: Message, sides: tuple[Side, Side], is_request: bool) -> Journey:
        number = stream.carrier(message.place)
        assert number is not None, "the message has arrived"
        path = stream.paths[number]
        return journey(known[path], len(data_of(path)), message, exchange, sides, request=is_request)

    assert exchange.stages is not None
    listed: tuple[Packet, ...] = tuple(known.values())
    return RequestTrace(
        url=exchange.url,
        client=client.host,
        server=server.host,
        client_end=client.own,
        server_end=server.own,
        status=exchange.status,
        reason=phrase(exchange.status),
        body_octets=exchange.body_octets,
        tls=" ".join(part for part in (exchange.tls_version, exchange.cipher) if part),
        started_ns=started_ns,
        stages=exchange.stages,
        request=follow(conversation.from_client, request, (client, server), True),
        answer=follow(conversation.from_server, answer, (server, client), False),
        packets=listed,
    )
