"""A node of the store: an ordinary asyncio program, which would run on a real machine as it is.

What it tells the run (who leads, and how long a command takes from its place in the log to its commitment) is told by
an observer, for which it uses Catenet's lab; the store needs nothing of it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import catenet
from catenet.application.consensus.effects import Accepted, Apply, Effect
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.kv.group import Group, Observer
from catenet.application.kv.node import KvNode, Settings
from catenet.application.kv.protocol import CLIENT_PORT, MESH_PORT, Node
from catenet.application.replication.protocols import raft

DIRECTORY, STORE = 0, 1


class Teller(Observer):
    """Tells the timeline who leads, and measures commits at the leader."""

    def __init__(self, city: str) -> None:
        self.city = city
        self.leads: bool = False
        self.placed: dict[int, float] = {}

    def role_changed(self, group: Group) -> None:
        if group.number != STORE or group.member.leads == self.leads:
            return
        self.leads = group.member.leads
        term = group.member.replica.term
        verb = "leads the store" if self.leads else "leads no more"
        catenet.note("leader-changed", f"consensus: {self.city} {verb} (term {term})")
        self.placed.clear()

    def effects_emitted(self, group: Group, asked: list[Effect]) -> None:
        if group.number != STORE or not self.leads:
            return
        for effect in asked:
            if isinstance(effect, Accepted):
                self.placed[effect.index] = time.monotonic()
            elif isinstance(effect, Apply):
                for entry in effect.entries:
                    if entry.index in self.placed:
                        catenet.measure("commit", time.monotonic() - self.placed.pop(entry.index))


async def main(city: str, cities: Sequence[str], prefers: str) -> None:
    """Serve the directory and the store in one city; ``prefers`` is the city that should lead."""
    nodes = {number: Node(f"store-{name}", MESH_PORT, CLIENT_PORT) for number, name in enumerate(cities, 1)}
    number = list(cities).index(city) + 1
    favourite = list(cities).index(prefers) + 1
    options = RaftOptions(forward_proposals=False, lease_reads=True, priorities={favourite: 1}, handicap_ns=200_000_000)
    directory = tuple(node.address for node in nodes.values())
    # The backbone takes a while to know all its routes: do not wait until every city can be reached.
    settings = Settings(raft(options), found_by_majority=True)
    node = KvNode(number, nodes, directory, settings, observer=Teller(city))
    await node.start()
    for group in (DIRECTORY, STORE):
        await node.serve(group, tuple(nodes))
    await asyncio.Event().wait()
