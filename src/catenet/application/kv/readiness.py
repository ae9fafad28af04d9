"""Checks that a change of membership leaves a group able to decide, and to elect a new leader after a loss.

A node that is new in a group, or has lost its log, does not vote before it has its mark
(:mod:`~catenet.application.kv.admission`), and only a leader grants one.  So a group whose majority depends on such
nodes would be lost permanently together with its leader.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Final

from catenet.application.consensus.entry import Membership
from catenet.application.kv import protocol
from catenet.application.replication.replica_status import FOUNDING, LISTENING, LOST, MEMBER

PATIENCE_S: Final = 0.4
"""How long to wait for nodes: less than a client waits for the leader's answer."""
WHY: Final = {
    FOUNDING: "it waits for the others to found the group",
    LOST: "it is new, or has lost its log, and waits for its mark",
    LISTENING: "it has not caught up with the others yet",
}

ReplicaStatuses = Callable[[int], Coroutine[None, None, protocol.Reply | None]]
"""Asks a node for the status of its replica."""


async def objection(membership: Membership, asked: protocol.ChangeMembers, replica_status: ReplicaStatuses) -> str:
    """Why a change must not be made now, and the necessary first step; empty if it is allowed."""
    voters = voters_after(membership.voters, asked)
    if voters == membership.voters:
        return ""
    new = [voter for voter in voters if voter not in membership.voters]
    replies = await _ask(voters, new, replica_status)
    for voter in new:
        if not takes_part(replies.get(voter)):
            return (
                f"node {voter} cannot be given a vote: {_reason(replies.get(voter))}.  Let it learn first "
                f"(change_members with learn={{{voter}: ...}}), and give it the vote when it has caught up"
            )
    ready = [voter for voter in voters if takes_part(replies.get(voter))]
    if not is_majority(ready, voters):
        return (
            f"of the voters that would be left ({_listed(voters)}) only {_listed(ready)} answer and take part, and "
            f"{len(voters) // 2 + 1} are needed to decide anything: bring the others back first, or leave more of "
            "those that take part"
        )
    return ""


def voters_after(voters: tuple[int, ...], asked: protocol.ChangeMembers) -> tuple[int, ...]:
    """The voters after the change, sorted."""
    kept = {*voters, *asked.add}.difference(asked.learn, asked.remove)
    return tuple(sorted(kept))


def takes_part(reply: protocol.Reply | None) -> bool:
    """Whether a node's replica is a running member."""
    return isinstance(reply, protocol.ReplicaStatusReply) and reply.state == MEMBER and reply.running


def is_majority(some: list[int], voters: tuple[int, ...]) -> bool:
    """Whether these are a majority; True without voters."""
    return not voters or len(some) > len(voters) // 2


async def _ask(
    voters: tuple[int, ...], new: list[int], replica_status: ReplicaStatuses
) -> Mapping[int, protocol.Reply | None]:
    """The voters' replies, until they suffice or :data:`PATIENCE_S` has passed."""
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE_S
    asking = {voter: loop.create_task(replica_status(voter), name=f"status of node {voter}") for voter in voters}
    try:
        while True:
            replies = {voter: task.result() for voter, task in asking.items() if task.done()}
            waiting = [task for task in asking.values() if not task.done()]
            left_s = until - loop.time()
            ready = [voter for voter, reply in replies.items() if takes_part(reply)]
            enough = all(voter in replies for voter in new) and is_majority(ready, voters)
            if enough or not waiting or left_s <= 0:
                return replies
            await asyncio.wait(waiting, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in asking.values():
            task.cancel()


def _reason(reply: protocol.Reply | None) -> str:
    if isinstance(reply, protocol.ReplicaStatusReply):
        return WHY.get(reply.state, "its replica has stopped")
    return "it does not answer" if reply is None else "it holds no replica of this group"


def _listed(numbers: tuple[int, ...] | list[int]) -> str:
    return ", ".join(map(str, numbers)) or "none"
