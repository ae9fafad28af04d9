"""Files that are written whole or not at all: first under another name in the same folder, then renamed.

A full disk, a crash or Ctrl-C meanwhile keeps the previous file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

DEVICES: Final = "/dev/"


def write_files(files: Mapping[Path, str | bytes]) -> None:
    """Write texts in UTF-8, or octets: all under temporary names, then all are renamed.

    Raises OSError; then nothing has changed.

    A path to a device or a pipe (``/dev/stdout``) is written to directly; a symbolic link stays, and what it points to
    is replaced.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for path, text in files.items():
            octets = text.encode() if isinstance(text, str) else text
            if is_stream(path):
                with path.open("wb") as stream:
                    stream.write(octets)
                continue
            target = path.resolve()
            temporary = target.with_name(f".{target.name}.partial-{os.getpid()}")
            staged.append((temporary, target))
            with temporary.open("wb") as file:
                file.write(octets)
        while staged:
            temporary, target = staged[0]
            temporary.replace(target)
            del staged[0]
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def is_stream(path: Path) -> bool:
    """Whether a path can only be written to, not replaced: a device, a pipe, a socket."""
    return str(path).startswith(DEVICES) or (path.exists() and not path.is_file() and not path.is_dir())
