"""Which links are captured, and where the files wait until a report is made.

Frames are written as they go, so captures need a folder while the run lasts: a temporary one, from which
:meth:`Captures.save` moves the files to the report's.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

from catenet.lab.capture import LinkCapture
from catenet.lab.errors import LabError
from catenet.lab.link import Link


class Captures:
    """The captures of one internet."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._running: Final[dict[str, LinkCapture]] = {}
        self._saved: Final[dict[str, int]] = {}
        self._every_link = False

    def add(self, link: Link) -> None:
        """Capture a link from now on; nothing happens if it is captured already."""
        if link.name in self._running:
            return
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="catenet-")
        path = Path(self._folder.name, f"{link.name}.pcapng")
        try:
            self._running[link.name] = LinkCapture(link.wire, path, (link.a.node.name, link.b.node.name))
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

    def frames(self) -> dict[str, int]:
        """How many frames were captured, by link."""
        running = {name: capture.frames + capture.waiting_frames for name, capture in self._running.items()}
        return {**self._saved, **running}

    def save(self, folder: Path) -> list[Path]:
        """End all captures and move their files to a folder.  Raises OSError if it cannot be written."""
        paths = []
        self._saved.update(self.frames())
        for capture in self._running.values():
            capture.close()
            paths.append(Path(shutil.move(capture.path, folder / capture.path.name)))
        self._running.clear()
        return paths
