"""How a queue discipline is written, its defaults, and what is said of mistakes."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any, get_args

import pytest

from catenet import Internet, LabError
from catenet.lab.options import link, types
from catenet.lab.options.queue_disciplines import PARSERS, DisciplineChoice
from catenet.lab.options.types import options_of
from catenet.link import DropTail
from catenet.link.queues.codel import CodelQueue
from catenet.link.queues.drr import Drr
from catenet.link.queues.fq_codel import FqCodel
from catenet.link.queues.pie import Pie
from catenet.link.queues.prio import Prio
from catenet.link.queues.red import Red
from catenet.link.queues.registry import DISCIPLINES
from catenet.link.queues.token_bucket import TokenBucket
from catenet.link.queues.wfq import Wfq
from catenet.scenario import load

TABLES = {
    "pfifo": types.PfifoTable,
    "bfifo": types.BfifoTable,
    "red": types.RedTable,
    "codel": types.CodelTable,
    "fq_codel": types.FqCodelTable,
    "pie": types.PieTable,
    "tbf": types.TbfTable,
    "drr": types.DrrTable,
    "prio": types.PrioTable,
    "wfq": types.WfqTable,
}
TBF = "tbf rate 8Mbit/s burst 10kB latency 50ms"


def made(value: Any) -> Any:
    return link.parse_queue(value).make()


def test_the_names_and_their_parameters_are_those_of_the_types() -> None:
    assert get_args(types.QueueKind) == tuple(DISCIPLINES) == tuple(PARSERS) == tuple(TABLES)
    for kind, table in TABLES.items():
        assert set(options_of(table)) == {"kind", *PARSERS[kind]}
    shares = {"quantum", "weight"}
    for kind, share in (("drr", "quantum"), ("wfq", "weight")):
        for key in set(options_of(types.ClassTable)) - shares:
            value: Any = {"dscp": 1, "protocol": "tcp", "source": "10.0.0.0/8", "destination": "fd00::/8"}.get(key, 80)
            made({"kind": kind, "classes": [{key: value}, {share: 500}]})


def test_defaults_are_those_of_linux() -> None:
    codel, fq, pie, red = made("codel"), made("fq_codel"), made("pie"), made("red")
    assert isinstance(codel, CodelQueue)
    assert (codel.limit, codel.codel.parameters.target_ns, codel.codel.parameters.interval_ns) == (1000, 5e6, 1e8)
    assert not codel.codel.parameters.ecn
    assert isinstance(fq, FqCodel)
    assert (fq.limit, fq.flows, fq.quantum_octets, fq.memory_limit_octets, fq.drop_batch) == (
        10_240, 1024, 1514, 32 << 20, 64,
    )  # fmt: skip
    assert (fq._parameters.target_ns, fq._parameters.interval_ns, fq._parameters.ecn) == (5e6, 1e8, True)
    assert isinstance(pie, Pie)
    assert (pie.limit, pie.control.target_ns, pie.control.update_ns) == (1000, 15e6, 15e6)
    assert (pie.control.alpha, pie.control.beta, pie.ecn, pie.bytemode) == (0.125, 1.25, False, False)
    assert isinstance(red, Red)
    told = red.parameters
    assert (told.limit_octets, told.max_octets, told.min_octets, told.weight) == (400_000, 100_000, 33_333, 1 / 32)
    assert (told.probability, told.frame_ns) == (0.02, 800_000)
    assert isinstance(made("drr"), Drr)
    assert isinstance(made("prio"), Prio)
    assert isinstance(made("wfq"), Wfq)


@pytest.mark.parametrize(
    ("given", "frames", "octets"),
    [
        ("pfifo", 1000, 1 << 60),
        ("pfifo limit 7", 7, 1 << 60),
        ("bfifo", 1 << 60, 1_518_000),
        ("bfifo limit 64KiB", 1 << 60, 65_536),
    ],
)
def test_drop_tail_by_its_names(given: str, frames: int, octets: int) -> None:
    queue = made(given)
    assert isinstance(queue, DropTail)
    assert (queue.limit_frames, queue.limit_octets) == (frames, octets)


@pytest.mark.parametrize(
    ("words", "table"),
    [
        ("codel limit 100 target 4ms interval 30ms ecn",
         {"limit": 100, "target": "4ms", "interval": 0.03, "ecn": True}),
        ("codel ce_threshold 1ms noecn", {"ce_threshold": "1ms", "ecn": False}),
        ("fq_codel noecn flows 16 quantum 300 memory_limit 1MB drop_batch 1",
         {"ecn": False, "flows": 16, "quantum": 300, "memory_limit": "1MB", "drop_batch": 1}),
        ("red limit 400000 min 30000 max 90000 avpkt 1000 burst 55 ecn adaptive bandwidth 10Mbit/s",
         {"limit": 400_000, "min": 30_000, "max": 90_000, "avpkt": 1000, "burst": 55, "ecn": True, "adaptive": True,
          "bandwidth": "10Mbit/s"}),
        ("red nodrop harddrop gentle probability 0.1",
         {"nodrop": True, "harddrop": True, "gentle": True, "probability": "10%"}),
        ("pie alpha 1.5 beta 3 tupdate 30ms bytemode", {"alpha": 1.5, "beta": 3, "tupdate": "30ms", "bytemode": True}),
        ("prio bands 4 limit 5", {"bands": 4, "limit": 5}),
        ("tbf rate 1Mbit/s burst 5kB limit 9000 peakrate 2Mbit/s mtu 1540",
         {"rate": "1Mbit/s", "burst": 5000, "limit": 9000, "peakrate": 2e6, "mtu": 1540}),
    ],
)  # fmt: skip
def test_words_of_tc_and_tables_say_the_same(words: str, table: dict[str, Any]) -> None:
    one, other = link.parse_queue(words), link.parse_queue({"kind": words.split(maxsplit=1)[0], **table})
    assert isinstance(one, DisciplineChoice)
    assert dict(one.parameters) == dict(other.parameters)  # type: ignore[union-attr]
    assert link.parse_queue(one) is one
    assert one.make() is not one.make()


def test_what_red_works_out_for_itself() -> None:
    """As tc does: max is a quarter of the limit, or three times min; burst is (2 min + max) / (3 avpkt)."""
    one, other = made("red limit 120000"), made("red min 20000")
    assert (one.parameters.min_octets, one.parameters.max_octets) == (10_000, 30_000)
    assert (other.parameters.min_octets, other.parameters.max_octets) == (20_000, 60_000)
    assert made("red min 20000 max 60000 burst 34").parameters.weight == other.parameters.weight


def test_a_latency_is_a_limit() -> None:
    queue = made(TBF)
    assert isinstance(queue, TokenBucket)
    assert queue.limit_octets == 8_000_000 * 0.05 / 8 + 10_000
    peak = made(f"{TBF} peakrate 8.8Mbit/s mtu 1514")
    assert peak.limit_octets == 8_800_000 * 0.05 / 8 + 1514


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("fqcodel", "unknown queue discipline .*did you mean 'fq_codel'"),
        ("drop", "write its limit like"),
        ({"kind": "cake"}, "unknown queue discipline .*known are pfifo"),
        ({"kind": 3}, "unknown queue discipline 3"),
        ({"kind": "codel", "taget": "5ms"}, "unknown parameter 'taget' of codel; did you mean 'target'"),
        ("codel taget 5ms", "unknown parameter 'taget' of codel; did you mean 'target'"),
        ("codel noecnn", "unknown parameter 'noecnn' of codel"),
        ("codel target", "codel target needs a value"),
        ("codel target 5", "codel target: "),
        ({"kind": "codel", "target": 0}, "must be above 0"),
        ({"kind": "codel", "ecn": "yes"}, "codel ecn: true or false"),
        ({"kind": "codel", "limit": 0}, "codel limit: a limit in frames"),
        ({"kind": "fq_codel", "flows": 70_000}, "from 1 to 65536"),
        ({"kind": "fq_codel", "quantum": 10}, "at least 64 bytes"),
        ({"kind": "pie", "alpha": 33}, "a number from 0 to 32"),
        ({"kind": "red", "min": 9000, "max": 5000}, "0 < min < max <= limit, not 9000, 5000"),
        ({"kind": "red", "burst": 3}, "make it at least 34"),
        ({"kind": "red", "probability": 0}, "must be above 0"),
        ({"kind": "red", "avpkt": 0}, "above 0 bytes"),
        ("tbf", "tbf: rate is needed"),
        ("tbf rate 1Mbit/s", "tbf: burst is needed"),
        ("tbf rate 1Mbit/s burst 10kB", "either limit or latency"),
        (f"{TBF} limit 5000", "either limit or latency"),
        (f"{TBF} mtu 1500", "go together"),
        (f"{TBF} peakrate 8Mbit/s mtu 1500", "peakrate must be above rate"),
        ({"kind": "prio", "bands": 2}, "priomap names band 2, and the last of 2 bands is 1"),
        ({"kind": "prio", "priomap": [0, 1]}, "a list of 16 bands"),
        ({"kind": "drr", "classes": []}, "1 to 1024 tables"),
        ({"kind": "drr", "classes": "x"}, "1 to 1024 tables"),
        ({"kind": "drr", "classes": [5]}, "class 1: a table like"),
        ({"kind": "drr", "classes": [{"dcsp": 1}, {}]}, "class 1: unknown key 'dcsp'; did you mean 'dscp'"),
        ({"kind": "drr", "classes": [{"weight": 1}]}, "class 1: unknown key 'weight'"),
        ({"kind": "wfq", "classes": [{"dscp": 64}, {}]}, "class 1: dscp: a DSCP is a whole number from 0 to 63"),
        ({"kind": "wfq", "classes": [{"protocol": "tpc"}, {}]}, "did you mean 'tcp'"),
        ({"kind": "wfq", "classes": [{"source": 5}, {}]}, "a prefix like"),
        ({"kind": "wfq", "classes": [{"source": "10.0.0.1/8"}, {}]}, "class 1: source"),
        ({"kind": "wfq", "classes": [{"dscp": 1}]}, "class 1 is the last, and does not match all"),
        ({"kind": "wfq", "classes": [{"weight": 2}, {}]}, "class 1 matches all, and more follow"),
        ({"kind": "wfq", "classes": [{"dscp": 1, "weight": 0}, {}]}, "a weight is a whole number"),
    ],
)  # fmt: skip
def test_mistakes(given: Any, said: str) -> None:
    net = Internet()
    a, b = net.routers("paris", "oslo")
    if given == "codel target 5":
        given = "codel target 5parsecs"
    with pytest.raises(LabError, match=f"paris-oslo: queue: .*{said}"):
        net.link(a, b, queue=given)


def test_each_direction_and_each_port_of_a_link_has_its_own() -> None:
    net = Internet()
    a, b = net.routers("a", "b")
    both = net.link(a, b, queue="codel")
    assert both.a.port.queue is not both.b.port.queue
    one = net.link(a, b, name="second", queue="fq_codel", back={"queue": {"kind": "pie", "target": "20ms"}})
    assert isinstance(one.a.port.queue, FqCodel)
    assert isinstance(one.b.port.queue, Pie)
    assert one.b.port.queue.control.target_ns == 20_000_000
    switch = net.switch("s")
    net.host("h", at=switch, queue="prio")
    assert isinstance(net.links["h-s"].b.port.queue, Prio)


def test_it_may_change_at_a_time() -> None:
    net = Internet()
    a, b = net.routers("a", "b")
    here = net.link(a, b)
    net.at("1s").set(here, queue={"kind": "codel", "target": "9ms"})
    net.at("2s").set(here, queue=50)
    net.run(until="1.5s")
    assert isinstance(here.a.port.queue, CodelQueue)
    net.run(until="3s")
    assert isinstance(here.b.port.queue, DropTail)
    texts = [entry["text"] for entry in net.result().summary()["timeline"]]
    assert "link a-b: queue (kind codel, target 9ms)" in texts
    with pytest.raises(LabError, match="did you mean 'pie'"):
        net.at("4s").set(here, queue="piee")


def test_a_scenario_takes_them(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    text = """
        [routers.a]
        [routers.b]
        [[links]]
        between = ["a", "b"]
        queue = { kind = "wfq", classes = [{ dscp = 46, weight = 3 }, { weight = 1 }] }
        [[links]]
        between = ["a", "b"]
        name = "other"
        queue = "fq_codel flows 8"
        """
    file.write_text(textwrap.dedent(text))
    net = load(file).build()
    assert isinstance(net.links["a-b"].a.port.queue, Wfq)
    assert isinstance(net.links["other"].a.port.queue, FqCodel)
