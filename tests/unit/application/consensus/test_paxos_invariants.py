"""What is always true of Multi-Paxos is checked: each kind of violation is found, and told in words."""

from __future__ import annotations

from random import Random

import pytest

from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import COMMAND, Entry, founding
from catenet.application.consensus.paxos.multi.invariants import PaxosInvariantError, PaxosInvariants
from catenet.application.consensus.paxos.multi.messages import Accept, Accepted, Promise
from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.paxos.multi.replica import PaxosReplica
from catenet.application.consensus.timing import Randomised

MS = 1_000_000


def entry(index: int, data: bytes, ballot: int = 1) -> Entry:
    return Entry(ballot, index, COMMAND, data)


def replica(number: int, *chosen: bytes) -> PaxosReplica:
    """One that has promised ballot 7, and knows these to be chosen."""
    made = PaxosReplica(
        number, founding((1, 2, 3)), PaxosOptions(), Randomised(150 * MS, 300 * MS, 50 * MS), Random(1), 0
    )
    made.server.acceptor.promised = 7
    for index, data in enumerate(chosen, 1):
        made.server.log.learn(entry(index, data))
    return made


def test_a_ballot_has_one_value_for_a_place() -> None:
    check = PaxosInvariants()
    check.sent(Accept(1, 2, 5, [entry(1, b"x"), entry(2, b"y")], 0))
    check.sent(Accept(1, 3, 5, [entry(1, b"x")], 0))
    check.sent(Accept(2, 3, 6, [entry(1, b"z")], 0))
    with pytest.raises(PaxosInvariantError, match="^ballot 5 has two values for 2$"):
        check.sent(Accept(1, 3, 5, [entry(2, b"z")], 0))


@pytest.mark.parametrize("answer", [Promise(2, 1, 4, 0, 0, True, 0, 0, []), Accepted(2, 1, 4, 1, 1)])
def test_a_promise_is_kept_also_over_a_restart(answer: Message) -> None:
    check = PaxosInvariants()
    check.sent(Promise(2, 1, 5, 0, 0, True, 0, 0, []))
    check.sent(Promise(3, 1, 4, 0, 0, True, 0, 0, []))
    check.sent(Accepted(2, 1, 5, 1, 1))
    check.restarted(2, 0)
    with pytest.raises(PaxosInvariantError, match="^2 has promised 5, and answers 4$"):
        check.sent(answer)
    check.forgotten(2)
    check.sent(answer)


def test_what_is_chosen_is_one_value_everywhere() -> None:
    check = PaxosInvariants()
    check.observe(replica(1, b"a", b"b"))
    check.observe(replica(2, b"a"))
    with pytest.raises(PaxosInvariantError, match="^two values at 2: 3 has b'c', not b'b'$"):
        check.observe(replica(3, b"a", b"c"))


def test_nobody_goes_back() -> None:
    check = PaxosInvariants()
    one = replica(1, b"a", b"b")
    check.observe(one)
    one.server.log.chosen = 1
    with pytest.raises(PaxosInvariantError, match="^1 knew what is chosen up to 2, now 1$"):
        check.observe(one)
    one.server.log.chosen = 2
    one.server.acceptor.promised = 6
    with pytest.raises(PaxosInvariantError, match="^1 went back from ballot 7 to 6$"):
        check.observe(one)
    one.server.acceptor.promised = 7
    one.server.log.chosen = 3
    with pytest.raises(PaxosInvariantError, match="^1 takes 3 for chosen, and does not know what$"):
        check.observe(one)


def test_applications_get_what_is_chosen_in_order() -> None:
    check = PaxosInvariants()
    check.observe(replica(1, b"a", b"b", b"c"))
    check.applied(2, [entry(1, b"a"), entry(2, b"b")])
    with pytest.raises(PaxosInvariantError, match="^2 applied 2 after 2$"):
        check.applied(2, [entry(2, b"b")])
    with pytest.raises(PaxosInvariantError, match="^2 applied 3, which is not chosen$"):
        check.applied(2, [entry(3, b"x")])
    with pytest.raises(PaxosInvariantError, match="^2 went back from 2 to the snapshot of 1$"):
        check.restored(2, 1)
    check.restored(2, 2)
    check.applied(2, [entry(3, b"c")])
    check.restarted(2, 1)
    check.applied(2, [entry(2, b"b")])
