"""Changes of a group's membership that would leave it without a majority are refused, and what to do first is said."""

from __future__ import annotations

import asyncio

import pytest

from catenet.application.kv import protocol
from catenet.application.kv.client import Client
from catenet.application.kv.errors import InvalidRequest
from tests.sim.store.test_store import PROTOCOLS, Store


def now_s() -> float:
    return asyncio.get_running_loop().time()


@pytest.mark.parametrize("name", PROTOCOLS)
def test_a_newcomer_gets_a_vote_when_it_has_caught_up_and_not_before(name: str) -> None:
    """Four voters of five were newcomers without a mark; when their leader was lost, so was the group, for good."""
    store = Store(name, nodes=3, spare=3)
    new = {number: store.nodes[number] for number in (4, 5, 6)}

    async def program(client: Client) -> None:
        await client.join(1, tuple(node.address for node in store.nodes.values()))
        await client.put(b"a", b"1")
        leader = store.running[1].groups[1].member.leader
        gone = tuple(number for number in (1, 2, 3) if number != leader)
        with pytest.raises(
            InvalidRequest, match=r"node 4 cannot be given a vote.*Let it learn first.*learn=\{4: ...\}"
        ):
            await client.change_members(1, new, gone)
        await client.change_members(1, learn=new)
        await asyncio.sleep(2)
        await client.change_members(1, new, gone)
        await asyncio.sleep(2)
        assert store.running[4].groups[1].member.replica.membership.voters == tuple(sorted((leader, *new)))
        store.net.at(f"{now_s()}s").crash(f"n{leader}")
        await asyncio.sleep(2)
        others = Client(tuple(node.address for node in store.nodes.values()), timeout_s=0.5, patience_s=20)
        await others.put(b"a", b"2")
        assert await others.get(b"a") == b"2"
        others.close()

    store.run(program)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_a_change_that_leaves_too_few_who_take_part_is_refused(name: str) -> None:
    store = Store(name, nodes=3, spare=1)

    async def program(client: Client) -> None:
        await client.join(1, store.directory)
        await client.put(b"a", b"0")
        leader = store.running[1].groups[1].member.leader
        away, other = (number for number in (1, 2, 3) if number != leader)
        store.net.at(f"{now_s()}s").crash(f"n{away}")
        await asyncio.sleep(0.1)
        with pytest.raises(InvalidRequest, match=rf"only {leader} answer and take part, and 2 are needed"):
            await client.change_members(1, remove=(other,))
        with pytest.raises(InvalidRequest, match="node 9 cannot be given a vote: it does not answer"):
            await client.change_members(1, {9: protocol.Node("n4", 7000, 1)})
        await client.change_members(1, remove=(away,))
        await asyncio.sleep(1)
        assert store.running[leader].groups[1].member.replica.membership.voters == tuple(sorted((leader, other)))
        await client.put(b"a", b"1")

    store.run(program)
