"""The folder that a run leaves, and its manifest: the list of the run's files.

``manifest.json`` lists every file of the run with its SHA-256 digest.  A later run replaces what is listed and has not
been changed since.  A folder with other files is rejected unless the caller forces it.  Files are written to a folder
of their own inside it first, and renamed when all of them are there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from catenet.record.atomic_write import write_files

MANIFEST: Final = "manifest.json"
KIND: Final = "a run of catenet"
"""What the manifest's member ``kind`` holds: other programs write files of that name, too."""
_STAGING: Final = ".catenet-partial-"
_MAX_NAMED: Final = 3


class ForeignFiles(FileExistsError):
    """A folder contains files of no run; nothing in it was changed."""


class RunFolder:
    """A folder for a run's files.  ``force``: files of the run's names are replaced whoever made them; others stay.

    Making one makes the folder.  Raises :class:`ForeignFiles` or another OSError.
    """

    def __init__(self, path: str | Path, *, force: bool = False) -> None:
        if not str(path):
            raise FileNotFoundError(2, "a folder's name cannot be empty")
        self.path: Final = Path(path)
        self.force: Final = force
        self.path.mkdir(parents=True, exist_ok=True)
        if not os.access(self.path, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied", str(self.path))
        if not force and (foreign := self._foreign()):
            raise ForeignFiles(f"{self.path} holds {_listed(foreign)}, which no run left there as it is now")

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """A folder to write into; what is there at the end becomes the run's files, in the place of an earlier run's.

        Nothing has changed if writing fails.  Raises :class:`ForeignFiles` if a file would replace somebody's.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f"{_STAGING}{os.getpid()}-", dir=self.path))
        try:
            yield staging
            self._install(staging)
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def _install(self, staging: Path) -> None:
        new = {str(path.relative_to(staging)): [_digest(path)] for path in _files(staging)}
        former = self._listed()
        taken = [name for name in (*new, MANIFEST) if self._is_foreign(name, former)]
        if taken and not self.force:
            raise ForeignFiles(f"{self.path} holds {_listed(taken)}, which no run left there as it is now")
        # Until all are renamed, each may be the earlier run's or this one's.
        self._list({name: [*former.get(name, ()), *new.get(name, ())] for name in {**former, **new}})
        for name in new:
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (staging / name).replace(self.path / name)
        for name in former.keys() - new.keys():
            self._remove(name, former)
        self._list(new)

    def _remove(self, name: str, former: dict[str, list[str]]) -> None:
        """Take away what an earlier run left, if it is as that run left it."""
        path = self.path / name
        if os.path.lexists(path) and not self._is_foreign(name, former):
            path.unlink()
        if path.parent != self.path and path.parent.is_dir() and not any(path.parent.iterdir()):
            path.parent.rmdir()

    def _foreign(self) -> list[str]:
        """Some files that are no run's: enough to name."""
        listed = self._listed()
        found: list[str] = []
        for path in _files(self.path):
            name = str(path.relative_to(self.path))
            if self._is_foreign(name, listed):
                found.append(name)
                if len(found) > _MAX_NAMED:
                    break
        return found

    def _is_foreign(self, name: str, listed: dict[str, list[str]]) -> bool:
        path = self.path / name
        if not os.path.lexists(path):
            return False
        if name == MANIFEST:
            return not _is_manifest(path)
        return path.is_symlink() or not path.is_file() or _digest(path) not in listed.get(name, ())

    def _listed(self) -> dict[str, list[str]]:
        """The run's files by the manifest, with the digests that each may have."""
        path = self.path / MANIFEST
        if not _is_manifest(path):
            return {}
        files = json.loads(path.read_text(encoding="utf-8"))["files"]
        return {
            name: [digests] if isinstance(digests, str) else list(digests)
            for name, digests in files.items()
            if ".." not in Path(name).parts and not Path(name).is_absolute()
        }

    def _list(self, files: dict[str, list[str]]) -> None:
        told = {name: digests[0] if len(digests) == 1 else digests for name, digests in sorted(files.items())}
        text = json.dumps({"kind": KIND, "files": told}, indent=1, ensure_ascii=False)
        write_files({self.path / MANIFEST: text + "\n"})


def _files(folder: Path) -> Iterator[Path]:
    """All files and links below a folder, in order of name; what another process is writing is left out."""
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        folders[:] = sorted(name for name in folders if name not in links and not name.startswith(_STAGING))
        yield from (Path(place, name) for name in sorted([*names, *links]))


def _is_manifest(path: Path) -> bool:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("kind") == KIND and isinstance(found.get("files"), dict)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_MAX_NAMED])
    return f"{shown} and more" if len(names) > _MAX_NAMED else shown
