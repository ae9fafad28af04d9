"""Consensus protocols by name, as tests, experiments and the store select them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from random import Random
from typing import Final, NamedTuple

from catenet.application.consensus.ballot_election import (
    HB_REPLY,
    HB_REQUEST,
    BallotElector,
    emit_ballot_message,
    parse_ballot_message,
)
from catenet.application.consensus.effects import Message
from catenet.application.consensus.election_timeout import Elector, ElectorMessage
from catenet.application.consensus.entry import Stored
from catenet.application.consensus.interface import Replica
from catenet.application.consensus.paxos.multi import wire as paxos_wire
from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.paxos.multi.replica import PaxosReplica
from catenet.application.consensus.raft import wire as raft_wire
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.timing import ElectionPolicy, Randomised

MS: Final = 1_000_000


class Codec(NamedTuple):
    """The encoding of messages; ``parse`` raises ValueError for invalid octets."""

    emit: Callable[[Message], bytes]
    parse: Callable[[bytes], Message]


class Protocol(NamedTuple):
    """``replica`` makes a replica from its number and its stored state."""

    name: str
    replica: Callable[[int, Stored], Replica]
    codec: Codec


def with_ballots(codec: Codec) -> Codec:
    """A codec that also handles the messages of ballot leader election."""

    def emit(message: Message) -> bytes:
        return emit_ballot_message(message) if isinstance(message, ElectorMessage) else codec.emit(message)

    def parse(data: bytes) -> Message:
        if data and data[0] in (HB_REQUEST, HB_REPLY):
            return parse_ballot_message(data)
        return codec.parse(data)

    return Codec(emit, parse)


RAFT_CODEC: Final = with_ballots(Codec(raft_wire.emit_message, raft_wire.parse_message))
PAXOS_CODEC: Final = with_ballots(Codec(paxos_wire.emit_message, paxos_wire.parse_message))


def wide_area() -> ElectionPolicy:
    """Timeouts of 0.5 to 1 s, heartbeats every 100 ms: for round-trip times of up to about 200 ms."""
    return Randomised(500 * MS, 1000 * MS, 100 * MS)


PolicyMaker = Callable[[], ElectionPolicy]


def raft(options: RaftOptions | None = None, policy: PolicyMaker = wide_area, ballot_round_ns: int = 0) -> Protocol:
    """Raft; with ``ballot_round_ns``, ballot leader election decides who leads."""
    chosen = options or RaftOptions(forward_proposals=False, lease_reads=not ballot_round_ns)

    def make(replica_id: int, stored: Stored) -> Replica:
        elector = BallotElector(replica_id, ballot_round_ns) if ballot_round_ns else None
        return RaftReplica(replica_id, stored, chosen, policy(), _stream(), time.monotonic_ns(), elector)

    return Protocol("raft", make, RAFT_CODEC)


def multi_paxos(
    options: PaxosOptions | None = None, policy: PolicyMaker = wide_area, ballot_round_ns: int = 0
) -> Protocol:
    """Multi-Paxos; ``ballot_round_ns`` as for :func:`raft`."""
    chosen = options or PaxosOptions(leases=not ballot_round_ns)

    def make(replica_id: int, stored: Stored) -> Replica:
        elector: Elector | None = BallotElector(replica_id, ballot_round_ns) if ballot_round_ns else None
        return PaxosReplica(replica_id, stored, chosen, policy(), _stream(), time.monotonic_ns(), elector)

    return Protocol("multi-paxos", make, PAXOS_CODEC)


def _stream() -> Random:
    return Random(int.from_bytes(os.urandom(16), "big"))


PROTOCOLS: Final[dict[str, Callable[[], Protocol]]] = {"raft": raft, "multi-paxos": multi_paxos}


def make_protocol(name: str | Protocol) -> Protocol:
    """A protocol by its name, with default options.  Raises ValueError for an unknown name."""
    if isinstance(name, Protocol):
        return name
    if name not in PROTOCOLS:
        raise ValueError(f"there is no protocol {name!r}; there are {', '.join(PROTOCOLS)}")
    return PROTOCOLS[name]()
