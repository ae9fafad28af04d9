"""The packets of the conversation as data, in the order in which they were sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from catenet.kernel.quantity import counted
from catenet.lab.model.nodes import Node
from catenet.lab.probe.request.conversation import Conversation, arp_of
from catenet.lab.probe.request.headers import dns, tls
from catenet.lab.probe.request.headers.transport import flags_text
from catenet.lab.probe.request.messages import Message
from catenet.lab.probe.request.paths import Path, hops_of
from catenet.lab.probe.request.result import Packet
from catenet.lab.probe.request.stream import Stream, data_of, segment

NAME, CONNECT, TLS, REQUEST, ANSWER, CLOSE = "name", "connect", "tls", "request", "answer", "close"
_SYN, _RST, _FIN = 0x02, 0x04, 0x01


class Found(NamedTuple):
    """A packet before it has a number.  ``stage`` is empty if that of the packets around it is its own."""

    path: Path
    protocol: str
    stage: str
    text: str
    retransmission: bool = False


def packets(conversation: Conversation, client: Node, request: Message, answer: Message) -> dict[Path, Packet]:
    """All packets, by path, numbered from 1."""
    found = [
        *_segments(conversation.from_client, request, REQUEST),
        *_segments(conversation.from_server, answer, ANSWER),
        *_names(conversation),
        *_neighbours(conversation),
    ]
    found.sort(key=lambda each: each.path[0].started_ns)
    numbered: dict[Path, Packet] = {}
    for number, (each, stage) in enumerate(zip(found, _stages(found), strict=True), 1):
        numbered[each.path] = _packet(number, each, stage, conversation, client)
    return numbered


def _packet(number: int, found: Found, stage: str, conversation: Conversation, client: Node) -> Packet:
    path = found.path
    sender, receiver = path[0].sender.node, path[-1].receiver.node
    if path[-1].lost and found.protocol == "TCP":
        receiver = conversation.server if sender is client else client
    headers = path[0].headers
    assert headers is not None
    return Packet(
        number=number,
        protocol=found.protocol,
        stage=stage,
        sender=sender.name,
        receiver=receiver.name,
        from_client=sender is client,
        text=found.text,
        octets=len(path[0].octets),
        retransmission=found.retransmission,
        hops=hops_of(path),
    )


def _segments(stream: Stream, message: Message, stage: str) -> Iterator[Found]:
    parts = {record.start: tls.summary(record) for record in tls.records(stream.octets)} if message.record else {}
    parts[message.place] = stage
    for number, (path, again) in enumerate(zip(stream.paths, stream.retransmitted(), strict=True)):
        start = stream.place_of(number)
        end = start + len(data_of(path))
        inside = [text for place, text in parts.items() if start <= place < end]
        yield Found(path, "TCP", _stage(path, start, message, stage), _text(path, inside), again)


def _stage(path: Path, start: int, message: Message, stage: str) -> str:
    flags = segment(path).number("Control Bits")
    if data_of(path):
        if start >= message.end:
            return CLOSE
        return stage if start + len(data_of(path)) > message.place else TLS
    if flags & _SYN:
        return CONNECT
    return CLOSE if flags & (_FIN | _RST) else ""


def _text(path: Path, inside: list[str]) -> str:
    text = flags_text(segment(path).number("Control Bits"))
    if data_of(path):
        text += f", {counted(len(data_of(path)), 'octet')}"
    return f"{text}: {', '.join(inside)}" if inside else text


def _names(conversation: Conversation) -> Iterator[Found]:
    for path in conversation.names:
        headers = path[0].headers
        assert headers is not None
        assert headers.message is not None
        yield Found(path, "DNS", NAME, dns.summary(headers.message))


def _neighbours(conversation: Conversation) -> Iterator[Found]:
    for path in conversation.neighbours:
        headers = path[0].headers
        assert headers is not None
        arp = arp_of(headers.link)
        if arp is None:
            kind = {135: "neighbour solicitation", 136: "neighbour advertisement"}[headers.payload[0]]
            yield Found(path, "ICMPv6", "", kind)
        elif arp.number("Operation") == 1:
            yield Found(path, "ARP", "", f"who has {arp.text('Target Protocol Address')}?")
        else:
            yield Found(path, "ARP", "", f"{arp.text('Sender Protocol Address')} is at {_mac(arp.octets)}")


def _mac(arp: bytes) -> str:
    return arp[8:14].hex(":")


def _stages(found: list[Found]) -> list[str]:
    """The stages: an acknowledgement belongs to what came before it, a look-up of a MAC to what comes after."""
    stages = [each.stage for each in found]
    before = ""
    for number, each in enumerate(found):
        if stages[number]:
            before = stages[number]
        elif each.protocol == "TCP":
            stages[number] = before
    after = CLOSE
    for number in reversed(range(len(found))):
        after = stages[number] = stages[number] or after
    return stages
