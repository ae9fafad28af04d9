"""What one types, and what comes back: help, version, mistakes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.markup import render

from catenet.cli import hash_seed as pinning
from catenet.cli.commands.new import ABOUT
from catenet.cli.errors import MISTAKE, OK
from catenet.cli.main import app, status_of
from catenet.physical.phys.catalogue import PHYS

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples"
FIRST = ROOT / "src" / "catenet" / "cli" / "templates" / "first"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = status_of(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.mark.slow
@pytest.mark.parametrize("command", [(), ("run",), ("new",), ("ping",), ("traceroute",), ("bench",), ("bench", "loop")])
def test_every_command_has_help_on_stdout(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = said(capsys, *command, "--help")
    assert (status, err) == (OK, "")
    assert f"catenet {' '.join(command)}".strip() in out


@pytest.mark.slow
@pytest.mark.parametrize("command", [(), ("run",), ("new",), ("ping",), ("traceroute",), ("bench",)])
def test_help_teaches_by_example(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, *command, "--help")
    assert "Examples" in out
    assert out.count("catenet ") >= 2


def parameters(command: Any) -> Iterator[Any]:
    """The options and arguments of a command and of all below it."""
    yield from command.params
    for below in getattr(command, "commands", {}).values():
        yield from parameters(below)


def test_brackets_in_the_help_of_options_are_shown_and_not_taken_for_markup() -> None:
    for parameter in parameters(typer.main.get_command(app)):
        text = getattr(parameter, "help", None) or ""
        assert not render(text).spans, f"{parameter.name}: {text}"


@pytest.mark.slow
def test_the_help_of_signal_names_all_phys(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, "signal", "--help")
    listed = "".join(out.partition("PHYs:")[2].partition(".  The")[0].split())
    assert listed.split(",") == list(PHYS)


@pytest.mark.slow
def test_help_imports_nothing_of_the_stack() -> None:
    script = "import sys, catenet.cli.main as m; m.status_of(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "'catenet.cli.commands.run'" in done.stderr
    for heavy in ("catenet.internet", "catenet.transport", "asyncio", "ssl", "rich.progress", "networkx"):
        assert f"'{heavy}'" not in done.stderr


@pytest.mark.slow
def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = said(capsys, "--version")
    assert status == OK
    assert out.startswith("catenet ")
    assert f"{sys.version_info.major}.{sys.version_info.minor}" in out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["rum"], "rum"),
        (["run"], "SCENARIO"),
        (["run", "x.toml", "--sed", "3"], "--sed"),
        (["run", "x.toml", "--seed", "three"], "--seed"),
        (["run", "x.toml", "y.toml"], "y.toml"),
        (["ping", "x.toml", "a"], "B"),
        (["ping", "x.toml", "a", "b", "--count", "0"], "count"),
        (["bench", "dumbell"], "dumbell"),
        (["bench", "dumbbell", "--flows", "-1"], "flows"),
        (["bench", "dumbbell", "--congestion", "magic"], "magic"),
        (["--no-such-option"], "--no-such-option"),
    ],
)
def test_a_usage_error_is_one_message_and_status_2(
    arguments: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = said(capsys, *arguments)
    assert (status, out) == (MISTAKE, "")
    assert err.count("catenet: ") == 1
    assert err.startswith("catenet: ")
    assert part in err
    assert "Traceback" not in err


@pytest.mark.slow
def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = said(capsys)
    assert status == MISTAKE
    assert "Examples" in out + err
    assert "catenet: " not in err


@pytest.mark.slow
def test_new_writes_both_files_and_does_not_overwrite_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "failover"
    status, out, _ = said(capsys, "new", str(folder))
    assert status == OK
    assert f"catenet run {folder / 'scenario.toml'}" in " ".join(out.split())
    assert 'name = "failover"' in (folder / "scenario.toml").read_text()

    (folder / "program.py").write_text("# mine")
    status, _, err = said(capsys, "new", str(folder))
    assert status == MISTAKE
    assert "--force" in err
    assert (folder / "program.py").read_text() == "# mine"

    status, _, _ = said(capsys, "new", str(folder), "--force")
    assert status == OK
    assert "async def serve" in (folder / "program.py").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("example", ABOUT)
def test_new_writes_each_example_whole(example: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mine"
    assert said(capsys, "new", str(folder), "--example", example)[0] == OK
    origin = next(path for path in (EXAMPLES / example, FIRST) if path.is_dir())
    expected = {path.relative_to(origin): path.read_text() for path in origin.rglob("*.*") if path.suffix != ".pyc"}
    written = {path.relative_to(folder): path.read_text() for path in folder.rglob("*.*")}
    assert written.keys() == expected.keys()
    for path, text in written.items():
        assert text == expected[path].replace(f'name = "{example}"', 'name = "mine"')


@pytest.mark.slow
def test_the_list_of_examples_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = said(capsys, "new", "--list")
    assert status == OK
    folders = {path.name for path in EXAMPLES.iterdir() if path.is_dir()}
    assert [line.split()[0] for line in out.splitlines() if not line.startswith(" ")] == list(ABOUT)
    assert set(ABOUT) == folders | {"first"}


@pytest.mark.slow
def test_new_refuses_a_name_that_cannot_be_one_and_a_folder_that_cannot_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "new", str(tmp_path / "a b"))[0] == MISTAKE
    (tmp_path / "file").write_text("")
    status, _, err = said(capsys, "new", str(tmp_path / "file" / "inner"))
    assert status == MISTAKE
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("environment", "randomized", "must"),
    [
        ({}, 1, True),
        ({"PYTHONHASHSEED": "5"}, 1, True),
        ({"PYTHONHASHSEED": "0"}, 0, False),
        ({"PYTHONHASHSEED": "0"}, 1, False),
    ],
)
def test_hash_seed_is_pinned_once_and_never_in_a_circle(
    environment: dict[str, str], randomized: int, must: bool
) -> None:
    assert pinning.must_pin(environment, randomized) is must


@pytest.mark.slow
def test_a_process_ends_without_a_last_look_through_all_of_its_objects() -> None:
    """A large internet takes seconds to be looked through and freed, and the system takes its memory back whole."""
    code = (
        "import atexit, gc, sys\n"
        "from catenet.cli.main import main\n"
        "atexit.register(lambda: print(len(gc.get_objects()) < gc.get_freeze_count()))\n"
        "sys.argv = ['catenet', '--version']\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "True"
