"""The summary of a run: the figures of all layers, as a JSON object.

It is computed from the layers' counters on demand; the same run gives the same summary, octet for octet.  Units come
last in a name (``_ns``, ``_s``, ``_bit_s``, ``_bytes``); a share of one ends in ``_ratio``.  Lists and tables keep the
order of declaration.

=================  =================================================================================================
key                contents
=================  =================================================================================================
``schema``         ``1``; incremented when the meaning of a key changes
``name`` ``seed``  of the scenario; with ``fidelity``, ``outcome`` (see :class:`~catenet.lab.report.run.Run`),
                   ``virtual_ns`` (the duration of the run), ``events`` (the number of kernel events) and ``waits`` (in
                   a deadlock)
``physical``       frames on all wires; ``lost`` by reason; duplicated, reordered and corrupted ones
``link``           frames sent by all ports; ``dropped``, and ``marked`` with Congestion Experienced, by reason
``network``        ``ipv4``, ``ipv6`` and ``icmp`` counters by their MIB names, summed over all stacks, those above
                   zero; packets ``dropped`` by reason
``transport``      ``tcp`` and ``udp`` counters likewise; ``tcp.connections`` counts them, ``tcp.rtt`` is the
                   distribution of smoothed round-trip times over connections
``presentation``   ``tls``: ``handshakes`` of clients and servers, ``resumed`` ones, and ``failed`` ones by reason
``measurements``   the measurements of programs, by name: the distribution over ``all`` hosts, and ``by_host``
``counts``         the counters of programs, by name: ``all`` and ``by_host``
``links``          each link: ends, rate, delay, time down, and both directions with their losses, drops,
                   ``busy_ratio`` (share of the time spent sending) and ``mean_bit_s``; at a segment also the counters
                   of its MAC, ``half_duplex``
``hosts``          each host and router: its addresses, and its counters by layer
``connections``    each TCP connection, by its two ends; at most 1000, the rest is counted in ``connections_omitted``
``programs``       each program: host, name, service, state, start and end, and its error if it failed
``timeline``       events in order of time: ``time_ns``, ``what``, ``subject``, ``text``
``captures``       the number of captured frames, by link
``history``        if programs recorded one: its model, the number of operations, of ``answered`` ones, whether it is
                   ``linearizable``, and the ``refutation`` if not; see :mod:`~catenet.lab.observe.notes`
``forwarding``     with ``check_forwarding``: the number of loops and blackholes, the longest, and each episode; see
                   :mod:`~catenet.lab.forwarding`
=================  =================================================================================================

A distribution has ``count`` and, if that is not 0, ``mean_s``, ``min_s``, ``p50_s``, ``p90_s``, ``p95_s``,
``p99_s`` and ``max_s``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from catenet.lab.forwarding.episodes import entries as fault_entries
from catenet.lab.model.nodes import End, IpNode, Switch
from catenet.lab.model.processes import ProgramRecord, exception_text
from catenet.lab.observe.metrics import distribution
from catenet.lab.observe.timeline import Entry
from catenet.lab.report.connections import connection_tables
from catenet.lab.report.convergence import route_entries
from catenet.lab.report.timeouts import timeout_entries
from catenet.link.drop_reasons import BAD_FCS, DROP_COUNTERS, DROP_TEXT, MARK_COUNTERS, MARK_TEXT
from catenet.link.half_duplex.counters import NAMES as MAC_COUNTERS
from catenet.network import tracing
from catenet.network.addresses import text as address_text
from catenet.physical.channel import Channel
from catenet.physical.loss_reasons import LOSS_TEXT, LOST_CUT, LOST_DOWN, LOST_RANDOM, LOST_SIGNAL

if TYPE_CHECKING:
    from catenet.lab.model.link import Link
    from catenet.lab.world.world import World

SCHEMA: Final = 1
MAX_CONNECTIONS: Final = 1000
HALF_DUPLEX: Final = (*MAC_COUNTERS, "fragments")

Table = dict[str, Any]


def summarise(net: World, outcome: str, waits: Sequence[str]) -> Table:
    """The summary of a run with this outcome; ``waits`` lists what each program waits for in a deadlock."""
    links = [_link(net, link) for link in net.registry.links.values()]
    hosts = [_host(node) for node in net.registry.ip_nodes()]
    connections = connection_tables(net)
    forwarding = {} if net.forwarding is None else {"forwarding": net.forwarding.summary()}
    return {
        "schema": SCHEMA,
        "name": net.name,
        "seed": net.seed,
        "fidelity": net.fidelity,
        "outcome": outcome,
        "virtual_ns": int(net.kernel.now_ns),
        "events": int(net.kernel.events_fired),
        "waits": list(waits),
        "physical": _physical(net),
        "link": _link_layer(net),
        "network": _network(net, hosts),
        "transport": _transport(hosts, connections),
        "presentation": {"tls": _tls(node.machine.tls.counters() for node in net.registry.ip_nodes())},
        "measurements": _measurements(net),
        "counts": _counts(net),
        "links": links,
        "hosts": hosts,
        "connections": connections[:MAX_CONNECTIONS],
        "connections_omitted": max(0, len(connections) - MAX_CONNECTIONS),
        "programs": [_program(known) for known in net.processes.known],
        "timeline": [entry._asdict() for entry in timeline_entries(net)],
        "captures": net.captures.frames(),
        **forwarding,
        **net.notes.summary(),
    }


def timeline_entries(net: World) -> list[Entry]:
    """The lab's entries and the layers' notable events, in order of time."""
    names = net.kernel.trace.names
    entries = list(net.timeline.entries)
    rows = net.kernel.trace.rows()
    entries += route_entries(rows)
    entries += timeout_entries(rows)
    for row in rows:
        if row.kind == tracing.ADDRESS_CONFLICT:
            host, address = names[row.subject], address_text(row.a, row.b)
            text = f"{host} gives up {address}: another host has it too"
            entries.append(Entry(row.time_ns, "address-conflict", host, text))
    if net.forwarding is not None:
        entries += fault_entries(net.forwarding.episodes)
    return sorted(entries, key=lambda entry: entry.time_ns)


def _link(net: World, link: Link) -> Table:
    forward, backward = link.wire.forward, link.wire.backward
    return {
        "name": link.name,
        "a": link.a.node.name,
        "b": link.b.node.name,
        "rate_bit_s": int(forward.rate_bit_s),
        "delay_ns": int(forward.delay_ns),
        "mtu_bytes": link.a.port.mtu,
        "up": link.up,
        "down_ns": link.total_down_ns(),
        "directions": [
            _direction(net, link.a, link.b, forward),
            _direction(net, link.b, link.a, backward),
        ],
    }


def _direction(net: World, out: End, into: End, channel: Channel) -> Table:
    counters = channel.counters()
    elapsed_ns = int(net.kernel.now_ns)
    half_duplex = [name for name in HALF_DUPLEX if name in counters]
    return {
        "from": out.node.name,
        "to": into.node.name,
        "rate_bit_s": int(channel.rate_bit_s),
        "delay_ns": int(channel.delay_ns),
        "frames": counters["frames"],
        "octets": counters["octets"],
        "delivered_frames": counters["delivered_frames"],
        "lost": _lost([channel]),
        "dropped": _dropped([out.port.counters()], [into.port.counters()]),
        "marked": _marked([out.port.counters()]),
        "duplicated": counters["duplicated"],
        "reordered": counters["reordered"],
        "corrupted": counters["corrupted"],
        **({"half_duplex": _above_zero({name: counters[name] for name in half_duplex})} if half_duplex else {}),
        "busy_ratio": counters["busy_ns"] / elapsed_ns if elapsed_ns else 0.0,
        "mean_bit_s": counters["octets"] * 8 * 1e9 / elapsed_ns if elapsed_ns else 0.0,
    }


def _lost(channels: Iterable[Channel]) -> dict[str, int]:
    counters = [channel.counters() for channel in channels]
    reasons = {LOST_RANDOM: "lost_random", LOST_CUT: "lost_cut", LOST_DOWN: "lost_down", LOST_SIGNAL: "lost_signal"}
    return _above_zero({LOSS_TEXT[int(code)]: sum(each[key] for each in counters) for code, key in reasons.items()})


def _dropped(senders: Sequence[Mapping[str, int]], receivers: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Frames dropped by the senders and the receivers of links."""
    ends = {code: receivers if code == BAD_FCS else senders for code in DROP_TEXT}
    counted = {code: [each.get(DROP_COUNTERS[code], 0) for each in ends[code]] for code in DROP_TEXT}
    return _above_zero({DROP_TEXT[code]: sum(counts) for code, counts in counted.items()})


def _marked(senders: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Frames that senders marked with Congestion Experienced."""
    counted = {code: sum(each.get(MARK_COUNTERS[code], 0) for each in senders) for code in MARK_TEXT}
    return _above_zero({MARK_TEXT[code].removeprefix("marked: "): count for code, count in counted.items()})


def _physical(net: World) -> Table:
    channels = [each for link in net.registry.links.values() for each in (link.wire.forward, link.wire.backward)]
    totals = _sum(channel.counters() for channel in channels)
    names = ("frames", "octets", "delivered_frames", "duplicated", "reordered", "corrupted", "bits_flipped")
    return {**{name: totals.get(name, 0) for name in names}, "lost": _lost(channels)}


def _link_layer(net: World) -> Table:
    ports = [end.port.counters() for link in net.registry.links.values() for end in link.ends]
    switches = [node.device.counters() for node in net.registry.nodes.values() if isinstance(node, Switch)]
    return {
        "frames": sum(port["out_frames"] for port in ports),
        "octets": sum(port["out_octets"] for port in ports),
        "dropped": _dropped(ports, ports),
        "marked": _marked(ports),
        "switched": _above_zero(_sum(switches)),
    }


def _network(net: World, hosts: list[Table]) -> Table:
    dropped: dict[str, int] = {}
    for row in net.kernel.trace.rows():
        if row.kind == tracing.DROP:
            reason = tracing.REASONS[row.a]
            dropped[reason] = dropped.get(reason, 0) + 1
    layers = {name: _sum(host[name] for host in hosts) for name in ("ipv4", "ipv6", "icmp")}
    return {**layers, "dropped": dropped}


def _transport(hosts: list[Table], connections: list[Table]) -> Table:
    srtts = [(connection["client_end"] or connection["server_end"])["srtt_ns"] / 1e9 for connection in connections]
    tcp = {**_sum(host["tcp"] for host in hosts), "connections": len(connections)}
    return {
        "tcp": {**tcp, "rtt": distribution([srtt for srtt in srtts if srtt > 0])},
        "udp": _sum(host["udp"] for host in hosts),
    }


def _host(node: IpNode) -> Table:
    counters = node.stack.counters()
    tcp = node.machine.tcp.counters
    return {
        "name": node.name,
        "kind": node.kind,
        "addresses": [str(address) for address in node.addresses],
        "ipv4": _above_zero({name: value for name, value in counters.items() if _is_ip(name, "Ip")}),
        "ipv6": _above_zero({name: value for name, value in counters.items() if _is_ip(name, "Ip6")}),
        "icmp": _above_zero({name: value for name, value in counters.items() if name.startswith("Icmp")}),
        "tcp": _above_zero({**tcp.mib(), **tcp.extended()}),
        "udp": _above_zero(node.machine.udp.counters()),
        "tls": node.machine.tls.counters(),
    }


def _tls(hosts: Iterable[Table]) -> Table:
    counted = list(hosts)
    failed = _sum(host.get("failed", {}) for host in counted)
    totals = {name: sum(host.get(name, 0) for host in counted) for name in ("handshakes", "resumed")}
    return {**totals, "failed": failed}


def _is_ip(name: str, prefix: str) -> bool:
    return name.startswith(prefix) and name[len(prefix) : len(prefix) + 1].isalpha()


def _measurements(net: World) -> Table:
    recorders = [(node.name, node.host.metrics) for node in net.registry.hosts()]
    names = dict.fromkeys(name for _, metrics in recorders for name in metrics.names())
    return {
        name: {
            "all": distribution([sample for _, metrics in recorders for sample in metrics.samples(name)]),
            "by_host": {
                host: distribution(metrics.samples(name)) for host, metrics in recorders if name in metrics.names()
            },
        }
        for name in names
    }


def _counts(net: World) -> Table:
    counts = [(node.name, node.host.metrics.counts()) for node in net.registry.hosts()]
    names = dict.fromkeys(name for _, counted in counts for name in counted)
    return {
        name: {
            "all": sum(counted.get(name, 0) for _, counted in counts),
            "by_host": {host: counted[name] for host, counted in counts if name in counted},
        }
        for name in names
    }


def _program(known: ProgramRecord) -> Table:
    process = known.process
    return {
        "host": process.host.name,
        "name": process.name,
        "service": known.service,
        "state": process.state,
        "start_ns": known.start_ns,
        "end_ns": process.ended_ns if process.ended_ns >= 0 else None,
        "error": exception_text(process.exception) or None,
    }


def _sum(tables: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for table in tables:
        for name, value in table.items():
            total[name] = total.get(name, 0) + value
    return total


def _above_zero(table: Mapping[str, int]) -> dict[str, int]:
    return {name: value for name, value in table.items() if value}
