"""The packets of one request: its connection, the look-up of its name, and the look-ups of MAC addresses."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Address
from typing import Final

from catenet.lab.model.nodes import IpNode, Node
from catenet.lab.probe.request.crossings import Crossing
from catenet.lab.probe.request.headers import dns
from catenet.lab.probe.request.headers.frame import TCP, FrameHeaders
from catenet.lab.probe.request.headers.header import Header
from catenet.lab.probe.request.paths import Path, Paths
from catenet.lab.probe.request.stream import Stream

Ends = tuple[str, int, str, int]
"""Source address and port, destination address and port."""
_SOLICITATIONS: Final = (135, 136)
_ICMPV6: Final = 58


class Conversation:
    """Finds the packets of the connection from ``local`` at the client to ``peer``, and what they needed first."""

    def __init__(
        self, crossings: Sequence[Crossing], client: Node, local: tuple[str, int], peer: tuple[str, int]
    ) -> None:
        kept = [crossing for crossing in crossings if not crossing.collided]
        self._crossings: Final = sorted(kept, key=lambda crossing: crossing.started_ns)
        self._paths: Final = Paths(self._crossings)
        self._client: Final = client
        sent = self._segments(client, (*local, *peer))
        arrived = next(path for path in sent if not path[-1].lost)
        self.server: Final = arrived[-1].receiver.node
        source, source_port, target, target_port = _ends(arrived[-1])
        self.server_end: Final = target, target_port
        self.client_end: Final = source, source_port
        """As the server sees it: an address translator may stand between them."""
        self.from_client: Final = Stream(sent)
        self.from_server: Final = Stream(self._segments(self.server, (target, target_port, source, source_port)))
        self.names: Final = self._names()
        self.neighbours: Final = self._neighbours()

    def _segments(self, sender: Node, ends: Ends) -> list[Path]:
        return [
            self._paths.take(crossing)
            for crossing in self._crossings
            if crossing.sender.node is sender
            and crossing.headers is not None
            and crossing.headers.protocol == TCP
            and _ends(crossing) == ends
        ]

    def _names(self) -> list[Path]:
        """Queries of the client, of the resolvers that it asked, and all their answers, up to the connection."""
        before_ns = self.from_client.paths[0][0].started_ns
        askers, answers = {self._client}, set[tuple[Node, Ends]]()
        found = []
        for crossing in self._crossings:
            message = None if crossing.headers is None else crossing.headers.message
            if message is None or crossing.started_ns > before_ns:
                continue
            node, ends = crossing.sender.node, _ends(crossing)
            is_answer = bool(message.number("Flags") & dns.RESPONSE)
            if (node, ends) in answers if is_answer else node in askers and ends[3] == dns.PORT:
                path = self._paths.take(crossing)
                found.append(path)
                askers.add(path[-1].receiver.node)
                source, source_port, target, target_port = _ends(path[-1])
                answers.add((path[-1].receiver.node, (target, target_port, source, source_port)))
        return found

    def _neighbours(self) -> list[Path]:
        """Messages of ARP and Neighbour Discovery between the nodes of the route, on its links."""
        paths = [*self.from_client.paths, *self.from_server.paths, *self.names]
        links = {crossing.link for path in paths for crossing in path}
        nodes = {end.node for path in paths for crossing in path for end in (crossing.sender, crossing.receiver)}
        known = {str(address) for node in nodes if isinstance(node, IpNode) for address in node.addresses}
        last_ns = max(path[0].started_ns for path in paths)
        found = []
        for crossing in self._crossings:
            if crossing.started_ns > last_ns:
                break
            address = None if crossing.headers is None else _asked_for(crossing.headers)
            if address in known and crossing.link in links and isinstance(crossing.sender.node, IpNode):
                found.append(self._paths.take(crossing))
        return found


def _asked_for(headers: FrameHeaders) -> str | None:
    """The address that a message of ARP or Neighbour Discovery is about.

    None for other frames, and for those that only see whether an address is in use.
    """
    arp = arp_of(headers.link)
    if arp is not None:
        probes = arp.number("Sender Protocol Address") in (0, arp.number("Target Protocol Address"))
        return None if probes else arp.text("Target Protocol Address")
    if headers.network is not None and is_neighbour_discovery(headers) and headers.network.number("Source Address"):
        return str(IPv6Address(headers.payload[8:24]))
    return None


def arp_of(headers: Sequence[Header]) -> Header | None:
    """The ARP message among a frame's headers, if there is one."""
    return next((header for header in headers if header.name == "ARP"), None)


def is_neighbour_discovery(headers: FrameHeaders) -> bool:
    """Whether a frame is a neighbour solicitation or advertisement (RFC 4861)."""
    return headers.protocol == _ICMPV6 and len(headers.payload) >= 24 and headers.payload[0] in _SOLICITATIONS


def _ends(crossing: Crossing) -> Ends:
    headers = crossing.headers
    if headers is None or headers.network is None or headers.transport is None:
        return "", 0, "", 0
    network, ports = headers.network, headers.transport
    return (
        network.text("Source Address"),
        ports.number("Source Port"),
        network.text("Destination Address"),
        ports.number("Destination Port"),
    )
