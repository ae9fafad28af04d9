"""Single-decree Paxos: one value, whatever happens to messages and nodes."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.application.consensus.paxos import quorums as quorums_room
from catenet.application.consensus.paxos.ballot import LOWEST, above, ballot, node_of, round_of
from catenet.application.consensus.paxos.quorums import Quorums
from catenet.application.consensus.paxos.single import AcceptorState, Message, Paxos, Prepare, Step


class Cluster:
    """Nodes, their disks, and the messages under way."""

    def __init__(self, quorums: Quorums, forgetful: bool = False) -> None:
        self.quorums = quorums
        self.disks = {node: AcceptorState() for node in quorums.members}
        self.nodes = {node: Paxos(node, quorums) for node in quorums.members}
        self.under_way: list[tuple[int, int, Message]] = []
        self.learned: dict[bytes, None] = {}
        self.forgetful = forgetful

    def done(self, node: int, step: Step) -> None:
        if step.kept is not None and not self.forgetful:
            self.disks[node] = step.kept
        self.under_way.extend((node, to, message) for to, message in step.messages)
        if (chosen := self.nodes[node].chosen) is not None:
            self.learned[chosen] = None

    def act(self, action: tuple[str, int]) -> None:
        """Something happens; what, is drawn."""
        kind, number = action
        member = self.quorums.members[number % len(self.quorums.members)]
        if kind == "propose":
            self.done(member, self.nodes[member].propose(b"value of %d" % member))
        elif kind == "restart":
            self.nodes[member] = Paxos(member, self.quorums, self.disks[member])
        elif self.under_way:
            place = number % len(self.under_way)
            sender, to, message = self.under_way[place] if kind == "double" else self.under_way.pop(place)
            if kind != "lose":
                self.done(to, self.nodes[to].step(sender, message))


KINDS = ["deliver"] * 12 + ["propose", "double", "lose", "restart"]


def run(quorums: Quorums, seed: int, forgetful: bool = False) -> Cluster:
    """150 things happen."""
    cluster, dice = Cluster(quorums, forgetful), Random(seed)
    cluster.act(("propose", 0))
    for _ in range(150):
        cluster.act((dice.choice(KINDS), dice.randrange(1000)))
    return cluster


@pytest.mark.slow
@pytest.mark.parametrize(("size", "first", "second"), [(3, 0, 0), (5, 0, 0), (4, 3, 2), (5, 4, 2), (4, 4, 1)])
def test_one_value_is_chosen_at_most(size: int, first: int, second: int) -> None:
    quorums = Quorums(range(1, size + 1), first, second)
    learned = [len(run(quorums, seed).learned) for seed in range(200)]
    assert max(learned) == 1
    assert sum(learned) > 100, "these runs show nothing: they hardly ever choose"


@pytest.mark.slow
@given(st.permutations([1, 2, 3, 4, 5]))
def test_without_faults_the_proposers_value_is_learned_by_all(order: list[int]) -> None:
    cluster = Cluster(Quorums(order))
    cluster.act(("propose", order[0]))
    while cluster.under_way:
        cluster.act(("deliver", 0))
    assert {node.chosen for node in cluster.nodes.values()} == set(cluster.learned)
    assert len(cluster.learned) == 1


def refuted(quorums: Quorums, forgetful: bool) -> bool:
    """Whether a run is found in which two values are learned."""
    return any(len(run(quorums, seed, forgetful).learned) > 1 for seed in range(1000))


@pytest.mark.skipif(not quorums_room.__file__.endswith(".py"), reason="compiled methods cannot be replaced")
def test_quorums_that_miss_each_other_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is allowed to make such quorums."""
    monkeypatch.setattr(Quorums, "promised", lambda self, nodes: len(list(nodes)) >= 1)
    monkeypatch.setattr(Quorums, "chosen", lambda self, nodes: len(list(nodes)) >= 1)
    assert refuted(Quorums((1, 2, 3)), forgetful=False)


def test_acceptors_that_forget_are_found_out() -> None:
    assert refuted(Quorums((1, 2, 3)), forgetful=True)


@pytest.mark.parametrize(("first", "second"), [(2, 3), (1, 5), (3, 2)])
def test_quorums_that_may_miss_each_other_cannot_be_made(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="may miss each other"):
        Quorums(range(6), first, second)


def test_a_proposer_s_ballot_is_above_what_it_has_promised_to_others() -> None:
    """Section 2.2: a promise holds for one's own ballots, too."""
    node = Paxos(1, Quorums((1, 2, 3)))
    promised = ballot(7, 3)
    node.step(3, Prepare(promised))
    step = node.propose(b"value")
    assert step.kept is not None
    assert step.kept.promised > promised


def test_one_size_gives_the_other() -> None:
    quorums = Quorums(range(1, 8), second=2)
    assert (quorums.first, quorums.second) == (6, 2)


@pytest.mark.slow
@given(st.integers(0, 5), st.integers(0, 3), st.integers(1, 5), st.integers(1, 5))
def test_a_ballot_above_is_the_least_one(round_: int, priority: int, node: int, me: int) -> None:
    other = ballot(round_, node, priority)
    mine = above(other, me)
    assert mine > other > LOWEST
    assert node_of(mine) == me
    assert round_of(mine) == 0 or ballot(round_of(mine) - 1, me) <= other


@pytest.mark.parametrize(("round_", "node", "priority"), [(-1, 1, 0), (0, 0, 0), (0, 4096, 0), (0, 1, 256)])
def test_what_is_no_ballot_cannot_be_made(round_: int, node: int, priority: int) -> None:
    with pytest.raises(ValueError, match="a ballot has"):
        ballot(round_, node, priority)


def test_a_quorum_s_size_follows_from_the_other_s() -> None:
    """Flexible Paxos: the two must share an acceptor, and need not be larger than that."""
    assert [(q.first, q.second) for q in (Quorums(range(1, 6)), Quorums(range(1, 6), first=4))] == [(3, 3), (4, 2)]
    assert [(q.first, q.second) for q in (Quorums(range(1, 7)), Quorums(range(1, 7), second=1))] == [(4, 4), (6, 1)]
    assert (Quorums(range(1, 6), 2, 4).first, Quorums(range(1, 6), 2, 4).second) == (2, 4)
    with pytest.raises(ValueError, match="quorums of 2 and 3 out of 5 may miss each other; together they must be more"):
        Quorums(range(1, 6), 2, 3)
    with pytest.raises(ValueError, match="quorums of 6 and 1 out of 5: each is 1 to 5"):
        Quorums(range(1, 6), 6, 1)
