"""``catenet check-history``: what it prints, what it draws, and its exit status."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from catenet.cli.main import status_of

STALE = """\
INFO  jepsen.util - 0	:invoke	:write	1
INFO  jepsen.util - 0	:ok	:write	1
INFO  jepsen.util - 1	:invoke	:write	2
INFO  jepsen.util - 1	:ok	:write	2
INFO  jepsen.util - 2	:invoke	:read	nil
INFO  jepsen.util - 2	:ok	:read	1
"""
SKEWED = """\
{"event": "invoke", "process": 0, "operation": "txn", "arguments": [["r", "x", null], ["append", "y", 1]]}
{"event": "invoke", "process": 1, "operation": "txn", "arguments": [["r", "y", null], ["append", "x", 1]]}
{"event": "return", "process": 0, "result": [["r", "x", []], ["append", "y", 1]]}
{"event": "return", "process": 1, "result": [["r", "y", []], ["append", "x", 1]]}
"""


@pytest.fixture
def stale(tmp_path: Path) -> Path:
    path = tmp_path / "stale.log"
    path.write_text(STALE)
    return path


@pytest.mark.slow
def test_a_refuted_history(stale: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["check-history", str(stale), "--model", "register"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "not linearizable"
    assert "  process 2  read → 1   ← impossible  events 5 – 6" in lines
    assert lines[-1] == "read → 1 of process 2 is impossible: the state could only be 2"


@pytest.mark.slow
def test_a_history_that_can_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "fine.log"
    path.write_text(STALE.replace(":ok	:read	1", ":ok	:read	2"))
    assert status_of(["check-history", str(path), "--model", "register"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "linearizable"


def jsonl(*events: str) -> str:
    return "".join(f"{{{event}}}\n" for event in events)


PUTS = tuple(
    f'"event": "invoke", "process": {number}, "operation": "put", "key": "k", "arguments": ["{value}"]'
    for number, value in enumerate("ab")
) + tuple(f'"event": "return", "process": {number}' for number in (0, 1))
GET = (
    '"event": "invoke", "process": 2, "operation": "get", "key": "k"',
    '"event": "return", "process": 2, "result": "c"',
)
KEYED = """\
{:process 0, :type :invoke, :f :write, :value [7 1]}
{:process 0, :type :ok, :f :write, :value [7 1]}
{:process 1, :type :invoke, :f :read, :value [8 nil]}
{:process 1, :type :ok, :f :read, :value [8 1]}
"""
FAILED_CAS = """\
{:process 0, :type :invoke, :f :cas, :value [nil 2]}
{:process 0, :type :fail, :f :cas, :value [nil 2]}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "options", "status", "told"),
    [
        (
            jsonl(*PUTS, *GET),
            ["--model", "kv"],
            1,
            'get → "c" of process 2 is impossible: the state could be "a" or "b"',
        ),
        (KEYED, ["--model", "register"], 1, "of 2 objects, not linearizable: key 8; all others are"),
        (KEYED, ["--model", "register", "--no-independent"], 1, "read → [8, 1] of process 1 is impossible"),
        (FAILED_CAS, ["--model", "register"], 0, "1 operation, and all failed"),
        (FAILED_CAS, ["--model", "register", "--failed-cas", "compared"], 1, "the state could only be nil"),
        (
            jsonl(*PUTS, GET[0], GET[1].replace('"c"', '"\u2028\\ud800"')),
            ["--model", "kv"],
            1,
            'get → "\\u2028\\ud800"',
        ),
        ("{:type :invoke, :f :read}\n{:type :ok, :f :read}", ["--model", "register"], 2, "line 1: :process is"),
        (
            "{:process 0, :type :ok, :f :read, :value 5}",
            ["--model", "register"],
            2,
            "line 1: process 0 has no operation",
        ),
        ("\n" + jsonl(PUTS[0].replace("put", "get")), ["--model", "kv"], 2, "line 2: get takes 0 arguments, not 1"),
        (jsonl(*PUTS, GET[0], GET[1].replace("result", "rseult")), ["--model", "kv"], 2, "line 6: an event has no"),
        ("; nothing\n{:process :nemesis, :type :info, :f :start}", ["--model", "set"], 2, "no client's operation"),
    ],
)
def test_verdicts_and_what_gets_none(
    text: str, options: list[str], status: int, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "history"
    path.write_text(text, encoding="utf-8")
    assert status_of(["check-history", str(path), *options]) == status
    out, err = capsys.readouterr()
    assert told in (err if status == 2 else out)
    assert (out == "") is (status == 2)


@pytest.mark.slow
def test_what_was_taken_for_granted_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "keyed.edn"
    path.write_text(KEYED)
    assert status_of(["check-history", str(path), "--model", "register"]) == 1
    assert "note: each :value was read as [key value]" in capsys.readouterr().out
    assert status_of(["check-history", str(path), "--model", "register", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["refuted"], len(found["notes"])) == ([8], 1)


def test_no_picture_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, picture = tmp_path / "fine.log", tmp_path / "fine.svg"
    path.write_text(STALE.replace(":ok	:read	1", ":ok	:read	2"))
    assert status_of(["check-history", str(path), "--model", "register", "--picture", str(picture)]) == 0
    assert "is not drawn: nothing refutes the history" in capsys.readouterr().err
    assert not picture.exists()


@pytest.mark.slow
def test_json_and_picture(stale: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "stale.svg"
    command = ["check-history", str(stale), "--model", "register", "--json", "--picture", str(picture)]
    assert status_of(command) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["linearizable"], found["refutation"]["culprit"], found["refutation"]["states"]) == (False, 2, [2])
    drawn = ET.fromstring(picture.read_text())
    bars = [each for each in drawn.iter("{http://www.w3.org/2000/svg}rect") if each.get("class") != "page"]
    assert [each.get("class") for each in bars] == ["bar", "bar", "culprit"]
    ends = [(float(each.get("x", "0")), float(each.get("x", "0")) + float(each.get("width", "0"))) for each in bars]
    assert ends == sorted(ends)
    assert all(end <= start for (_, end), (start, _) in pairwise(ends))


@pytest.mark.slow
def test_transactions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, picture = tmp_path / "skewed.jsonl", tmp_path / "skewed.svg"
    path.write_text(SKEWED)
    assert status_of(["check-history", str(path), "--model", "list-append", "--picture", str(picture)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "not strictly serializable"
    assert "G2" in lines
    paths = list(ET.fromstring(picture.read_text()).iter("{http://www.w3.org/2000/svg}path"))
    assert [each.get("class") for each in paths] == ["edge", "tip"] * 2
    assert status_of(["check-history", str(path), "--model", "list-append", "--serializable", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["level"], [each["name"] for each in found["anomalies"]]) == ("serializable", ["G2"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "kv"], "a kv has no operation 'write'"),
        (["--model", "list-append"], "takes transactions"),
        (["--model", "register", "--serializable"], "--serializable is for transactions"),
        (["--model", "tree"], "tree"),
        (["--model", "register", "--picture", "nowhere/x.svg"], "there is no folder nowhere"),
    ],
)
def test_mistakes(arguments: list[str], message: str, stale: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["check-history", str(stale), *arguments]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.slow
def test_a_file_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["check-history", str(tmp_path / "none.log"), "--model", "kv"]) == 2
    assert "cannot read" in capsys.readouterr().err
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    assert status_of(["check-history", str(tmp_path / "binary"), "--model", "kv"]) == 2
    assert "is not text" in capsys.readouterr().err
