"""The commands of the transcripts, over our machines: what each prints, log lines of INFO and DEBUG left out."""

from __future__ import annotations

from collections.abc import Callable

from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import Membership, Snapshot
from catenet.application.consensus.events import (
    AUTO,
    JOINT_EXPLICIT,
    JOINT_IMPLICIT,
    Campaign,
    ChangeMembership,
    Compact,
    Event,
    ForgetLeader,
    Propose,
    Transfer,
    Unreachable,
)
from catenet.application.consensus.messages import InstallSnapshot
from catenet.application.consensus.raft import messages as wire
from catenet.application.consensus.raft.proposals import SINGLE

from .datadriven import Step
from .describe import (
    ROLES,
    StorageAppend,
    StorageApply,
    StorageApplyDone,
    line_of,
    parse_changes,
    show,
    show_all_progress,
)
from .node import ELECTION_TICKS, TICK_NS, Node, show_ready, take_ready

LEVELS = ("DEBUG", "INFO", "WARN", "ERROR", "FATAL", "NONE")
TRANSITIONS = {"auto": AUTO, "implicit": JOINT_IMPLICIT, "explicit": JOINT_EXPLICIT}
RESPONSES = (wire.AppendReply, wire.VoteReply, wire.HeartbeatReply, wire.PreVoteReply, wire.ReadReply)
OPTIONS = {  # of add-nodes
    "inflight": ("max_inflight", int),
    "prevote": ("pre_vote", lambda text: text == "true"),
    "checkquorum": ("check_quorum", lambda text: text == "true"),
    "max-committed-size-per-ready": ("max_applying_octets", int),
    "disable-conf-change-validation": ("validate_changes", lambda text: text != "true"),
    "step-down-on-removal": ("step_down_on_removal", lambda text: text == "true"),
    "read-only": ("lease_reads", lambda text: text == "lease-based"),
}


class CommandError(Exception):
    """A command cannot be done; its words are what is printed."""


class Environment:
    """Nodes, messages between them, and what was printed."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.messages: list[object] = []
        self.level = 0
        self.output = ""

    # Printing

    def write(self, text: str) -> None:
        """Unless all is quiet."""
        if self.level < LEVELS.index("NONE"):
            self.output += text

    def log(self, lines: list[tuple[int, str]]) -> None:
        """Warnings and errors, if they are wanted."""
        for level, words in lines:
            if self.level <= level:
                self.write(f"{LEVELS[level]} {words}\n")

    def indented(self, header: str, work: Callable[[], None]) -> None:
        """What is printed under a header, if it has one."""
        self.write(header + "\n" if header else "")
        outer, self.output = self.output, ""
        try:
            work()
        finally:
            lines = self.output.splitlines()
            self.output = outer + "".join(f"  {line}\n" for line in lines)

    # Commands

    def run(self, step: Step) -> str:
        """One command, and what it prints."""
        self.output = ""
        command = getattr(self, "do_" + step.command.strip("_").replace("-", "_"), None)
        try:
            if command is None:
                raise CommandError("unknown command")
            command(step)
        except CommandError as error:
            if self.level == LEVELS.index("NONE"):
                return str(error)
            self.output += str(error)
        return self.output or "ok"

    def node(self, step: Step, at: int = 0) -> Node:
        """That a command names."""
        return self.nodes[int(step.positional[at]) - 1]

    def chosen(self, step: Step) -> list[Node]:
        """All that a command names."""
        return [self.nodes[int(word) - 1] for word in step.positional]

    def step(self, node: Node, event: Event) -> bool:
        """Let it happen, log what is logged; was a proposal dropped?"""
        logged, dropped = node.step(event)
        self.log(logged)
        return dropped

    def do_breakpoint(self, step: Step) -> None:
        """Nothing."""

    def do_add_nodes(self, step: Step) -> None:
        named = step.named
        options: dict[str, object] = {}
        for key, values in named.items():
            if key == "read-only" and values[0] not in ("safe", "lease-based"):
                raise CommandError(f'invalid read-only option "{values[0]}"')
            if key in OPTIONS:
                option, convert = OPTIONS[key]
                options[option] = convert(values[0])
        if not options.get("max_applying_octets", 1):
            del options["max_applying_octets"]
        groups = [tuple(sorted(int(word) for word in named.get(key, []))) for key in ("voters", "learners")]
        index = int(named.get("index", ["0"])[0])
        content = named.get("content", [""])[0].encode()
        bootstrap = bool(groups[0] or groups[1] or index or content)
        if bootstrap and index <= 1:
            raise CommandError("index must be specified as > 1 due to bootstrap")
        snapshot = Snapshot(index, 1 if bootstrap else 0, Membership(groups[0], (), groups[1]), content)
        asynchronous = named.get("async-storage-writes", ["false"])[0] == "true"
        for _ in range(int(step.positional[0])):
            self.nodes.append(Node(len(self.nodes) + 1, snapshot, options, asynchronous))

    def do_campaign(self, step: Step) -> None:
        self.step(self.node(step), Campaign())

    def do_forget_leader(self, step: Step) -> None:
        self.step(self.node(step), ForgetLeader())

    def do_report_unreachable(self, step: Step) -> None:
        if len(step.positional) != 2:
            raise CommandError("must specify exactly two node indexes: node on which to report, and reported node")
        self.step(self.node(step), Unreachable(self.node(step, 1).id))

    def do_transfer_leadership(self, step: Step) -> None:
        source, target = (int(step.named[key][0]) for key in ("from", "to"))
        self.step(self.nodes[source - 1], Transfer(target))

    def do_compact(self, step: Step) -> None:
        node, index = self.node(step), int(step.positional[1])
        problem = node.disk.compact(index)
        if problem:
            raise CommandError(problem)
        self.step(node, Compact(index))
        self.write(node.disk.show())

    def do_log_level(self, step: Step) -> None:
        self.set_level(step.positional[0])

    def set_level(self, name: str) -> None:
        if name.upper() not in LEVELS:
            raise CommandError("log levels must be either of [" + " ".join(LEVELS) + "]")
        self.level = LEVELS.index(name.upper())

    def do_propose(self, step: Step) -> None:
        if self.step(self.node(step), Propose([step.positional[1].encode()])):
            raise CommandError("raft proposal dropped")

    def do_propose_conf_change(self, step: Step) -> None:
        transition, single = AUTO, False
        for key, values in step.named.items():
            if key == "v1":
                single = values[0] == "true"
            elif key != "transition":
                raise CommandError(f"unknown command {key}")
            elif values[0] not in TRANSITIONS:
                raise CommandError(f"unknown transition {values[0]}")
            else:
                transition = TRANSITIONS[values[0]]
        try:
            changes = parse_changes(step.input)
        except ValueError as error:
            raise CommandError(str(error)) from None
        if single and (len(changes) > 1 or transition != AUTO):
            raise CommandError("v1 conf change can only have one operation and no transition")
        if self.step(self.node(step), ChangeMembership(changes, SINGLE if single else transition)):
            raise CommandError("raft proposal dropped")

    def do_raft_log(self, step: Step) -> None:
        self.write(self.node(step).disk.show())

    def do_raft_state(self, step: Step) -> None:
        for node in self.nodes:
            members = node.membership()
            voter = "(Voter)" if node.id in members.voters + members.outgoing else "(Non-Voter)"
            raft = node.raft
            self.write(f"{node.id}: {ROLES[raft.role]} {voter} Term:{raft.term} Lead:{raft.leader}\n")

    def do_status(self, step: Step) -> None:
        node = self.node(step)
        if ROLES[node.raft.role] == "StateLeader":
            self.write(show_all_progress(node.server))

    def do_set_randomized_election_timeout(self, step: Step) -> None:
        self.node(step).server.elector.wait_ns = int(step.named["timeout"][0]) * TICK_NS

    def do_tick_election(self, step: Step) -> None:
        for _ in range(ELECTION_TICKS):
            self.log(self.node(step).tick())

    def do_tick_heartbeat(self, step: Step) -> None:
        self.log(self.node(step).tick())

    def do_send_snapshot(self, step: Step) -> None:
        source, target = self.node(step), self.node(step, 1)
        newest = source.history[-1]
        message = InstallSnapshot(
            source.id, target.id, source.raft.term, newest.index, newest.term, newest.membership, 0, newest.data, True
        )
        self.messages.append(message)
        self.write(show(message))

    # Messages

    def do_deliver_msgs(self, step: Step) -> None:
        kind = step.named.get("type", [""])[0]
        count = 0
        for key, values in step.arguments:
            if not values:
                count += self.deliver(int(key), kind, drop=False)
            for value in values if key == "drop" else []:
                count += self.deliver(int(value), kind, drop=True)
        if not count:
            self.write("no messages\n")

    def take(self, to: int, kind: str, drop: bool) -> list[object]:
        """Messages for one node, taken out; local ones are not lost."""
        taken, left = [], []
        for item in self.messages:
            line = line_of(item)
            local = line.sender == line.to or not isinstance(item, Message)
            wanted = line.to == f"{to:x}" and not (drop and local) and kind in ("", line.name)
            (taken if wanted else left).append(item)
        self.messages = left
        return taken

    def deliver(self, to: int, kind: str, drop: bool) -> int:
        """Or drop; how many."""
        taken = self.take(to, kind, drop)
        for item in taken:
            self.write(("dropped: " if drop else "") + show(item) + "\n")
            if drop:
                continue
            node = self.nodes[to - 1]
            if isinstance(item, RESPONSES) and item.sender not in node.server.leading.progress:
                self.write("raft: cannot step as peer not found\n")
                continue
            logged, dropped = node.deliver(item)
            self.log(logged)
            if dropped:
                self.write("raft proposal dropped\n")
        return len(taken)

    # Readiness

    def each(self, step: Step, header: str, work: Callable[[Node], None]) -> None:
        """One node plainly, several each under a header."""
        nodes = self.chosen(step)
        for node in nodes:
            if len(nodes) > 1:
                self.indented(f"> {node.id} {header}", lambda node=node: work(node))  # type: ignore[misc]
            else:
                work(node)

    def do_process_ready(self, step: Step) -> None:
        self.each(step, "handling Ready", self.process_ready)

    def do_process_append_thread(self, step: Step) -> None:
        self.each(step, "processing append thread", self.process_append)

    def do_process_apply_thread(self, step: Step) -> None:
        self.each(step, "processing apply thread", self.process_apply)

    def process_ready(self, node: Node) -> None:
        ready = take_ready(node)
        sent: list[object] = list(ready.now)
        if node.asynchronous:
            if ready.token:
                responses: list[object] = list(ready.after)
                responses += [ready.done] if ready.done else []
                work = StorageAppend(node.id, ready.token, ready.hard_state, ready.entries, ready.snapshot, responses)
                node.append_work.append(work)
                sent.append(work)
            if ready.to_apply:
                node.apply_work.append(StorageApply(node.id, ready.to_apply))
                sent.append(node.apply_work[-1])
            self.write(show_ready(ready, sent))
            self.messages += [item for item in sent if isinstance(item, Message)]
            return
        sent += [message for message in ready.after if message.to != node.id]
        self.write(show_ready(ready, sent))
        problem = node.write(ready.hard_state, ready.entries, ready.snapshot)
        if problem:
            raise CommandError(problem)
        node.apply(ready.to_apply)
        self.messages += sent
        steps: list[object] = [message for message in ready.after if message.to == node.id]
        steps += [ready.done] if ready.done else []
        steps += [StorageApplyDone(node.id, ready.to_apply)] if ready.to_apply else []
        for item in steps:
            self.log(node.deliver(item)[0])

    def process_append(self, node: Node) -> None:
        if not node.append_work:
            self.write("no append work to perform")
            return
        work = node.append_work.pop(0)
        responses, work.responses = work.responses, []
        self.write("Processing:\n" + show(work) + "\n")
        problem = node.write(work.hard_state, work.entries, work.snapshot)
        if problem:
            raise CommandError(problem)
        self.write("Responses:\n" + "".join(show(each) + "\n" for each in responses))
        self.messages += responses

    def process_apply(self, node: Node) -> None:
        if not node.apply_work:
            self.write("no apply work to perform")
            return
        work = node.apply_work.pop(0)
        line = line_of(work)
        line.responses = None
        self.write("Processing:\n" + line.show() + "\n")
        node.apply(work.entries)
        done = StorageApplyDone(node.id, work.entries)
        self.write("Responses:\n" + show(done) + "\n")
        self.messages.append(done)

    def do_stabilize(self, step: Step) -> None:
        before = self.level
        if "log-level" in step.named:
            self.set_level(step.named["log-level"][0])
        try:
            nodes = self.chosen(step) or self.nodes
            while self.advance(nodes):
                pass
        finally:
            level, self.level = self.level, before
            if level == LEVELS.index("NONE"):
                self.output = ""

    def advance(self, nodes: list[Node]) -> bool:
        """One round of everything that is due; was there anything?"""
        busy = False
        for node in nodes:
            if node.has_ready():
                busy = True
                self.indented(f"> {node.id} handling Ready", lambda node=node: self.process_ready(node))  # type: ignore[misc]
        for node in nodes:
            if any(line_of(item).to == f"{node.id:x}" for item in self.messages):
                busy = True
                self.indented(
                    f"> {node.id} receiving messages",
                    lambda node=node: self.deliver(node.id, "", drop=False),  # type: ignore[misc]
                )
        threads = (
            ("append", self.process_append, lambda node: node.append_work),
            ("apply", self.process_apply, lambda node: node.apply_work),
        )
        for name, process, queue in threads:
            for node in nodes:
                if queue(node):
                    busy = True
                    self.write(f"> {node.id} processing {name} thread\n")
                    while queue(node):
                        self.indented("", lambda node=node, process=process: process(node))  # type: ignore[misc]
        return busy


def without_chatter(text: str) -> str:
    """INFO and DEBUG lines are not compared; a command that prints nothing says ok."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(("INFO ", "DEBUG "))]
    return "\n".join(lines) or "ok"
