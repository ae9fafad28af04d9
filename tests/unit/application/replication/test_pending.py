"""Who waits for what: each is told the truth about its own request, and only once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from catenet.application.replication.pending import CommitUnknown, ProposalDropped, Requests

NAMES = [b"one", b"two", b"three"]


def with_requests(body: Callable[[Requests], Awaitable[None]]) -> None:
    async def main() -> None:
        await body(Requests())

    asyncio.run(main())


def futures(count: int) -> list[asyncio.Future[object]]:
    return [asyncio.get_running_loop().create_future() for _ in range(count)]


def test_commands_offered_together_get_each_its_own_result() -> None:
    async def body(requests: Requests) -> None:
        one, two, three = waiting = futures(3)
        requests.accepted(requests.proposing(NAMES[: len(waiting)], waiting), 7, 2)
        requests.applied(6, 2, b"not ours", "not ours")
        requests.applied(7, 2, b"one", "one")
        requests.applied(8, 2, b"two", "two")
        assert (one.result(), two.result(), three.done()) == ("one", "two", False)
        requests.applied(9, 2, b"three", "three")
        assert three.result() == "three"

    with_requests(body)


def test_a_command_whose_place_another_leader_s_took_was_not_done() -> None:
    async def body(requests: Requests) -> None:
        (one,) = waiting = futures(1)
        requests.accepted(requests.proposing(NAMES[: len(waiting)], waiting), 7, 2)
        requests.applied(7, 3, b"another's", "another's result")
        with pytest.raises(ProposalDropped, match="another leader's command took its place"):
            one.result()

    with_requests(body)


def test_a_command_that_another_leader_proposed_again_is_not_said_to_be_undone() -> None:
    """Multi-Paxos: the next leader finds it accepted, and has it decided in its own ballot."""

    async def body(requests: Requests) -> None:
        one, two = waiting = futures(2)
        requests.accepted(requests.proposing(NAMES[:2], waiting), 7, 2)
        requests.applied(7, 3, b"one", "result")
        requests.applied(8, 3, b"one", "result")
        with pytest.raises(CommitUnknown, match="another leader committed this command, or an equal one"):
            one.result()
        with pytest.raises(ProposalDropped):
            two.result()

    with_requests(body)


def test_a_command_that_was_overtaken_at_its_place_has_an_unknown_outcome() -> None:
    async def body(requests: Requests) -> None:
        one, two = futures(2)
        requests.accepted(requests.proposing([b"one"], [one]), 7, 2)
        requests.accepted(requests.proposing([b"two"], [two]), 7, 4)
        with pytest.raises(CommitUnknown):
            one.result()
        requests.applied(7, 4, b"two", "two")
        assert two.result() == "two"

    with_requests(body)


def test_a_refusal_names_who_may_take_it() -> None:
    async def body(requests: Requests) -> None:
        one, two = waiting = futures(2)
        tag = requests.proposing(NAMES[: len(waiting)], waiting)
        read_tag, read = requests.reading()
        change_tag, change = requests.changing()
        assert len({tag, read_tag, change_tag}) == 3
        requests.refused(tag, "this replica does not lead", 5)
        assert not read.done()
        requests.refused(read_tag, "no", 0)
        requests.refused(change_tag, "no", 2)
        for future, leader in ((one, 5), (two, 5), (read, 0), (change, 2)):
            with pytest.raises(ProposalDropped) as caught:
                future.result()
            assert caught.value.leader == leader
        assert ProposalDropped("nobody").leader == 0

    with_requests(body)


def test_a_read_waits_until_all_that_it_must_see_is_applied() -> None:
    async def body(requests: Requests) -> None:
        reads = [requests.reading() for _ in range(4)]
        for (tag, _), index in zip(reads, (12, 10, 9, 11), strict=True):
            requests.read_ready(tag, index, 9)
        done = [future.done() for _, future in reads]
        assert done == [False, False, True, False]
        requests.applied_up_to(10)
        assert [future.done() for _, future in reads] == [False, True, True, False]
        requests.applied_up_to(12)
        assert all(future.done() for _, future in reads)

    with_requests(body)


def test_a_read_that_nobody_waits_for_is_forgotten() -> None:
    async def body(requests: Requests) -> None:
        tag, future = requests.reading()
        requests.forget_reading(tag)
        requests.forget_reading(tag)
        requests.read_ready(tag, 1, 5)
        assert not future.done()

    with_requests(body)


def test_a_change_is_answered_when_it_is_accepted() -> None:
    async def body(requests: Requests) -> None:
        tag, future = requests.changing()
        requests.accepted(tag, 7, 2)
        assert future.result() is None
        tag, future = requests.changing()
        future.cancel()
        requests.accepted(tag, 8, 2)

    with_requests(body)


def test_who_has_gone_is_not_told() -> None:
    """A caller that was cancelled must not break the replica that answers it."""

    async def body(requests: Requests) -> None:
        one, two = waiting = futures(2)
        requests.accepted(requests.proposing(NAMES[: len(waiting)], waiting), 7, 2)
        one.cancel()
        two.cancel()
        requests.applied(7, 2, b"one", "one")
        requests.applied(8, 3, b"another's", "another's")

    with_requests(body)


def test_a_snapshot_leaves_what_it_covers_unknown_and_the_rest_waiting() -> None:
    async def body(requests: Requests) -> None:
        one, two, three = waiting = futures(3)
        requests.accepted(requests.proposing(NAMES[: len(waiting)], waiting), 7, 2)
        requests.snapshot_restored(8)
        for future in (one, two):
            with pytest.raises(CommitUnknown, match="snapshot"):
                future.result()
        assert not three.done()
        requests.applied(9, 2, b"three", "three")
        assert three.result() == "three"

    with_requests(body)


def test_at_the_end_what_was_offered_is_unknown_and_what_only_reads_was_not_done() -> None:
    async def body(requests: Requests) -> None:
        (offered,), (placed,), (never,) = futures(1), futures(1), futures(1)
        requests.accepted(requests.proposing([b"placed"], [placed]), 7, 2)
        requests.proposing([b"offered"], [offered])
        _, change = requests.changing()
        tag, due = requests.reading()
        requests.read_ready(tag, 9, 3)
        _, read = requests.reading()
        requests.fail(never, "it has stopped")
        requests.fail_all("it has stopped")
        for future in (offered, placed, change):
            with pytest.raises(CommitUnknown, match="it has stopped"):
                future.result()
        for future in (due, read, never):
            with pytest.raises(ProposalDropped, match="it has stopped"):
                future.result()
        requests.applied(7, 2, b"placed", "late")
        requests.applied_up_to(20)

    with_requests(body)
