"""What active queue management holds under TCP, and what queueing theory says: a share of each, and all with time."""

from __future__ import annotations

from statistics import median

import pytest

from catenet import Internet
from catenet.bench.traffic import BulkServer, BulkSource
from catenet.experiments.queues import bufferbloat, queueing
from catenet.experiments.queues.bufferbloat import CASES, measure
from catenet.link.queues.fq_codel import FqCodel

PORT = 5001


@pytest.mark.slow
@pytest.mark.parametrize("name", ["drop-tail, 1 s", "CoDel", "PIE"])
def test_a_queue_holds_its_delay_and_the_link_stays_full(name: str) -> None:
    (case,) = [each for each in CASES if each.name == name]
    result = measure(case.queue, 1)
    assert case.low_ms <= median(result.delays_ms) <= case.high_ms
    assert result.goodput_mbit_s >= case.goodput_mbit_s


@pytest.mark.long
def test_bufferbloat_as_it_is_published() -> None:
    assert [figure.what for figure in bufferbloat.bufferbloat(1) if not figure.holds] == []


@pytest.mark.slow
def test_ten_unlike_flows_share_fq_codel_evenly_and_a_ping_passes_them() -> None:
    """Round trips of 22 to 112 ms, CUBIC and Reno: Jain's index (Jain, Chiu and Hawe, 1984) and the slowest ping."""
    net = Internet(seed=1)
    left, right = net.routers("left", "right")
    here = net.link(left, right, rate="10Mbit/s", delay="10ms", queue="fq_codel")
    pinger, pinged = net.host("pinger", at=left), net.host("pinged", at=right)
    flows = []
    for number in range(10):
        source = net.host(f"source{number}", at=left, delay=f"{1 + 5 * number}ms")
        sink = net.host(f"sink{number}", at=right)
        flows.append((source, sink, "reno" if number % 2 else "cubic"))
    net.build()
    unloaded_ns = min(net.ping(pinger, pinged, count=3, interval="0.1s").rtts_ns)
    servers = []
    for source, sink, congestion in flows:
        servers.append(BulkServer())
        sink.tcp.listen(servers[-1], 4, 0, PORT, 16)
        BulkSource().start(source.tcp, 4, int(sink.addresses[0]), PORT, congestion)
    net.run(until="5s")
    before = [int(sum(each.received_octets for each in server.sinks)) for server in servers]
    found = net.ping(pinger, pinged, count=150, interval="0.1s")
    after = [int(sum(each.received_octets for each in server.sinks)) for server in servers]
    got = [b - a for a, b in zip(before, after, strict=True)]
    jain = sum(got) ** 2 / (len(got) * sum(each * each for each in got))
    assert jain >= 0.95
    assert found.received == 150
    assert max(found.rtts_ns) - unloaded_ns < 20_000_000
    assert isinstance(here.a.port.queue, FqCodel)
    assert here.a.port.counters()["dropped_codel"] > 0


@pytest.mark.slow
def test_waiting_times_are_those_of_theory() -> None:
    figures = list(queueing.measured(1, 10))
    assert len(figures) == len(queueing.CASES)
    assert [figure.what for figure in figures if not figure.holds] == []


@pytest.mark.long
def test_queueing_as_it_is_published() -> None:
    assert [figure.what for figure in queueing.queueing(1) if not figure.holds] == []


def test_the_closed_forms() -> None:
    told = {(case.model, case.load): queueing.expected(case) for case in queueing.CASES}
    assert [told["M/M/1", load] for load in (0.5, 0.8, 0.95)] == pytest.approx([1.0, 4.0, 19.0])
    assert [told["M/D/1", load] for load in (0.5, 0.8, 0.95)] == pytest.approx([0.5, 2.0, 9.5])
    assert told["M/M/1/10", 0.8] == pytest.approx(0.2 * 0.8**10 / (1 - 0.8**11))
    assert told["priority, first", 0.8] == pytest.approx(0.8 / 0.7)
    assert told["priority, second", 0.8] == pytest.approx(0.8 / 0.7 / 0.2)
