"""The file in which the DHCP client of one interface keeps its lease over a restart of its host."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from catenet.application.dhcp.client_lease import ClientLease
from catenet.application.dhcp.lease_text import dump_lease, load_lease
from catenet.application.storage.files import Files
from catenet.host.host_base import HostBase

FOLDER: Final = "dhcp"


class LeaseFile:
    """``dhcp/client-INTERFACE`` on the host's disk; a new version replaces the old one whole."""

    def __init__(self, host: HostBase, interface: str) -> None:
        self.path: Final = f"{FOLDER}/client-{interface}"
        self._host: Final = host

    def read(self, found: Callable[[ClientLease | None], None]) -> None:
        """Call ``found`` with the lease once the disk has been read; None if there is none that can be used."""
        self._host.disk.post(self._read, partial(self._ended, "read", found))

    def write(self, lease: ClientLease | None) -> None:
        """Replace the lease; None removes it.  Nothing waits for the disk: a lost lease is asked for anew."""
        self._host.disk.post(partial(self._write, lease), partial(self._ended, "written", None))

    def _ended(
        self, what: str, found: Callable[[ClientLease | None], None] | None, result: object, error: BaseException | None
    ) -> None:
        if isinstance(error, OSError):
            self._host.log_event("dhcp", f"{self._host.name}: lease of {self.path} not {what}: {error}")
        elif error is not None:
            raise error
        if found is not None:
            found(result if isinstance(result, ClientLease) else None)

    # -- steps of the disk

    def _read(self, files: Files) -> ClientLease | None:
        return load_lease(files.read_whole(self.path), self._wall_offset_ns) if files.exists(self.path) else None

    def _write(self, lease: ClientLease | None, files: Files) -> None:
        files.make_folder(FOLDER)
        if lease is None:
            if files.exists(self.path):
                files.remove(self.path)
        else:
            new = f"{self.path}.new"
            file = files.open(new, create=True)
            file.truncate(0)
            file.write(0, dump_lease(lease, self._wall_offset_ns))
            file.sync()
            files.rename(new, self.path)
        files.sync_folder(FOLDER)

    @property
    def _wall_offset_ns(self) -> int:
        return self._host.clock.wall_ns() - int(self._host.kernel.now_ns)
