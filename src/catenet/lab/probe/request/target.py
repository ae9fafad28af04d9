"""Which host asks which, and what is wrong if a request cannot be made."""

from __future__ import annotations

import errno
import ssl
from typing import NamedTuple

from catenet.application.http.client.url import Origin, split_url
from catenet.application.http.errors import ClientError
from catenet.errors import LabError, did_you_mean
from catenet.kernel.quantity import duration_text
from catenet.lab.model.nodes import HostNode, IpNode
from catenet.lab.model.registry import NodeReference
from catenet.lab.probe.ping import Target, target_of
from catenet.lab.probe.reachability import gap_text
from catenet.lab.world.world import World
from catenet.network.addresses import parse as parse_address


class Asked(NamedTuple):
    """Who asks whom.  ``server`` is None if only name servers know it."""

    origin: Origin
    client: HostNode
    server: IpNode | None


def asked(world: World, url: str, source: NodeReference | None) -> Asked:
    """The ends of a request.  Raises LabError if the URL or its host is wrong."""
    try:
        origin, _ = split_url(url)
    except ClientError as error:
        raise LabError(str(error)) from error
    server = _node_of(world, origin.host) or _node_in_domain(world, origin.host)
    client = _default_client(world, server) if source is None else world.registry.host(source, "request")
    if server is client:
        raise LabError(f"{url} names its own client, {client.name}; a request needs another host (--from)")
    return Asked(origin, client, server)


def _node_of(world: World, host: str) -> IpNode | None:
    """The node with this name or address; None if only name servers may know it."""
    nodes = world.registry.ip_nodes()
    for node in nodes:
        if node.name.lower() == host.lower() or host in map(str, node.addresses):
            return node
    if world.nameservers.in_use and not _is_address(host):
        return None
    if _is_address(host):
        raise LabError(f"no node of this internet has the address {host}")
    names = [node.name for node in nodes]
    raise LabError(f"no node of this internet is called {host!r}{did_you_mean(host, names)}")


def _node_in_domain(world: World, host: str) -> IpNode | None:
    """The node whose name this is in a domain that hosts search."""
    name = host.lower().removesuffix(".")
    domains = dict.fromkeys(domain for own in world.nameservers.in_use.values() for domain in own.search)
    names = {name.removesuffix(f".{domain.lower().removesuffix('.')}") for domain in domains} - {name}
    return next((node for node in world.registry.ip_nodes() if node.name.lower() in names), None)


def _is_address(host: str) -> bool:
    try:
        parse_address(host)
    except ValueError:
        return False
    return True


def _default_client(world: World, server: IpNode | None) -> HostNode:
    """The first host that is not the server, and runs no service if there is one such."""
    serving = {record.process.host.name for record in world.processes.known if record.service}
    hosts = [node for node in world.registry.hosts() if node is not server]
    if not hosts:
        raise LabError("a request needs a client, and this internet has no other host; declare one")
    return next((node for node in hosts if node.name not in serving), hosts[0])


def serving_node(to: Asked) -> HostNode:
    """The host on which ``--serve`` starts a server.  Raises LabError if it is none."""
    server = to.server
    if server is None:
        raise LabError(f"--serve needs a host's own name, and only name servers may know {to.origin.host!r}")
    if not isinstance(server, HostNode):
        raise LabError(f"{server.name} is a {server.kind}, which runs no programs; name a host")
    return server


def failure(world: World, to: Asked, error: BaseException | None) -> LabError:
    """Why there is no answer, and what would be right."""
    where = f"{to.origin.host} port {to.origin.port}"
    at = duration_text(int(world.kernel.now_ns))
    if error is None or isinstance(error, TimeoutError):
        return LabError(f"no answer from {where} up to {at}{_gap(world, to)}")
    told = str(error)
    causes = (error, error.__cause__)
    if any(isinstance(cause, OSError) and cause.errno == errno.ECONNREFUSED for cause in causes):
        return LabError(f"no program listens at TCP port {to.origin.port} of {to.origin.host}{_listening(to)}")
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return LabError(f"{told}; for a server without TLS, write http://")
    if "has no address" in told:
        return LabError(f"{told}; {_another_name(world, to)}")
    return LabError(f"{told if to.origin.host in told else f'{where}: {told}'}{_gap(world, to)}")


def _gap(world: World, to: Asked) -> str:
    if to.server is None:
        return ""
    target: Target = target_of(world, to.client.name, to.server.name)
    told = gap_text(world, to.client.name, target)
    return f": {told}; --at TIME runs the scenario up to then first" if told else ""


def _listening(to: Asked) -> str:
    """What would be right: the ports at which a program listens, or a server of our own."""
    ports = [] if to.server is None else to.server.machine.tcp.table.listening_ports()
    known = f", only at {', '.join(map(str, ports))}" if ports else ""
    return f"{known}; --serve starts an HTTP server there"


def _another_name(world: World, to: Asked) -> str:
    if to.server is not None and to.server.addresses:
        return f"{to.server.name} has the address {to.server.addresses[0]}"
    names = [node.name for node in world.registry.ip_nodes()]
    return f"name a host of this internet{did_you_mean(to.origin.host, names)}"
