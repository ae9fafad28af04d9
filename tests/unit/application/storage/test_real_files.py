"""The operating system's files: what a folder holds, and what may take the place of what."""

from __future__ import annotations

import errno
import os
import pickle
from pathlib import Path

import pytest

from catenet.application.storage.engine import DamagedStore, UnknownVersion
from catenet.application.storage.real import RealFiles


@pytest.fixture
def files(tmp_path: Path) -> RealFiles:
    return RealFiles(tmp_path)


def write(files: RealFiles, path: str, data: bytes) -> None:
    with files.open(path, create=True) as file:
        file.write(0, data)
        file.sync()


def test_what_is_read_is_what_is_there_and_a_gap_reads_as_zeros(files: RealFiles) -> None:
    write(files, "log", b"0123456789")
    with files.open("log") as file:
        for offset, count, found in (
            (0, 10, b"0123456789"),
            (3, 4, b"3456"),
            (8, 99, b"89"),
            (10, 5, b""),
            (4, 0, b""),
        ):
            assert file.read(offset, count) == found
        file.write(12, b"x")
        assert (file.size(), file.read(9, 9)) == (13, b"9\0\0x")
        file.truncate(3)
        assert (file.size(), file.read(0, 99)) == (3, b"012")
        file.close()
        file.close()
    with pytest.raises(FileNotFoundError):
        files.open("nothing")


def test_folders_are_made_with_all_above_them_and_listed_apart_from_files(files: RealFiles, tmp_path: Path) -> None:
    files.make_folder("a/b/c")
    files.make_folder("a/b/c")
    for path in ("a/two", "a/one", "a/b/three"):
        write(files, path, b"")
    (tmp_path / "a" / "z").mkdir()
    assert (files.names("a"), files.folders("a"), files.folders("")) == (["one", "two"], ["b", "z"], ["a"])
    assert (files.names("nowhere"), files.folders("nowhere")) == ([], [])
    assert (files.exists("a/one"), files.exists("a/b"), files.exists("a/four")) == (True, False, False)
    assert files.real_path("a/one") == str(tmp_path / "a" / "one")


def test_a_folder_is_moved_with_all_that_is_in_it_and_never_onto_another(files: RealFiles) -> None:
    """What is moved aside is all that is left of a lost store: nothing may be written over."""
    files.make_folder("g/inner")
    write(files, "g/log", b"remains")
    write(files, "g/inner/more", b"of it")
    files.make_folder("taken")
    with pytest.raises(FileExistsError) as caught:
        files.move_folder("g", "taken")
    assert (caught.value.errno, caught.value.filename) == (errno.EEXIST, "taken")
    assert files.names("g") == ["log"]
    files.move_folder("g", "g.damaged-1")
    assert (files.folders(""), files.names("g.damaged-1")) == (["g.damaged-1", "taken"], ["log"])
    with files.open("g.damaged-1/inner/more") as file:
        assert file.read(0, 99) == b"of it"


def test_a_file_takes_the_place_of_another_in_its_folder_and_in_no_other(files: RealFiles) -> None:
    """Across folders it would not be one step: a power cut could leave neither."""
    files.make_folder("a")
    write(files, "a/new", b"new")
    write(files, "a/old", b"old")
    with pytest.raises(OSError, match="cross-device") as caught:
        files.rename("a/new", "new")
    assert caught.value.errno == errno.EXDEV
    files.rename("a/new", "a/old")
    assert files.names("a") == ["old"]
    with files.open("a/old") as file:
        assert file.read(0, 9) == b"new"
    files.sync_folder("a")
    files.remove("a/old")
    assert files.names("a") == []
    with pytest.raises(FileNotFoundError):
        files.remove("a/old")


def test_what_is_to_be_durable_is_given_to_fsync(
    files: RealFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it a power cut would take what a user was told is safe: a file's octets, its name, a folder's."""
    synced: list[str] = []
    files.make_folder("a/b")
    with files.open("a/file", create=True) as file:
        file.write(0, b"x")
        monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
        file.sync()
    files.sync_folder("a")
    files.sync_folder("")
    assert synced == [str(tmp_path / "a" / "file"), str(tmp_path / "a"), str(tmp_path)]
    synced.clear()
    files.move_folder("a/b", "a/c")
    assert synced == [str(tmp_path / "a" / "b"), str(tmp_path / "a")]
    before = len(os.listdir("/dev/fd"))
    for _ in range(5):
        files.sync_folder("a")
    assert len(os.listdir("/dev/fd")) == before


def test_a_root_that_is_not_there_is_made_with_all_above_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    RealFiles(tmp_path / "x" / "y").make_folder("z")
    assert (tmp_path / "x" / "y" / "z").is_dir()
    assert synced == [str(tmp_path), str(tmp_path / "x"), str(tmp_path / "x" / "y")]


def test_a_file_is_the_owners_to_write_and_anyones_to_read_and_no_child_process_has_it(
    files: RealFiles, tmp_path: Path
) -> None:
    before = os.umask(0o022)
    try:
        file = files.open("log", create=True)
    finally:
        os.umask(before)
    (descriptor,) = [int(name) for name in os.listdir("/dev/fd") if _leads_to(name, tmp_path / "log")]
    assert not os.get_inheritable(descriptor)
    file.close()
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o644


def _leads_to(name: str, path: Path) -> bool:
    try:
        return os.readlink(f"/dev/fd/{name}") == str(path)
    except FileNotFoundError:
        return False


def test_what_the_system_reads_and_writes_in_pieces_is_read_and_written_whole(
    files: RealFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux transfers at most 2 GiB at once, and less when a signal comes."""
    pread, pwrite = os.pread, os.pwrite
    monkeypatch.setattr(os, "pread", lambda descriptor, count, offset: pread(descriptor, min(count, 3), offset))
    monkeypatch.setattr(os, "pwrite", lambda descriptor, data, offset: pwrite(descriptor, data[:3], offset))
    with files.open("log", create=True) as file:
        file.write(2, b"0123456789")
        assert file.read(0, 99) == b"\0\0" + b"0123456789"
        assert file.read(3, 7) == b"1234567"


@pytest.mark.parametrize("error", [DamagedStore("g/log", 512, "a flipped bit"), UnknownVersion("g/log", 9, 2)])
def test_what_is_wrong_with_a_store_is_told_across_processes_as_it_is(error: Exception) -> None:
    """A test that runs a node in a process of its own would see a TypeError in its place."""
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
