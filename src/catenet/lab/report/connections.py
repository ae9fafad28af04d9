"""The TCP connections of a run as tables: both ends, and goodput."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any

from catenet.lab.observe.connections import ConnectionRecord, Ends
from catenet.network.addresses import text as address_text
from catenet.transport.tcp.connection.info import TcpInfo
from catenet.transport.tcp.connection.state import STATE_NAMES

if TYPE_CHECKING:
    from catenet.lab.world.world import World


def connection_tables(net: World) -> list[dict[str, Any]]:
    """Every established connection in order of time: both ends, if recorded, and goodput."""
    clients: list[ConnectionRecord] = []
    servers: dict[Ends, list[ConnectionRecord]] = {}
    for journal in net.journals:
        for record in journal.records:
            if record.passive:
                servers.setdefault(record.ends, []).append(record)
            else:
                clients.append(record)
    pairs: list[tuple[ConnectionRecord | None, ConnectionRecord | None]] = [
        (client, _server_of(client, servers)) for client in clients
    ]
    pairs += [(None, server) for rest in servers.values() for server in rest]
    pairs.sort(key=lambda pair: (pair[0] or _there(pair[1])).opened_ns)
    return [_table(net, client, server) for client, server in pairs]


def _server_of(client: ConnectionRecord, servers: dict[Ends, list[ConnectionRecord]]) -> ConnectionRecord | None:
    """The other end: the first unmatched one between the same ports."""
    found = servers.get(client.ends)
    return found.pop(0) if found else None


def _there(record: ConnectionRecord | None) -> ConnectionRecord:
    assert record is not None, "a connection has at least one end here"
    return record


def _table(net: World, client: ConnectionRecord | None, server: ConnectionRecord | None) -> dict[str, Any]:
    """One connection; an end in Linux has no record here."""
    known = client or _there(server)
    version, client_address, client_port, server_address, server_port = known.ends
    info = known.info()
    ended_ns = known.ended_ns if known.ended_ns >= 0 else int(net.kernel.now_ns)
    lasted_s = (ended_ns - known.opened_ns) / 1e9
    to_server = info.bytes_acked if server is None else server.info().bytes_received
    to_client = info.bytes_acked if client is None else client.info().bytes_received
    return {
        "client": _name(net, version, client_address) if client is None else client.host,
        "server": _name(net, version, server_address),
        "client_address": address_text(version, client_address),
        "client_port": client_port,
        "server_address": address_text(version, server_address),
        "server_port": server_port,
        "opened_ns": known.opened_ns,
        "ended_ns": known.ended_ns if known.ended_ns >= 0 else None,
        "to_server_bytes": to_server,
        "to_client_bytes": to_client,
        "to_server_bit_s": to_server * 8 / lasted_s if lasted_s > 0 else 0.0,
        "to_client_bit_s": to_client * 8 / lasted_s if lasted_s > 0 else 0.0,
        "client_end": None if client is None else _end(client, client.info()),
        "server_end": None if server is None else _end(server, server.info()),
    }


def _name(net: World, version: int, address: int) -> str:
    return net.naming.table.name_of(version, address) or address_text(version, address)


def _end(record: ConnectionRecord, info: TcpInfo) -> dict[str, Any]:
    return {
        "state": STATE_NAMES[info.state],
        "error": errno.errorcode.get(record.error) if record.error else None,
        "congestion": info.congestion,
        "mss_bytes": info.mss,
        "cwnd_bytes": info.cwnd_bytes,
        "srtt_ns": info.srtt_ns,
        "min_rtt_ns": info.min_rtt_ns,
        "rto_ns": info.rto_ns,
        "sent_bytes": info.bytes_sent,
        "retransmitted_bytes": info.bytes_retransmitted,
        "retransmits": info.total_retransmits,
        "segments_out": info.segments_out,
        "segments_in": info.segments_in,
    }
