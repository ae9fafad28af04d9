"""What a trace of a request returns."""

from __future__ import annotations

from typing import Any, NamedTuple

from catenet.lab.probe.request.headers.header import Header


class Hop(NamedTuple):
    """A packet's way over one link, from ``sender`` to ``receiver``.  Times in nanoseconds since the run's start.

    ``waited_ns`` is the time in the sender's queue, 0 where the packet began.  ``arrived_ns`` is None if it was lost;
    ``outcome`` says how, or what else happened to the frame.  ``ports`` are the names of the ports at both ends.
    ``hop_limit`` is IPv4's TTL or IPv6's Hop Limit on this link, None for ARP.
    """

    link: str
    sender: str
    receiver: str
    sender_kind: str
    receiver_kind: str
    ports: tuple[str, str]
    framing: str
    rate_bit_s: int
    phy: str
    fidelity: str
    wire_octets: int
    waited_ns: int
    started_ns: int
    sent_ns: int
    arrived_ns: int | None
    outcome: str
    hop_limit: int | None
    headers: tuple[Header, ...]

    @property
    def sending_ns(self) -> int:
        """How long its bits took to leave."""
        return self.sent_ns - self.started_ns

    @property
    def propagation_ns(self) -> int | None:
        """From the last bit's departure to its arrival; None if it was lost."""
        return None if self.arrived_ns is None else self.arrived_ns - self.sent_ns

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        own = self._asdict()
        del own["headers"]
        return {
            **own,
            "ports": list(self.ports),
            "sending_ns": self.sending_ns,
            "propagation_ns": self.propagation_ns,
            "headers": [header_data(header) for header in self.headers],
        }


class Packet(NamedTuple):
    """A packet of the conversation: an IP packet, or a message of ARP.

    ``stage`` is what it was for: ``"name"``, ``"connect"``, ``"tls"``, ``"request"``, ``"answer"``, ``"close"``.
    ``from_client`` says which way it went.  ``retransmission`` is true if TCP had sent its octets before.
    """

    number: int
    protocol: str
    stage: str
    sender: str
    receiver: str
    from_client: bool
    text: str
    octets: int
    retransmission: bool
    hops: tuple[Hop, ...]

    @property
    def sent_ns(self) -> int:
        """When its first bit left the sender."""
        return self.hops[0].started_ns

    @property
    def arrived_ns(self) -> int | None:
        """When it reached the receiver; None if it did not."""
        return self.hops[-1].arrived_ns

    @property
    def outcome(self) -> str:
        """How it was lost, and on which link, or what else happened to it; empty if it arrived unharmed."""
        return "; ".join(f"{hop.outcome} on {hop.link}" for hop in self.hops if hop.outcome)

    @property
    def lost(self) -> bool:
        """Whether it did not arrive."""
        return self.arrived_ns is None

    def as_data(self) -> dict[str, Any]:
        """For JSON; the hops without the octets of headers, which the journeys have."""
        own = self._asdict()
        hops = [{key: value for key, value in hop.as_data().items() if key != "headers"} for hop in self.hops]
        times = {"sent_ns": self.sent_ns, "arrived_ns": self.arrived_ns}
        return {**own, **times, "lost": self.lost, "outcome": self.outcome, "hops": hops}


class Layer(NamedTuple):
    """One layer at one end: its number and name, what it handles (``unit``), and what there is to say of it."""

    number: int
    name: str
    unit: str
    text: str
    notes: tuple[str, ...]
    headers: tuple[Header, ...]

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        own = self._asdict()
        return {**own, "notes": list(self.notes), "headers": [header_data(header) for header in self.headers]}


class Journey(NamedTuple):
    """The packet that carried the beginning of the request or of the answer.

    ``down`` are the layers at its sender from 7 to 1, ``up`` those at its receiver from 1 to 7.
    """

    packet: Packet
    down: tuple[Layer, ...]
    up: tuple[Layer, ...]

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "packet": self.packet.number,
            "down": [layer.as_data() for layer in self.down],
            "hops": [hop.as_data() for hop in self.packet.hops],
            "up": [layer.as_data() for layer in self.up],
        }


class Stages(NamedTuple):
    """How long each part of the request took, in nanoseconds; None for a part that did not occur.  As HAR has it."""

    name_ns: int | None
    connect_ns: int | None
    tls_ns: int | None
    send_ns: int
    wait_ns: int
    receive_ns: int

    @property
    def total_ns(self) -> int:
        """The sum."""
        return sum(part for part in self if part is not None)


class RequestTrace(NamedTuple):
    """One request, from the first look-up of a name to the close of its connection.

    ``started_ns`` is when the client began, in nanoseconds since the start of the run.  Addresses are text.
    """

    url: str
    client: str
    server: str
    client_end: tuple[str, int]
    server_end: tuple[str, int]
    status: int
    reason: str
    body_octets: int
    tls: str
    started_ns: int
    stages: Stages
    request: Journey
    answer: Journey
    packets: tuple[Packet, ...]

    @property
    def retransmissions(self) -> int:
        """Segments that TCP sent again."""
        return sum(packet.retransmission for packet in self.packets)

    @property
    def losses(self) -> int:
        """Packets that did not arrive."""
        return sum(packet.lost for packet in self.packets)

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "url": self.url,
            "client": self.client,
            "server": self.server,
            "client_end": list(self.client_end),
            "server_end": list(self.server_end),
            "status": self.status,
            "reason": self.reason,
            "body_octets": self.body_octets,
            "tls": self.tls,
            "started_ns": self.started_ns,
            "stages": {**self.stages._asdict(), "total_ns": self.stages.total_ns},
            "retransmissions": self.retransmissions,
            "losses": self.losses,
            "request": self.request.as_data(),
            "answer": self.answer.as_data(),
            "packets": [packet.as_data() for packet in self.packets],
        }


def header_data(header: Header) -> dict[str, Any]:
    """A header for JSON."""
    return {
        "name": header.name,
        "standard": header.standard,
        "hex": header.octets.hex(" "),
        "fields": [field._asdict() for field in header.fields],
    }
