"""Whether a change of membership leaves a group able to decide, and to elect another leader when it loses its own.

A node that comes new into a group, or has lost its log, has no vote before it has its mark
(:mod:`~catenet.application.kv.admission`), and only a leader gives it one.  So a group whose majority depends on such
nodes is lost for good together with its leader.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Final

from catenet.application.consensus.entry import Membership
from catenet.application.kv import protocol
from catenet.application.replication.replica_status import FOUNDING, LISTENING, LOST, MEMBER

PATIENCE_S: Final = 0.4
"""How long nodes are waited for: less than a client waits for the leader's answer."""
WHY: Final = {
    FOUNDING: "it waits for the others to found the group",
    LOST: "it is new, or has lost its log, and waits for its mark",
    LISTENING: "it has not caught up with the others yet",
}

ReplicaStatuses = Callable[[int], Coroutine[None, None, protocol.Reply | None]]
"""Asks a node for the status of its replica."""


async def objection(membership: Membership, asked: protocol.ChangeMembers, replica_status: ReplicaStatuses) -> str:
    """Why a change must not be made now, and what is to be done first; empty if it may be made."""
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
    """Who would have a vote, sorted."""
    kept = {*voters, *asked.add}.difference(asked.learn, asked.remove)
    return tuple(sorted(kept))


def takes_part(reply: protocol.Reply | None) -> bool:
    """Whether a node says that its replica counts, and runs."""
    return isinstance(reply, protocol.ReplicaStatusReply) and reply.state == MEMBER and reply.running


def is_majority(some: list[int], voters: tuple[int, ...]) -> bool:
    """Whether these are enough to decide; of nobody nothing is said."""
    return not voters or len(some) > len(voters) // 2


async def _ask(
    voters: tuple[int, ...], new: list[int], replica_status: ReplicaStatuses
) -> Mapping[int, protocol.Reply | None]:
    """What the voters answer, until enough have; at most for :data:`PATIENCE_S`."""
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
