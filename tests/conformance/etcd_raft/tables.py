"""The tables of quorums and of membership changes, over our pure functions."""

from __future__ import annotations

from catenet.application.consensus.entry import Membership
from catenet.application.consensus.raft.membership import config
from catenet.application.consensus.raft.membership.config import Changed, ChangeError, enter_joint, leave_joint, simple
from catenet.application.consensus.raft.progress import InFlight, Progress
from catenet.application.consensus.raft.quorum import (
    LOST,
    PENDING,
    UNBOUNDED,
    WON,
    agreed_index,
    joint_agreed_index,
    joint_vote_result,
    vote_result,
)

from .datadriven import Step
from .describe import parse_changes, show_membership, show_progress

RESULTS = {PENDING: "VotePending", LOST: "VoteLost", WON: "VoteWon"}
RULES = {  # our rules, in the words of the tables
    config.ALREADY_JOINT: "config is already joint",
    config.NOT_JOINT: "can't leave a non-joint config",
    config.NO_VOTERS: "can't make a zero-voter config joint",
    config.LAST_VOTER: "removed all voters",
    config.TOO_MANY: "more than one voter changed without entering joint config",
    config.JOINT: "can't apply simple config change in joint config",
}


def picture(ids: tuple[int, ...], indexes: dict[int, int]) -> str:
    """A bar for each voter, longer for a higher index."""
    if not ids:
        return "<empty majority quorum>"
    size = len(ids)
    ranked = sorted(ids, key=lambda member: (indexes.get(member, 0), member))
    bars = {ranked[0]: 0}
    for at in range(1, size):
        one, two = ranked[at - 1], ranked[at]
        bars[two] = at if indexes.get(one, 0) < indexes.get(two, 0) else bars[one]
    lines = [" " * size + "    idx"]
    for member in sorted(ids):
        bar = "x" * bars[member] + ">" + " " * (size - bars[member]) if member in indexes else "?" + " " * size
        lines.append(f"{bar} {indexes.get(member, 0):5d}    (id={member:x})")
    return "\n".join(lines) + "\n"


def index_text(index: int) -> str:
    """The index of a quorum of nobody has no end."""
    return "∞" if index == UNBOUNDED else str(index)


def run_quorum(step: Step) -> str:
    """``committed`` and ``vote``."""
    named = dict(step.arguments)
    voters = tuple(dict.fromkeys(int(word) for word in named.get("cfg", []) if word))
    joint = "cfgj" in named
    outgoing = tuple(dict.fromkeys(int(word) for word in named.get("cfgj", []) if word not in ("zero", "")))
    order = list(dict.fromkeys(voters + outgoing))
    values = [word for word in named.get("votes" if step.command == "vote" else "idx", []) if word]
    if len(values) != len(order):
        return "error: mismatched input (explicit or _) for voters " + f"{order}: {values}"
    given = {member: word for member, word in zip(order, values, strict=True) if word != "_"}
    if step.command == "vote":
        votes = {member: word == "y" for member, word in given.items()}
        result = joint_vote_result(voters, outgoing, votes) if joint else vote_result(voters, votes)
        assert joint_vote_result(outgoing, voters, votes) == joint_vote_result(voters, outgoing, votes)
        return RESULTS[result]
    indexes = {member: int(word) for member, word in given.items()}
    text = picture(tuple(order) if joint else voters, indexes)
    if not joint:
        index = agreed_index(voters, indexes)
        assert index == joint_agreed_index(voters, (), indexes) == joint_agreed_index(voters, voters, indexes)
        return text + index_text(index)
    assert joint_agreed_index(voters, outgoing, indexes) == joint_agreed_index(outgoing, voters, indexes)
    return text + index_text(joint_agreed_index(voters, outgoing, indexes))


class ChangeTable:
    """``simple``, ``enter-joint``, ``leave-joint``, each on what the one before left."""

    def __init__(self) -> None:
        self.membership = Membership()
        self.progress: dict[int, Progress] = {}
        self.last_index = 0

    def run(self, step: Step) -> str:
        """What the command leaves, or why it is refused."""
        try:
            changed = self._change(step)
        except ChangeError as error:
            return RULES[error.rule]
        except ValueError as error:
            return str(error)
        finally:
            self.last_index += 1
        self._track(changed)
        lines = [f"{member}: {show_progress(known)}" for member, known in sorted(self.progress.items())]
        return "\n".join([show_membership(self.membership), *lines])

    def _change(self, step: Step) -> Changed:
        changes = parse_changes(step.input)
        if step.command == "simple":
            return simple(self.membership, changes)
        if step.command == "enter-joint":
            return enter_joint(self.membership, changes, step.named.get("autoleave", ["false"])[0] == "true")
        if step.command != "leave-joint":
            raise ValueError("unknown command")
        if changes:
            raise ValueError("this command takes no input")
        return leave_joint(self.membership)

    def _track(self, changed: Changed) -> None:
        membership = changed.membership
        progress = {}
        for member in config.members_of(membership):
            learner = member in membership.learners
            if member not in self.progress or member in changed.renewed:
                progress[member] = Progress(0, max(self.last_index - 1, 1), InFlight(10, 0), learner, True)
            else:
                progress[member] = self.progress[member]
                progress[member].learner = learner
        self.membership, self.progress = membership, progress
