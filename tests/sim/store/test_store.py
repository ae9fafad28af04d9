"""The store on simulated hosts: ordinary asyncio programs, over our TCP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

import catenet
from catenet.application.kv import protocol
from catenet.application.kv.client import Client
from catenet.application.kv.errors import InvalidRequest, LeaseLost, Unavailable
from catenet.application.kv.node import KvNode, Settings
from catenet.application.kv.state.slots import SLOTS
from catenet.application.replication.state_machine import SnapshotPolicy

Program = Callable[[Client], Awaitable[None]]


class Store:
    """Nodes at a switch, with groups on them, and a client."""

    def __init__(self, name: str, nodes: int = 3, spare: int = 0, seed: int = 1) -> None:
        self.net = catenet.Internet(seed=seed)
        self.net.switch("lan")
        self.nodes = {n: protocol.Node(f"n{n}", 7000, 7001) for n in range(1, nodes + spare + 1)}
        self.founders = tuple(range(1, nodes + 1))
        self.directory = tuple(self.nodes[n].address for n in self.founders)
        self.settings = Settings(name, snapshots=SnapshotPolicy(every=50))
        self.running: dict[int, KvNode] = {}
        for number, node in self.nodes.items():
            host = self.net.host(node.host)
            self.net.link(host, "lan", delay="2ms")
            host.run(self.serve, number)

    async def serve(self, number: int) -> None:
        node = self.running[number] = KvNode(number, self.nodes, self.directory, self.settings)
        await node.start()
        for group in (0, 1, 2):
            await node.serve(group, self.founders if number in self.founders else ())
        await asyncio.Event().wait()

    def run(self, *programs: Program, until: str = "60s") -> None:
        self.programs = len(programs)
        for number, program in enumerate(programs):
            host = self.net.host(f"client{number}")
            self.net.link(host, "lan", delay="2ms")
            host.run(self.client, program)
        self.net.run(until=until)
        assert self.programs == 0, "a client never came to an end"
        self.net.close()

    async def client(self, program: Program) -> None:
        client = Client(self.directory, timeout_s=0.5, patience_s=20)
        await program(client)
        client.close()
        self.programs -= 1
        if not self.programs:
            self.net._world.kernel.stop()


PROTOCOLS = ["raft", "multi-paxos"]


@pytest.mark.parametrize("name", PROTOCOLS)
def test_keys_are_written_read_compared_scanned_and_removed(name: str) -> None:
    store = Store(name)

    async def program(client: Client) -> None:
        await client.join(1, store.directory)
        assert await client.get(b"a") is None
        first = await client.put(b"a", b"1")
        assert await client.put(b"a", b"2") > first
        assert await client.compare_and_set(b"a", b"1", b"3") is False
        assert await client.compare_and_set(b"a", b"2", b"3") is True
        assert await client.compare_and_set(b"b", None, b"4") is True
        for mode in (protocol.LINEARIZABLE, protocol.LEASE):
            assert await client.get(b"a", mode) == b"3"
        assert await client.scan() == [(b"a", b"3"), (b"b", b"4")]
        assert await client.scan(b"b") == [(b"b", b"4")]
        assert await client.delete(b"a") is True
        assert await client.delete(b"a") is False
        record = await client.get_record(b"b")
        assert record is not None
        assert record.created == record.modified
        with pytest.raises(InvalidRequest, match="a key must have 1 to"):
            await client.put(b"", b"x")

    store.run(program)


def test_a_founder_who_waits_for_long_tells_whom_it_waits_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is told where the others are a little late, as they are while routing begins."""
    store = Store("raft")
    store.net.at(0).partition(["n1"], ["n2"], ["n3"])
    store.net.run(until="29s")
    assert "waits to found" not in capsys.readouterr().err
    store.net.run(until="60s")
    told = sorted(line for line in capsys.readouterr().err.splitlines() if "waits to found" in line)
    assert told == [
        f"catenet store: group {group} on node {node} waits to found it: no answer yet from node {others}"
        for group in (0, 1, 2)
        for node, others in ((1, "2, 3"), (2, "1, 3"), (3, "1, 2"))
    ]
    store.net.close()


def test_a_stale_read_is_answered_by_whoever_is_asked() -> None:
    store = Store("raft")

    async def program(client: Client) -> None:
        await client.join(1, store.directory)
        await client.put(b"a", b"1")
        impatient = Client(store.directory, timeout_s=0.3, patience_s=1)
        assert await impatient.get(b"a") == b"1"
        store.net.at(f"{asyncio.get_running_loop().time() + 1}s").partition(["n1"], ["n2"], ["n3"])
        await asyncio.sleep(5)
        assert await client.get(b"a", protocol.STALE) == b"1"
        with pytest.raises(Unavailable):
            await impatient.put(b"a", b"2")
        with pytest.raises(Unavailable):
            await impatient.get(b"a")

    store.run(program)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_slots_move_when_groups_join_and_leave_and_no_write_is_lost_or_doubled(name: str) -> None:
    store = Store(name)
    counts: dict[bytes, int] = {}

    async def count(client: Client, key: bytes) -> None:
        """Each step goes on from what the last one wrote: a lost or doubled one would be noticed at once."""
        for number in range(40):
            before = b"%d" % number if number else None
            assert await client.compare_and_set(key, before, b"%d" % (number + 1)) is True
            counts[key] = number + 1
            await asyncio.sleep(0.05)

    async def program(client: Client) -> None:
        await client.join(1, store.directory)
        counting = [asyncio.create_task(count(client, b"counter %d" % number)) for number in range(12)]
        for change in (client.join, client.leave, client.join):
            await asyncio.sleep(0.7)
            await (change(2, store.directory) if change == client.join else client.leave(2))
        await asyncio.gather(*counting)
        layout = await client.layout()
        assert set(layout.owners) == {1, 2}
        assert dict(await client.scan()) == dict.fromkeys(counts, b"40")
        await asyncio.sleep(3)
        for node in store.running.values():
            slots = [group.store.slots for group in node.groups.values() if group.store is not None]
            assert sum(map(len, slots)) == SLOTS
            assert not any(group.store.departing for group in node.groups.values() if group.store is not None)

    store.run(program)


def test_a_watch_tells_every_change_in_order_while_slots_move_and_leaders_change() -> None:
    store = Store("raft")
    told: list[tuple[bytes, bytes | None]] = []

    async def watch(client: Client) -> None:
        await asyncio.sleep(2)
        async for change in client.watch(b"k", b"l"):
            told.append(change)
            if change == (b"k end", b"x"):
                return

    async def program(client: Client) -> None:
        await client.join(1, store.directory)
        await asyncio.sleep(2.5)
        for number in range(60):
            await client.put(b"k%d" % (number % 7), b"%d" % number)
            if number == 20:
                await client.join(2, store.directory)
            if number == 35:
                await client.transfer(1, 1 + store.running[1].groups[1].member.leader % 3)
            if number == 45:
                await client.leave(2)
        await client.delete(b"k3")
        await asyncio.sleep(2)
        await client.put(b"k end", b"x")

    store.run(watch, program)
    for key in range(7):
        seen = [value for name, value in told if name == b"k%d" % key]
        written: list[bytes | None] = [b"%d" % number for number in range(60) if number % 7 == key]
        assert seen == written + ([None] if key == 3 else [])


def test_a_lease_ends_unless_it_is_kept_alive_and_takes_its_keys_along() -> None:
    store = Store("raft")

    async def program(client: Client) -> None:
        await client.join(1, store.directory)
        await client.grant(9, 4.0)
        await client.put(b"a", b"1", lease=9)
        for _ in range(5):
            await asyncio.sleep(2)
            await client.keep_alive(9)
        leader = store.running[1].groups[1].member.leader
        other = store.running[leader % 3 + 1].groups[1].store
        assert other is not None
        store.net.at(f"{asyncio.get_running_loop().time()}s").crash(f"n{leader}")
        await asyncio.sleep(4.3)
        # Nobody can have been elected within half a second, and the new leader gives it its full time again.
        assert other.get(b"a") is not None
        await asyncio.sleep(4)
        assert await client.get(b"a") is None
        with pytest.raises(LeaseLost):
            await client.keep_alive(9)
        with pytest.raises(LeaseLost):
            await client.put(b"a", b"2", lease=9)

    store.run(program)


def test_a_lease_that_is_revoked_takes_its_keys_along_at_once() -> None:
    store = Store("raft")

    async def program(client: Client) -> None:
        await client.join(1, store.directory)
        await client.grant(9, 3600.0)
        await client.grant(10, 3600.0)
        await client.put(b"a", b"1", lease=9)
        await client.put(b"b", b"2", lease=10)
        await client.revoke(9)
        assert await client.get(b"a") is None
        assert await client.get(b"b") == b"2"
        with pytest.raises(LeaseLost):
            await client.keep_alive(9)
        await client.keep_alive(10)

    store.run(program)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_nodes_join_and_leave_a_group_that_goes_on(name: str) -> None:
    store = Store(name, spare=2)

    async def program(client: Client) -> None:
        await client.join(1, tuple(node.address for node in store.nodes.values()))
        for number in range(120):
            await client.put(b"key %d" % number, b"x" * 100)
        for node in (4, 5):
            await client.change_members(1, learn={node: store.nodes[node]})
            await asyncio.sleep(1)
            await client.change_members(1, {node: store.nodes[node]})
            await asyncio.sleep(1)
        for node in (1, 2):
            await client.change_members(1, remove=(node,))
            await asyncio.sleep(1)
        await asyncio.sleep(2)
        member = store.running[4].groups[1].member
        assert member.replica.membership.voters == (3, 4, 5)
        store.net.at(f"{asyncio.get_running_loop().time()}s").crash("n1", "n2")
        await asyncio.sleep(0.1)
        impatient = client
        await impatient.put(b"key 0", b"y") if member.replica.leader in (3, 4, 5) else None
        newcomer = store.running[5].groups[1].store
        assert newcomer is not None
        assert sum(len(slot.records) for slot in newcomer.slots.values()) == 120

    store.run(program)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_all_nodes_lose_power_and_nothing_that_was_answered_is_lost(name: str) -> None:
    store = Store(name)

    async def program(client: Client) -> None:
        await client.join(1, store.directory)
        for number in range(130):
            await client.put(b"key %d" % number, b"%d" % number)
        now = asyncio.get_running_loop().time()
        store.net.at(f"{now + 0.1}s").crash("n1", "n2", "n3")
        store.net.at(f"{now + 1}s").restart("n1", "n2", "n3")
        await asyncio.sleep(3)
        assert dict(await client.scan()) == {b"key %d" % number: b"%d" % number for number in range(130)}

    store.run(program)


def test_a_replica_whose_log_is_damaged_comes_back_as_a_new_member() -> None:
    store = Store("raft")

    async def program(client: Client) -> None:
        await client.join(1, store.directory)
        for number in range(30):
            await client.put(b"key %d" % number, b"%d" % number)
        now = asyncio.get_running_loop().time()
        store.net.at(f"{now + 0.1}s").crash("n2").rot("n2", bits=40)
        store.net.at(f"{now + 1}s").restart("n2")
        await asyncio.sleep(12)
        repaired = store.running[2].groups[1]
        assert repaired.member.running
        assert repaired.member.replica.membership.voters == (1, 2, 3)
        assert repaired.store is not None
        assert sum(len(slot.records) for slot in repaired.store.slots.values()) == 30

    store.run(program)
