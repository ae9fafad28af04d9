"""Wireshark's own dissectors read every frame of the demos' captures, and find nothing that was not meant.

No frame is malformed, no checksum is wrong.  What Wireshark finds odd about a TCP conversation is listed, and each
finding must have a cause that the scenario put there: a frame of that conversation that was lost shortly before,
or a change of routes that moved the conversation onto this link in mid-stream.

The dissector that a run leaves beside its captures reads what the replicated store says: AppendEntries as
AppendEntries.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from catenet.host.clock import EPOCH_NS
from catenet.lab.report.wireshark.dissector import FILE

STORE: Final = Path(__file__).resolve().parents[2] / "examples" / "store" / "scenario.toml"
SCENARIO: Final = Path(__file__).resolve().parents[2] / "examples" / "abilene" / "scenario.toml"
ON: Final = (
    "eth.check_fcs:TRUE",
    "ip.check_checksum:TRUE",
    "tcp.check_checksum:TRUE",
    "udp.check_checksum:TRUE",
    "tcp.reassemble_out_of_order:TRUE",  # else a lost segment makes nonsense of the HTTP above it
)
CHECKSUMS: Final = (
    "eth.fcs.status",
    "ip.checksum.status",
    "tcp.checksum.status",
    "udp.checksum.status",
    "icmp.checksum.status",
    "icmpv6.checksum.status",
)
FIELDS: Final = (
    "frame.number",
    "frame.time_epoch",
    "frame.comment",
    "ip.src",
    "ipv6.src",
    "tcp.srcport",
    "ip.dst",
    "ipv6.dst",
    "tcp.dstport",
    "_ws.malformed",
    "_ws.expert.severity",
    "_ws.expert.message",
    *CHECKSUMS,
)
WARNING: Final = 0x600000
"""Expert severities are comment, chat, note, warning, error, in this order."""
COMMENT: Final = 0x100000
AFTERMATH_S: Final = 3.0
"""For how long after its cause a conversation may look odd: a few retransmission timeouts."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed"),
]

Conversation = frozenset[tuple[str, str]]


class Frame(NamedTuple):
    """A frame as tshark tells of it."""

    link: str
    cells: dict[str, str]

    @property
    def time_s(self) -> float:
        """Since the start of the run: captures carry the hosts' clock."""
        seconds, _, fraction = self.cells["frame.time_epoch"].partition(".")
        return int(seconds) - EPOCH_NS // 10**9 + float(f"0.{fraction}")

    @property
    def conversation(self) -> Conversation | None:
        """Both ends of its TCP connection; None if it is not TCP, or an ICMP error about TCP."""
        cells = self.cells
        ports = cells["tcp.srcport"], cells["tcp.dstport"]
        if not ports[0] or "," in (cells["ip.src"] or cells["ipv6.src"]):
            return None
        sender = cells["ip.src"] or cells["ipv6.src"], ports[0]
        return frozenset({sender, (cells["ip.dst"] or cells["ipv6.dst"], ports[1])})

    @property
    def lost(self) -> bool:
        return "lost: " in self.cells["frame.comment"] or "dropped: " in self.cells["frame.comment"]

    @property
    def warnings(self) -> list[str]:
        """Expert messages above a note."""
        severities = [int(text) for text in self.cells["_ws.expert.severity"].split(",") if text]
        if max(severities, default=0) < WARNING:
            return []
        # Messages may hold commas themselves, so they cannot be told apart by severity: give them all.
        return [self.cells["_ws.expert.message"]]


def dissect(path: Path) -> list[Frame]:
    """Every frame of a capture."""
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a"]
    for preference in ON:
        command += ["-o", preference]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    return [Frame(path.stem, dict(zip(FIELDS, row, strict=True))) for row in rows]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of the demo."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "catenet", "run", str(SCENARIO), "--out", str(folder)]
    subprocess.run(command, capture_output=True, check=True)
    return folder


@pytest.fixture(scope="module")
def frames(folder: Path) -> dict[str, list[Frame]]:
    """The frames of every link."""
    return {path.stem: dissect(path) for path in sorted((folder / "captures").glob("*.pcapng"))}


def test_there_is_a_capture_of_every_link_with_all_its_frames(folder: Path, frames: dict[str, list[Frame]]) -> None:
    summary = json.loads((folder / "summary.json").read_text())
    assert sorted(frames) == sorted(link["name"] for link in summary["links"])
    for link in summary["links"]:
        sent = sum(way["frames"] + sum(way["dropped"].values()) for way in link["directions"])
        assert len(frames[link["name"]]) == sent
    assert summary["captures"] == {name: len(found) for name, found in frames.items()}


def test_no_frame_is_malformed_and_no_checksum_is_wrong(frames: dict[str, list[Frame]]) -> None:
    seen: Counter[str] = Counter()
    for frame in (frame for found in frames.values() for frame in found):
        where = f"{frame.link} frame {frame.cells['frame.number']}"
        assert not frame.cells["_ws.malformed"], where
        for field in CHECKSUMS:
            statuses = frame.cells[field].split(",") if frame.cells[field] else []
            assert "0" not in statuses, f"{where}: {field} is bad"
            seen[field] += "1" in statuses
    assert seen["eth.fcs.status"] == sum(len(found) for found in frames.values())
    assert min(seen["ip.checksum.status"], seen["tcp.checksum.status"]) > 1000
    assert seen["icmpv6.checksum.status"] > 0


def test_what_looks_odd_has_a_cause(folder: Path, frames: dict[str, list[Frame]]) -> None:
    summary = json.loads((folder / "summary.json").read_text())
    moved_s = [
        entry["time_ns"] / 1e9 for entry in summary["timeline"] if entry["what"] in ("link-cut", "routes-changed")
    ]
    lost_s: dict[Conversation, list[float]] = {}
    for frame in (frame for found in frames.values() for frame in found if frame.lost):
        if frame.conversation is not None:
            lost_s.setdefault(frame.conversation, []).append(frame.time_s)
    explained, unexplained = Counter[str](), []
    for link, found in frames.items():
        times_s = times_by_conversation(found)
        for frame in found:
            for warning in frame.warnings:
                words = warning.removeprefix(f"{frame.cells['frame.comment']},")
                if is_explained(frame, lost_s, moved_s, times_s):
                    explained[words] += 1
                else:
                    unexplained.append(f"{link} frame {frame.cells['frame.number']} at {frame.time_s:.6f} s: {words}")
    causes = "\n".join(f"{count:5} × {words}" for words, count in explained.most_common())
    assert unexplained == [], f"beside these, which a loss or a change of routes explains:\n{causes}"
    assert explained, "the faults of the scenario should be seen on the wire"


def times_by_conversation(frames: list[Frame]) -> dict[Conversation, list[float]]:
    """When each conversation was seen on a link."""
    times_s: dict[Conversation, list[float]] = {}
    for frame in frames:
        if frame.conversation is not None:
            times_s.setdefault(frame.conversation, []).append(frame.time_s)
    return times_s


def is_explained(
    frame: Frame,
    lost_s: dict[Conversation, list[float]],
    moved_s: list[float],
    times_s: dict[Conversation, list[float]],
) -> bool:
    """Whether its conversation lost a frame shortly before, or came to this link shortly before with new routes."""
    conversation, now_s = frame.conversation, frame.time_s
    if conversation is None:
        return False
    if any(0 <= now_s - then_s <= AFTERMATH_S for then_s in lost_s.get(conversation, [])):
        return True
    for then_s in moved_s:
        first_s = next((time_s for time_s in times_s[conversation] if time_s >= then_s), now_s)
        if then_s <= now_s <= first_s + AFTERMATH_S:
            return True
    return False


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The captures of the replicated store, up to where its backbone loses frames."""
    folder = tmp_path_factory.mktemp("store")
    command = [sys.executable, "-m", "catenet", "run", str(STORE), "--until", "22s", "--out", str(folder)]
    subprocess.run(command, capture_output=True, check=True)
    return folder / "captures"


def fields_of(path: Path, *names: str, script: bool = True) -> list[list[str]]:
    """Some fields of each frame; what stands several times in a frame is parted by ``|``."""
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|"]
    command += ["-o", "tcp.reassemble_out_of_order:TRUE"]
    if script:
        command += ["-X", f"lua_script:{path.parent / FILE}"]
    for name in names:
        command += ["-e", name]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Lua" not in done.stderr, done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]


def test_no_dissector_of_wiresharks_claims_the_stores_ports(store: Path) -> None:
    for path in sorted(store.glob("*.pcapng")):
        assert not [row for row in fields_of(path, "_ws.malformed", script=False) if row[0]], path.stem


def test_what_replicas_say_reads_as_what_it_is(store: Path) -> None:
    kinds: Counter[str] = Counter()
    names = "_ws.malformed", "_ws.lua.error", "catenet_mesh.unknown", "catenet_mesh.type", "catenet_store.type"
    for path in sorted(store.glob("*.pcapng")):
        for malformed, error, unknown, mesh, asked in fields_of(path, *names):
            assert (malformed, error, unknown) == ("", "", ""), path.stem
            kinds.update(part for cell in (mesh, asked) for part in cell.split("|") if part)
    assert {"AppendEntries", "AppendReply", "Heartbeat", "HeartbeatReply", "RequestVote", "VoteReply"} <= set(kinds)
    assert {"Read", "ReadReply", "Write", "WriteReply", "Put"} <= set(kinds)
    assert min(kinds["AppendEntries"], kinds["AppendReply"], kinds["WriteReply"]) > 100


def test_a_dissected_message_has_the_fields_that_were_sent(store: Path) -> None:
    names = "ip.src", "catenet_mesh.type", "catenet_mesh.sender", "catenet_mesh.to", "catenet_mesh.term"
    rows = fields_of(store / "store-chicago-chicago.pcapng", *names, "catenet_mesh.prev_index", "catenet_mesh.commit")
    appends = [row for row in rows if row[1] == "AppendEntries"]
    assert len(appends) > 50
    assert len({(row[0], row[2]) for row in appends}) == len({row[0] for row in appends}), "a sender has one address"
    leader = Counter(row[2] for row in appends).most_common(1)[0][0]
    terms = [int(row[4]) for row in appends if row[2] == leader]
    assert terms == sorted(terms)
    assert all(int(commit) <= int(prev) + 64 for *_, prev, commit in appends)
    assert {row[3] for row in appends if row[2] == leader} == {"1", "2", "3", "4", "5"} - {leader}
