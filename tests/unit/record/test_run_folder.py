"""A run's folder: what it replaces, what it refuses, and what is left when writing fails."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from catenet.record.run_folder import KIND, MANIFEST, ForeignFiles, RunFolder


def leave(folder: Path, files: dict[str, str], *, force: bool = False) -> None:
    with RunFolder(folder, force=force).writing() as staging:
        for name, text in files.items():
            (staging / name).parent.mkdir(parents=True, exist_ok=True)
            (staging / name).write_text(text)


def content(folder: Path) -> dict[str, str]:
    """Every file but the manifest."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {str(path.relative_to(folder)): path.read_text() for path in files}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that a run has left."""
    leave(tmp_path / "out", {"summary.json": "1", "captures/a-b.pcapng": "frames"})
    return tmp_path / "out"


def test_a_run_replaces_what_a_run_has_left_and_takes_away_the_rest_of_it(folder: Path) -> None:
    assert sorted(json.loads((folder / MANIFEST).read_text())["files"]) == ["captures/a-b.pcapng", "summary.json"]
    leave(folder, {"summary.json": "2", "trace.tsv": "rows"})
    assert content(folder) == {"summary.json": "2", "trace.tsv": "rows"}
    assert not (folder / "captures").exists()
    assert sorted(path.name for path in folder.iterdir()) == [MANIFEST, "summary.json", "trace.tsv"]


@pytest.mark.parametrize("name", ["notes.txt", "captures/mine.pcapng", "deep/er/file"])
def test_anything_else_is_somebodys(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("mine")
    before = content(folder)
    with pytest.raises(ForeignFiles, match=name):
        RunFolder(folder)
    assert content(folder) == before
    leave(folder, {"summary.json": "2"}, force=True)
    assert content(folder) == {"summary.json": "2", name: "mine"}, "forced, it replaces its own names only"


def test_a_file_of_a_run_that_was_changed_since_is_somebodys(folder: Path) -> None:
    (folder / "captures" / "a-b.pcapng").write_text("frames, with comments of mine")
    with pytest.raises(ForeignFiles, match="a-b.pcapng"):
        RunFolder(folder)
    leave(folder, {"summary.json": "2"}, force=True)
    assert content(folder)["captures/a-b.pcapng"] == "frames, with comments of mine"


@pytest.mark.parametrize("text", ["{}", "[1]", "not JSON", '{"kind": "another"}', json.dumps({"kind": KIND})])
def test_another_programs_manifest_is_somebodys(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(ForeignFiles, match=MANIFEST):
        RunFolder(tmp_path)
    assert (tmp_path / MANIFEST).read_text() == text


def test_a_manifest_has_no_say_outside_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    folder = tmp_path / "out"
    leave(folder, {"summary.json": "1"})
    manifest = json.loads((folder / MANIFEST).read_text())
    digest = "3fd30542fe3f61b14bd4a4b2dc0b6fb30fa6f63ebce52dd1778aaa8c4dc02cff"  # of "mine"
    manifest["files"] |= {"../precious": digest, str(tmp_path / "precious"): digest}
    (folder / MANIFEST).write_text(json.dumps(manifest))
    leave(folder, {"summary.json": "2"})
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_link_to_somebodys_file_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("1")
    (folder / "summary.json").unlink()
    (folder / "summary.json").symlink_to(tmp_path / "precious")
    with pytest.raises(ForeignFiles):
        RunFolder(folder)
    leave(folder, {"summary.json": "2"}, force=True)
    assert (tmp_path / "precious").read_text() == "1"


def test_what_came_into_the_folder_during_the_run_is_not_overwritten(tmp_path: Path) -> None:
    claimed = RunFolder(tmp_path / "out")
    (tmp_path / "out" / "summary.json").write_text("mine")
    with pytest.raises(ForeignFiles, match=r"summary\.json"), claimed.writing() as staging:
        (staging / "summary.json").write_text("1")
    assert content(tmp_path / "out") == {"summary.json": "mine"}


def test_a_failure_while_writing_leaves_what_was_there(folder: Path) -> None:
    before = {**content(folder), MANIFEST: (folder / MANIFEST).read_text()}
    with pytest.raises(FileExistsError):
        leave(folder, {"summary.json": "half", "summary.json/inner": "not possible"})
    assert {**content(folder), MANIFEST: (folder / MANIFEST).read_text()} == before
    assert not [name for name in os.listdir(folder) if name.startswith(".")]


def test_a_run_that_was_killed_while_renaming_is_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(self: Path, target: Path) -> Path:
        if target.name == "trace.tsv":
            raise KeyboardInterrupt
        return real(self, target)

    real = Path.replace
    monkeypatch.setattr(Path, "replace", dies)
    with pytest.raises(KeyboardInterrupt):
        leave(folder, {"summary.json": "2", "trace.tsv": "rows"})
    monkeypatch.undo()
    assert content(folder)["summary.json"] == "2", "half of the new run, half of the old one"
    leave(folder, {"summary.json": "3"})
    assert content(folder) == {"summary.json": "3"}


def test_an_empty_name_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="empty"):
        RunFolder("")
