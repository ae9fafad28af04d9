"""Changes of membership: who campaigns while one is to be applied, and who is told of the one that ends a joint one."""

from __future__ import annotations

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.entry import Entry
from catenet.application.consensus.raft.messages import RequestPreVote, RequestVote
from tests.unit.application.consensus.pure_cluster import MS, Cluster, Host

from .test_reads import followers, maker


def test_who_must_still_apply_a_change_does_not_campaign_and_says_why() -> None:
    """It would count the votes of a membership that is no longer true, and an operator would wonder at its silence."""
    cluster = Cluster(maker(), 3, 1)
    leader = cluster.settle()
    slow = followers(cluster, leader)[0]
    waiting: list[Entry] = []
    slow.apply = waiting.extend  # type: ignore[method-assign]
    leader.tell(events.ChangeMembership([events.MemberChange(events.ADD_LEARNER, 4)], events.AUTO, 1))
    cluster.run(500 * MS)
    assert waiting, "it has learnt that the change is committed"
    notices, ballots = campaign(slow)
    assert notices == [f"{slow.number} has a committed change of membership to apply before it can campaign"]
    assert ballots == 0
    Host.apply(slow, waiting)
    assert campaign(slow) == ([], 2)


def campaign(host: Host) -> tuple[list[str], int]:
    """What it says for people, and of how many it asks a vote."""
    effects = host.replica.step(events.Campaign(), host.cluster.now)
    messages = [effect.message for effect in effects if isinstance(effect, asked.Send)]
    notices = [effect.text for effect in effects if isinstance(effect, asked.Notice)]
    return notices, sum(isinstance(message, RequestVote | RequestPreVote) for message in messages)


def test_a_joint_membership_ends_by_itself_and_nobody_is_told_of_a_request_that_nobody_made() -> None:
    cluster = Cluster(maker(), 3, 1)
    leader = cluster.settle()
    gone = followers(cluster, leader)[0].number
    cluster.join(4)
    changes = [events.MemberChange(events.ADD_VOTER, 4), events.MemberChange(events.REMOVE, gone)]
    leader.tell(events.ChangeMembership(changes, events.AUTO, 1))
    cluster.run(2000 * MS)
    members = leader.replica.membership
    assert (sorted(members.voters), members.outgoing) == (sorted({1, 2, 3, 4} - {gone}), ())
    assert list(cluster.accepted) == [1]
