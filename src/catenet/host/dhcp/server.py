"""The DHCP server of one host: a program that answers on its interfaces, and writes a lease before it grants it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from ipaddress import IPv4Address
from typing import Final

from catenet.application.dhcp.leases import Lease, Leases, load
from catenet.application.dhcp.message import SERVER_PORT, DhcpMessage
from catenet.application.dhcp.options import SERVER_ID
from catenet.application.dhcp.server import DhcpServer
from catenet.application.dhcp.subnet import Subnet
from catenet.application.storage.files import Files
from catenet.host.dhcp.port import DhcpPort
from catenet.host.host import Host
from catenet.host.process import Process
from catenet.network.interface import Interface

FOLDER: Final = "dhcp"
FILE: Final = "dhcp/leases"
NEW_FILE: Final = "dhcp/leases.new"
NS_PER_S: Final = 1_000_000_000
COMPACT_LINES: Final = 256
"""The file is rewritten when it has this many lines more than twice the table."""


class DhcpServerDaemon:
    """``subnets`` may be served on all ``interfaces``; :meth:`start` starts the program.

    ``server`` is None until it has read its leases, and after a crash until it has read them again.
    """

    def __init__(self, host: Host, subnets: Sequence[Subnet]) -> None:
        self.host: Final = host
        self.subnets: Final = tuple(subnets)
        self.interfaces: Final[list[Interface]] = []
        self.server: DhcpServer | None = None
        self._lines = 0

    def start(self) -> None:
        """Start the program: now, and whenever the host starts again."""
        process = Process(self.host, "dhcp-server", self._main, (), service=True)
        self.host.processes.append(process)
        self.host.power.begin(process)

    async def _main(self) -> None:
        self.server = None
        leases = await self.host.disk.run(self._read)
        self.server = DhcpServer(self.subnets, leases)
        requests: asyncio.Queue[tuple[DhcpMessage, DhcpPort]] = asyncio.Queue()
        for interface in self.interfaces:
            DhcpPort(self.host, interface, SERVER_PORT, lambda message, port: requests.put_nowait((message, port)))
        while True:
            message, port = await requests.get()
            await self._answer(self.server, message, port)

    async def _answer(self, server: DhcpServer, message: DhcpMessage, port: DhcpPort) -> None:
        answer = server.answer(message, port.own, self.host.clock.wall_ns() // NS_PER_S)
        if answer.lease is not None:
            line = answer.lease.line()
            try:
                await self.host.disk.run(lambda files: self._append(files, line, server.leases))
            except OSError as error:
                # an address that a restart would give to another is not granted
                self.host.log_event("dhcp", f"{self.host.name}: lease of {answer.lease.address} not written: {error}")
                return
        reply = answer.reply
        if reply is None:
            return
        src = IPv4Address(reply.options[SERVER_ID])
        if int(reply.giaddr):
            port.to_relay(reply, src)
        else:
            port.to_client(reply, src)

    # -- the file, in steps of the disk

    def _read(self, files: Files) -> Leases:
        files.make_folder(FOLDER)
        if not files.exists(FILE):
            return Leases()
        file = files.open(FILE)
        leases = load(file.read(0, file.size()))
        self._rewrite(files, leases)
        return leases

    def _append(self, files: Files, line: bytes, leases: Leases) -> None:
        """Write a line, and wait until it is durable.  At times the file is made anew."""
        new = not files.exists(FILE)
        file = files.open(FILE, create=new)
        file.write(file.size(), line)
        file.sync()
        if new:
            files.sync_folder(FOLDER)
        self._lines += 1
        if self._lines > 2 * len(leases.by_address) + COMPACT_LINES:
            self._rewrite(files, leases)

    def _rewrite(self, files: Files, leases: Leases) -> None:
        """Replace the file by one without superseded or damaged lines."""
        file = files.open(NEW_FILE, create=True)
        file.truncate(0)
        file.write(0, leases.dump())
        file.sync()
        files.rename(NEW_FILE, FILE)
        files.sync_folder(FOLDER)
        self._lines = len(leases.by_address)


def lease_rows(server: DhcpServer) -> list[Lease]:
    """The leases of a server, by address."""
    return [server.leases.by_address[address] for address in sorted(server.leases.by_address)]
