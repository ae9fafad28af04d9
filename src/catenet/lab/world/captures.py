"""The captured links, and their files until a report is written.

Frames are written during the run, to a temporary folder from which :meth:`Captures.save` copies the files of each
report.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from catenet.errors import LabError
from catenet.lab.model.link import Link
from catenet.lab.observe.link_capture import LinkCapture

KEY_LOG: Final = "tls-keys.txt"
"""The secrets of TLS connections in the format of ``SSLKEYLOGFILE`` (draft-ietf-tls-keylogfile)."""


class Captures:
    """The captures of one internet, whose hosts' clocks begin at ``epoch_ns``."""

    def __init__(self, epoch_ns: int) -> None:
        self._epoch_ns: Final = epoch_ns
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._running: Final[dict[str, LinkCapture]] = {}
        self._ended: Final[dict[str, LinkCapture]] = {}
        self._every_link = False

    def add(self, link: Link) -> None:
        """Capture a link from now on; nothing happens if it is captured already."""
        if link.name in self._running:
            return
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="catenet-")
        path = Path(self._folder.name, f"{link.name}.pcapng")
        try:
            path.unlink(missing_ok=True)  # A report may contain a hard link to the same file.
            names = link.a.node.name, link.b.node.name
            self._running[link.name] = LinkCapture(link.wire, path, names, self._epoch_ns, link.link_type)
        except OSError as error:
            raise LabError(f"link {link.name} cannot be captured: {error}; capture fewer links") from error

    def add_all(self, links: list[Link]) -> None:
        """Capture every link, those declared later included."""
        self._every_link = True
        for link in links:
            self.add(link)

    def link_added(self, link: Link) -> None:
        """A link was declared."""
        if self._every_link:
            self.add(link)

    def key_log(self) -> Path | None:
        """The file for the secrets of TLS connections, so that captures can be decrypted; None without captures."""
        return None if self._folder is None else Path(self._folder.name, KEY_LOG)

    def frames(self) -> dict[str, int]:
        """The number of captured frames, by link."""
        captures = {**self._ended, **self._running}
        return {name: capture.frames + capture.waiting_frames for name, capture in captures.items()}

    def save(self, folder: Path) -> list[Path]:
        """End all captures, and write the files of all ended captures to a folder.

        Raises OSError if it cannot be written.
        """
        for name, capture in list(self._running.items()):
            capture.close()
            self._ended[name] = self._running.pop(name)
        log = self.key_log()
        if log is not None and log.exists():
            (folder / KEY_LOG).write_text(_without_repeats(log), encoding="ascii")
        return [_put(capture.path, folder / capture.path.name) for capture in self._ended.values()]


def _without_repeats(log: Path) -> str:
    """The lines of a key log: both ends of a connection write the same ones."""
    lines = log.read_text(encoding="ascii").splitlines()
    return "".join(f"{line}\n" for line in dict.fromkeys(lines))


def _put(file: Path, to: Path) -> Path:
    """Hard-link the file, or copy it to another file system."""
    try:
        os.link(file, to)
    except OSError:
        shutil.copyfile(file, to)
    return to
