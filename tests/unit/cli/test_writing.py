"""What commands write, and what they leave alone: nothing of a user's is overwritten, and it is told before a run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from catenet import experiments as reproduce
from catenet.cli.errors import MISTAKE, OK
from catenet.cli.main import status_of
from catenet.experiments.comparison import Comparison
from catenet.internet import Internet
from catenet.record.run_folder import ForeignFiles

SCENARIO = '[hosts.a]\n[hosts.b]\n[[links]]\nbetween = ["a", "b"]\n'


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    path = tmp_path / "pair.toml"
    path.write_text(SCENARIO)
    return str(path)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The message of a command that refuses to write."""
    capsys.readouterr()
    assert status_of(arguments) == MISTAKE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return captured.err


@pytest.mark.slow
def test_run_again_into_the_same_folder(scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    for option in ("--capture", "--capture", "--no-capture"):
        assert status_of(["run", scenario, "--out", str(out), option]) == OK
    assert sorted(path.name for path in out.iterdir()) == [
        "manifest.json",
        "measurements.tsv",
        "summary.json",
        "trace.tsv",
    ]


@pytest.mark.slow
def test_run_refuses_a_folder_that_holds_anything_else(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "captures" / "mine.pcapng"
    mine.parent.mkdir()
    mine.write_text("mine")
    message = refused(capsys, "run", scenario, "--out", str(tmp_path))
    assert "captures/mine.pcapng" in message
    assert "--force" in message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["captures", "pair.toml"]
    assert status_of(["run", scenario, "--out", str(tmp_path), "--force", "--capture"]) == OK
    assert mine.read_text() == "mine"
    assert (tmp_path / "captures" / "a-b.pcapng").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("command", ["run", "attach"])
def test_an_empty_name_is_not_the_current_folder(
    command: str, scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if command == "attach":
        Path(scenario).write_text(SCENARIO + '[switches.hub]\n[attach.linux]\nat = "hub"\n')
    assert "cannot be empty" in refused(capsys, command, scenario, "--out", "")
    assert [path.name for path in tmp_path.iterdir()] == ["pair.toml"]


def test_emulate_refuses_as_run_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_text("mine")
    assert "mine" in refused(capsys, "emulate", "left", "right", "--out", str(tmp_path))


def test_a_report_refuses_as_run_does(tmp_path: Path) -> None:
    net = Internet()
    net.host("a")
    (tmp_path / "summary.json").write_text("mine")
    with net, pytest.raises(ForeignFiles, match=r"summary\.json"):
        net.run("1s").report(tmp_path)
    assert (tmp_path / "summary.json").read_text() == "mine"


def test_every_report_of_a_run_has_its_captures(tmp_path: Path) -> None:
    net = Internet()
    net.link(net.host("a"), net.host("b"))
    net.capture()
    with net:
        net.ping("a", "b", count=1)
        ended = net.result()
        for folder in ("first", "first", "second"):
            ended.report(tmp_path / folder)
        one, two = ((tmp_path / folder / "captures" / "a-b.pcapng").read_bytes() for folder in ("first", "second"))
        assert one == two
        net.capture("a-b")
        net.ping("a", "b", count=3)
        ended.report(tmp_path / "second")
    assert (tmp_path / "first" / "captures" / "a-b.pcapng").read_bytes() == one, "a later capture is another file"
    assert len((tmp_path / "second" / "captures" / "a-b.pcapng").read_bytes()) > len(one)


Pictures = Callable[[Path], list[str]]


def place(picture: Path) -> list[str]:
    return ["place", "a", "b", "--picture", str(picture)]


def check_history(picture: Path) -> list[str]:
    history = picture.parent / "stale.jsonl"
    history.write_text(
        '{"event": "invoke", "process": 0, "operation": "write", "arguments": [1]}\n'
        '{"event": "return", "process": 0, "result": null}\n'
        '{"event": "invoke", "process": 0, "operation": "read", "arguments": []}\n'
        '{"event": "return", "process": 0, "result": 2}\n'
    )
    return ["check-history", str(history), "--model", "register", "--picture", str(picture)]


def reproduce_plot(picture: Path) -> list[str]:
    return ["reproduce", "rip-silent", "--plot", str(picture)]


def reproduce_out(picture: Path) -> list[str]:
    return ["reproduce", "rip-silent", "--out", str(picture.parent)]


@pytest.mark.slow
@pytest.mark.parametrize("command", [place, check_history, reproduce_plot, reproduce_out])
def test_a_picture_replaces_a_picture_and_nothing_of_a_users(
    command: Pictures, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []

    def experiment(seed: int) -> list[Comparison]:
        runs.append(seed)
        return [Comparison("one", "1 s", 0.9, 1.1, 1.0)]

    monkeypatch.setitem(reproduce.EXPERIMENTS, "rip-silent", experiment)
    picture = tmp_path / "rip-silent.svg"
    arguments = command(picture)
    for _ in range(2):
        assert status_of(arguments) != MISTAKE
    drawn = picture.read_text()
    picture.write_text(drawn.replace("</svg>", "<!-- touched up by hand --></svg>"))
    before, ran = picture.read_text(), len(runs)
    assert "--force" in refused(capsys, *arguments)
    assert picture.read_text() == before
    assert len(runs) == ran, "it is looked at before anything is run"
    assert status_of([*arguments, "--force"]) != MISTAKE
    assert picture.read_text() == drawn


@pytest.mark.slow
@pytest.mark.parametrize("command", [place, check_history, reproduce_plot])
@pytest.mark.parametrize(("name", "part"), [("nowhere/x.svg", "there is no folder"), (".", "is a folder")])
def test_a_picture_that_cannot_be_written_is_told_before_anything_is_run(
    command: Pictures,
    name: str,
    part: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def experiment(seed: int) -> list[Comparison]:
        raise AssertionError("it was run")

    monkeypatch.setitem(reproduce.EXPERIMENTS, "rip-silent", experiment)
    arguments = command(tmp_path / "x.svg")
    arguments[-1] = str(tmp_path / name)
    assert part in refused(capsys, *arguments)
    arguments[-1] = ""
    assert "cannot be empty" in refused(capsys, *arguments)


def test_new_writes_both_files_or_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "program.py").symlink_to("nothing")
    assert "already exists" in refused(capsys, "new")
    assert [path.name for path in (tmp_path / "first").iterdir()] == ["program.py"]
