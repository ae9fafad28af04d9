"""The complete event loop of one host: time, sockets, connections, servers, datagrams, TLS.

It implements asyncio's loop interface.  :class:`~catenet.session.loop.virtual_loop.VirtualLoop` has the callbacks and
timers, :class:`~catenet.session.loop.sock_calls.SockCalls` the calls on bare sockets; TLS is
:mod:`~catenet.session.loop.tls_protocol` over this room's stream transport.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from catenet.kernel import Kernel
from catenet.network.stack import IpStack
from catenet.session.environment import Environment
from catenet.session.escape import Escape
from catenet.session.loop import connect as connecting
from catenet.session.loop.datagram_transport import DatagramTransport
from catenet.session.loop.server import Server
from catenet.session.loop.socket_loop import SocketLoop
from catenet.session.loop.stream_transport import StreamTransport
from catenet.session.loop.tls_protocol import TlsProtocol, start_tls
from catenet.session.loop.unsupported import NO_UNIX, UnsupportedCalls
from catenet.session.names.hosts_table import Names
from catenet.session.sockets.socket import SimSocket
from catenet.session.stack import SocketStack
from catenet.transport.tcp.layer import TcpLayer
from catenet.transport.udp import UdpLayer

Factory = Callable[[], Any]


class Loop(UnsupportedCalls, SocketLoop):
    """One host's event loop.  ``sockets`` is the host's existing socket table, if any."""

    def __init__(
        self,
        kernel: Kernel,
        ip: IpStack,
        tcp: TcpLayer,
        udp: UdpLayer,
        names: Names,
        name: str,
        environment: Environment | None = None,
        *,
        sockets: SocketStack | None = None,
    ) -> None:
        super().__init__(kernel, name, environment, sockets or SocketStack(kernel, ip, tcp, udp, names, name))

    # -- connections

    async def create_connection(
        self,
        protocol_factory: Factory,
        host: Any = None,
        port: Any = None,
        *,
        ssl: Any = None,
        family: int = 0,
        proto: int = 0,
        flags: int = 0,
        sock: Any = None,
        local_addr: Any = None,
        server_hostname: str | None = None,
        ssl_handshake_timeout: float | None = None,
        ssl_shutdown_timeout: float | None = None,
        happy_eyeballs_delay: float | None = None,
        interleave: int | None = None,
        all_errors: bool = False,
    ) -> tuple[Any, Any]:
        timeouts = {"ssl_handshake_timeout": ssl_handshake_timeout, "ssl_shutdown_timeout": ssl_shutdown_timeout}
        connecting.check_tls_arguments(ssl, {"server_hostname": server_hostname, **timeouts})
        if ssl and server_hostname is None:
            if not host:
                raise ValueError("You must set server_hostname when using ssl without a host")
            server_hostname = host
        if host is not None or port is not None:
            if sock is not None:
                raise ValueError("host/port and sock can not be specified at the same time")
            lookup = {"family": family, "type": socket.SOCK_STREAM, "proto": proto, "flags": flags}
            infos = await self.resolve((host, port), **lookup)
            local_infos = None if local_addr is None else await self.resolve(local_addr, **lookup)
            if happy_eyeballs_delay is not None and interleave is None:
                interleave = 1
            if interleave:
                infos = connecting.interleave(infos, interleave)
            sock = await self._connect_any(infos, local_infos, happy_eyeballs_delay, all_errors)
            if not ssl:
                return await self._open_transport(sock, protocol_factory)
        connect: Any = super().create_connection
        made: tuple[Any, Any] = await connect(
            protocol_factory, sock=sock, ssl=ssl, server_hostname=server_hostname, **timeouts
        )
        return made

    async def _connect_any(
        self, infos: list[Any], local_infos: list[Any] | None, delay: float | None, all_errors: bool
    ) -> SimSocket:
        if len(infos) == 1 and delay is None and not all_errors:
            return await self._connect_one(infos[0], local_infos)
        errors: list[OSError] = []
        attempts = [partial(self._connect_one, info, local_infos) for info in infos]
        if delay is None:
            sock = await connecting.one_by_one(attempts, errors)
        else:
            sock = await connecting.happy_eyeballs(attempts, errors, delay)
        if sock is None:
            try:
                connecting.raise_errors(errors, all_errors)
            finally:
                errors.clear()
        assert sock is not None
        return sock

    async def _connect_one(self, info: Any, local_infos: list[Any] | None) -> SimSocket:
        family, kind, proto, _, address = info
        sock = self.sockets.make_socket(family, kind, proto)
        try:
            sock.setblocking(False)
            if local_infos is not None:
                connecting.bind_local(sock, local_infos)
            await self.sock_connect(sock, address)
        except BaseException:
            sock.close()
            raise
        return sock

    async def _open_transport(self, sock: SimSocket, protocol_factory: Factory) -> tuple[Any, Any]:
        protocol = protocol_factory()
        waiter = self.create_future()
        transport = StreamTransport(self, sock, protocol, waiter)
        try:
            await waiter
        except BaseException:
            transport.close()
            raise
        return transport, protocol

    def make_transport(
        self, sock: SimSocket, protocol: Any, waiter: Any, extra: Any, server: Any, tls: dict[str, Any] | None
    ) -> Any:
        if tls is None:
            return StreamTransport(self, sock, protocol, waiter, extra, server)
        return self._make_ssl_transport(
            sock, protocol, **tls, waiter=waiter, server_side=True, extra=extra, server=server
        )

    # BaseEventLoop calls the next three to create a transport for a connected socket, and to send a file.

    def _make_socket_transport(
        self, sock: Any, protocol: Any, waiter: Any = None, *, extra: Any = None, server: Any = None
    ) -> StreamTransport:
        return StreamTransport(self, self._check_sock("create_connection", sock), protocol, waiter, extra, server)

    def _make_ssl_transport(
        self,
        rawsock: Any,
        protocol: Any,
        sslcontext: Any,
        waiter: Any = None,
        *,
        server_side: bool = False,
        server_hostname: str | None = None,
        extra: Any = None,
        server: Any = None,
        ssl_handshake_timeout: float | None = None,
        ssl_shutdown_timeout: float | None = None,
        call_connection_made: bool = True,
    ) -> Any:
        make_tls: Any = TlsProtocol
        tls = make_tls(
            self,
            protocol,
            sslcontext,
            waiter,
            server_side,
            server_hostname,
            call_connection_made,
            ssl_handshake_timeout=ssl_handshake_timeout,
            ssl_shutdown_timeout=ssl_shutdown_timeout,
        )
        self._make_socket_transport(rawsock, tls, extra=extra, server=server)
        return tls._app_transport

    async def start_tls(
        self,
        transport: Any,
        protocol: Any,
        sslcontext: Any,
        *,
        server_side: bool = False,
        server_hostname: str | None = None,
        ssl_handshake_timeout: float | None = None,
        ssl_shutdown_timeout: float | None = None,
    ) -> Any:
        return await start_tls(
            self,
            transport,
            protocol,
            sslcontext,
            server_side=server_side,
            server_hostname=server_hostname,
            ssl_handshake_timeout=ssl_handshake_timeout,
            ssl_shutdown_timeout=ssl_shutdown_timeout,
        )

    async def _sendfile_native(self, transp: Any, file: Any, offset: int, count: int | None) -> int:
        sent: int = await transp.send_file(file, offset, count)
        return sent

    # -- servers

    async def create_server(
        self,
        protocol_factory: Factory,
        host: Any = None,
        port: Any = None,
        *,
        family: int = socket.AF_UNSPEC,
        flags: int = socket.AI_PASSIVE,
        sock: Any = None,
        backlog: int = 100,
        ssl: Any = None,
        reuse_address: bool | None = None,
        reuse_port: bool | None = None,
        keep_alive: bool | None = None,
        ssl_handshake_timeout: float | None = None,
        ssl_shutdown_timeout: float | None = None,
        start_serving: bool = True,
    ) -> Server:
        if isinstance(ssl, bool):
            raise TypeError("ssl argument must be an SSLContext or None")
        timeouts = {"ssl_handshake_timeout": ssl_handshake_timeout, "ssl_shutdown_timeout": ssl_shutdown_timeout}
        connecting.check_tls_arguments(ssl, timeouts)
        if host is not None or port is not None:
            if sock is not None:
                raise ValueError("host/port and sock can not be specified at the same time")
            infos = await self._server_infos(host, port, family, flags)
            sockets = self._bind_all(infos, reuse_address, reuse_port, keep_alive)
        elif sock is None:
            raise ValueError("Neither host/port nor sock were specified")
        elif sock.type != socket.SOCK_STREAM:
            raise ValueError(f"A Stream Socket was expected, got {sock!r}")
        else:
            sockets = [self._simulated("create_server", sock)]
        for one in sockets:
            one.setblocking(False)
        tls = {"sslcontext": ssl, **timeouts} if ssl else None
        server = Server(self, sockets, protocol_factory, backlog, tls)
        if start_serving:
            await server.start_serving()
        return server

    async def _server_infos(self, host: Any, port: Any, family: int, flags: int) -> list[Any]:
        hosts = [host or None] if host is None or isinstance(host, str | bytes) else list(host)
        infos: dict[Any, None] = {}
        for one in hosts:
            found = await self.resolve((one, port), family=family, type=socket.SOCK_STREAM, flags=flags)
            infos.update(dict.fromkeys(found))
        return list(infos)

    def _bind_all(
        self, infos: Iterable[Any], reuse_address: bool | None, reuse_port: bool | None, keep_alive: bool | None
    ) -> list[SimSocket]:
        sockets: list[SimSocket] = []
        try:
            for family, kind, proto, _, address in infos:
                sock = self.sockets.make_socket(family, kind, proto)
                sockets.append(sock)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, reuse_address is not False)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, bool(reuse_port))
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, bool(keep_alive))
                if family == socket.AF_INET6:
                    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, True)
                try:
                    sock.bind(address)
                except OSError as cause:
                    raise connecting.bind_error(address, cause) from None
        except BaseException:
            for sock in sockets:
                sock.close()
            raise
        return sockets

    def _simulated(self, call: str, sock: Any) -> SimSocket:
        inner = sock if isinstance(sock, SimSocket) else getattr(sock, "_sock", None)
        if isinstance(inner, SimSocket):
            return inner
        raise TypeError(f"loop.{call}() takes a simulated socket, not {sock!r}")

    # -- datagrams

    async def create_datagram_endpoint(
        self,
        protocol_factory: Factory,
        local_addr: Any = None,
        remote_addr: Any = None,
        *,
        family: int = 0,
        proto: int = 0,
        flags: int = 0,
        reuse_port: bool | None = None,
        allow_broadcast: bool | None = None,
        sock: Any = None,
        **removed: Any,
    ) -> tuple[Any, Any]:
        if removed.get("reuse_address"):
            raise ValueError("Passing `reuse_address=True` is no longer supported")
        address = None
        if sock is not None:
            others = {"local_addr": local_addr, "remote_addr": remote_addr, "family": family, "proto": proto}
            others |= {"flags": flags, "reuse_port": reuse_port, "allow_broadcast": allow_broadcast}
            connecting.check_datagram_sock(sock, others)
            sock = self._simulated("create_datagram_endpoint", sock)
            sock.setblocking(False)
        else:
            places = await self._datagram_places(local_addr, remote_addr, family, proto, flags)
            sock, address = await self._open_datagram(places, reuse_port, allow_broadcast)
        protocol = protocol_factory()
        waiter = self.create_future()
        transport = DatagramTransport(self, sock, protocol, address, waiter)
        try:
            await waiter
        except BaseException:
            transport.close()
            raise
        return transport, protocol

    async def _datagram_places(
        self, local_addr: Any, remote_addr: Any, family: int, proto: int, flags: int
    ) -> list[tuple[tuple[int, int], tuple[Any, Any]]]:
        if family == socket.AF_UNIX:
            raise Escape("loop.create_datagram_endpoint(family=AF_UNIX)", NO_UNIX)
        if not (local_addr or remote_addr):
            if family == 0:
                raise ValueError("unexpected address family")
            return [((family, proto), (None, None))]
        places: dict[tuple[int, int], list[Any]] = {}
        for which, address in enumerate((local_addr, remote_addr)):
            if address is None:
                continue
            if not (isinstance(address, tuple) and len(address) == 2):
                raise TypeError("2-tuple is expected")
            lookup = {"family": family, "type": socket.SOCK_DGRAM, "proto": proto, "flags": flags}
            for own_family, _, own_proto, _, found in await self.resolve(address, **lookup):
                places.setdefault((own_family, own_proto), [None, None])[which] = found
        fitting = [
            (key, (local, remote))
            for key, (local, remote) in places.items()
            if not (local_addr and local is None) and not (remote_addr and remote is None)
        ]
        if not fitting:
            raise ValueError("can not get address information")
        return fitting

    async def _open_datagram(
        self, places: list[Any], reuse_port: bool | None, allow_broadcast: bool | None
    ) -> tuple[SimSocket, Any]:
        first_error: OSError | None = None
        for (family, proto), (local, remote) in places:
            sock = self.sockets.make_socket(family, socket.SOCK_DGRAM, proto)
            try:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, bool(reuse_port))
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, bool(allow_broadcast))
                sock.setblocking(False)
                if local:
                    sock.bind(local)
                if remote and not allow_broadcast:
                    await self.sock_connect(sock, remote)
                return sock, remote
            except OSError as error:
                sock.close()
                first_error = first_error or error
            except BaseException:
                sock.close()
                raise
        assert first_error is not None
        raise first_error
