"""Checks output paths before a run, so that no run is lost because its results cannot be written.

Files of other origin are not overwritten without ``--force``.  A folder may hold the files of an earlier run; a file
may be replaced if Catenet wrote it and it has not changed since.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from catenet.cli.errors import NotWritten, mistake

if TYPE_CHECKING:
    from catenet.lab.report.run import Run
    from catenet.record.run_folder import RunFolder

Force = Annotated[bool, typer.Option("--force", help="Overwrite files that Catenet did not write.")]


def run_folder(path: str | Path, *, force: bool) -> RunFolder:
    """The folder of ``--out``, created if it does not exist.  Raises :class:`~catenet.cli.errors.Mistake`."""
    from catenet.record.run_folder import ForeignFiles, RunFolder

    if not str(path):
        mistake("--out: a folder's name cannot be empty; leave the option out for runs/NAME")
    try:
        return RunFolder(path, force=force)
    except ForeignFiles as error:
        mistake(
            f"--out {error};\n"
            "give another folder, or --force: then files of a run's names are replaced, and all others stay"
        )
    except OSError as error:
        mistake(f"--out {path}: cannot make or use this folder: {error.strerror}")


def leave_report(ended: Run, folder: RunFolder) -> None:
    """Write a run's files.  Raises :class:`~catenet.cli.errors.NotWritten`; previous files then remain."""
    from catenet.record.run_folder import ForeignFiles

    try:
        ended.report(folder)
    except ForeignFiles as error:
        raise NotWritten(f"--out {error}; it appeared during the run") from error
    except OSError as error:
        raise NotWritten(f"--out {folder.path}: cannot write there: {error.strerror}") from error


class Target:
    """An output file of an option.

    The constructor raises :class:`~catenet.cli.errors.Mistake` if it cannot be written.
    """

    def __init__(self, option: str, path: Path, *, force: bool) -> None:
        self.path: Final = path
        self._option: Final = option
        problem = _problem(path, force)
        if problem:
            mistake(f"{option} {path}: {problem}")

    def write(self, text: str | bytes) -> None:
        """Write it, whole or not at all.  Raises :class:`~catenet.cli.errors.NotWritten`."""
        from catenet.record.atomic_write import write_files

        try:
            write_files({self.path: text})
        except OSError as error:
            raise NotWritten(f"{self._option} {self.path}: cannot write there: {error.strerror}") from error


def folder_targets(option: str, folder: Path, names: list[str], *, force: bool) -> list[Target]:
    """Output files in a folder, which is created if it does not exist.  Raises :class:`~catenet.cli.errors.Mistake`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        mistake(f"{option} {folder}: cannot make this folder: {error.strerror}")
    return [Target(option, folder / name, force=force) for name in names]


def given(option: str, path: str | None) -> Path | None:
    """An option's path, or None.  Raises :class:`~catenet.cli.errors.Mistake` for an empty one."""
    if path == "":
        mistake(f"{option}: a name cannot be empty")
    return None if path is None else Path(path)


def _problem(path: Path, force: bool) -> str:
    """Why a file cannot be written; empty if it can."""
    from catenet.record.atomic_write import is_stream
    from catenet.record.digest import has_valid_digest

    if is_stream(path):
        return "" if os.access(path, os.W_OK) else "cannot write there"
    if path.is_dir():
        return "is a folder; name a file"
    parent = path.resolve().parent
    if not parent.is_dir():
        return f"cannot be written: there is no folder {path.parent}"
    if not os.access(parent, os.W_OK | os.X_OK):
        return f"cannot be written: no files can be created in {path.parent}"
    try:
        if path.exists() and not force and not has_valid_digest(path):
            return "already exists, and Catenet did not write it as it is now; give another name, or --force"
    except OSError as error:
        return f"already exists, and cannot be read: {error.strerror}; give another name, or --force"
    return ""
