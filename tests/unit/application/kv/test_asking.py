"""A group is asked until somebody answers who knows; "not done" is said only of what was not."""

from __future__ import annotations

import asyncio

import pytest

from catenet.application.kv import protocol
from catenet.application.kv.client import Client
from catenet.application.kv.errors import InvalidRequest, OutcomeUnknown, StoreError, Unavailable
from catenet.application.kv.retry import NoReply, RpcClient
from catenet.application.kv.state.slot_map import Layout

LAYOUT = protocol.LayoutReply(Layout(1, groups={1: ("n1:1",)}, owners=(1,) * 256))
UNCERTAIN, NOBODY = protocol.UnknownOutcome("another leader may have had it decided"), protocol.Redirect("")


class Scripted:
    """Connections to nodes that answer what the test says, one after the other, and then the last of it for ever."""

    timeout_s = 1.0

    def __init__(self, *answers: protocol.Reply | Exception) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def to(self, address: str) -> Scripted:
        return self

    async def call(self, group: int, rpc: protocol.RpcRequest, timeout_s: float) -> protocol.Reply:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_who_is_uncertain_is_asked_again() -> None:
    """A change of the layout was called impossible when a leader did not know what became of it."""
    connections = Scripted(UNCERTAIN, NOBODY, UNCERTAIN, LAYOUT)
    rpc_client = RpcClient(connections, pause_s=0)  # type: ignore[arg-type]
    reply = asyncio.run(rpc_client.call(0, protocol.GetLayout(-1), ("n1:1",), 10))
    assert reply == LAYOUT
    assert connections.asked == 4


@pytest.mark.parametrize(
    ("answer", "in_doubt"),
    [(UNCERTAIN, True), (TimeoutError(), True), (NOBODY, False)],
    ids=["uncertain", "late", "no"],
)
def test_in_the_end_it_is_said_whether_it_may_have_been_done(
    answer: protocol.Reply | Exception, in_doubt: bool
) -> None:
    rpc_client = RpcClient(Scripted(answer), pause_s=0)  # type: ignore[arg-type]
    with pytest.raises(NoReply, match="did not answer within 0 s") as caught:
        asyncio.run(rpc_client.call(0, protocol.GetLayout(-1), ("n1:1",), 0))
    assert caught.value.in_doubt is in_doubt


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(UNCERTAIN, OutcomeUnknown), (NOBODY, Unavailable), (protocol.Refused(7, "no"), InvalidRequest)],
    ids=["uncertain", "nobody", "refused"],
)
def test_who_changes_something_is_told_the_truth(answer: protocol.Reply, expected: type[StoreError]) -> None:
    async def main() -> None:
        client = Client(("n1:1",), patience_s=0)
        client._layout = LAYOUT.layout
        client._rpc = RpcClient(Scripted(answer), pause_s=0)  # type: ignore[arg-type, misc]
        for change in (client.join(1, ("n1:1",)), client.leave(1), client.transfer(1, 2), client.change_members(1)):
            with pytest.raises(expected) as caught:
                await change
            assert type(caught.value) is expected

    asyncio.run(main())
