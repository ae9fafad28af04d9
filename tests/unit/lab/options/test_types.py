"""The types, the parsers and the schema of scenarios name the same options; a duration may be a timedelta."""

from __future__ import annotations

import inspect
from datetime import timedelta
from typing import Any, get_args

import pytest

from catenet import At, Internet, Link, QuantityError
from catenet.host.disk.files import DiskFaults
from catenet.kernel.quantity import duration_ns, rate_bit_s, shift_ns
from catenet.lab.faults.nemesis import draw_plan
from catenet.lab.files import schema
from catenet.lab.files.fault_tables import FaultKeys
from catenet.lab.options import link, ospf, rip, types
from catenet.lab.options.types import options_of
from catenet.lab.routing import nat
from catenet.lab.routing.protocols import ROUTINGS
from catenet.network.routing.ospf import settings
from catenet.network.routing.ospf.packets import authentication as ospf_authentication
from catenet.network.routing.rip import authentication as rip_authentication
from catenet.physical.phys.catalogue import PHYS

DECLARED = {"name", "addresses", "subnets", "at", "kind", "namespace", "device", "routes", "offload"} | {
    "lldp",
    "promiscuous",
    "dhcp",
    "ipv6",
    "accept_redirects",
    "nameservers",
    "resolv_conf",
}
"""What is said of a link or its node that is no option of the wire."""


def fields(model: Any) -> set[str]:
    return set(model.model_fields)


def keywords(method: Any) -> set[str]:
    parameters = inspect.signature(method).parameters.values()
    return {each.name for each in parameters if each.kind is each.KEYWORD_ONLY}


@pytest.mark.parametrize("method", [Internet.link, Internet.host, Internet.hosts, Internet.attach])
def test_whatever_makes_a_link_takes_all_its_options(method: Any) -> None:
    assert keywords(method) - DECLARED == set(options_of(types.LinkTable)) == set(link.LINK_OPTIONS)


def test_a_topology_takes_them_for_every_link_and_those_of_routers() -> None:
    assert keywords(Internet.topology) == set(link.LINK_OPTIONS) | {"routing", "rip", "ospf", "keys"}


@pytest.mark.parametrize("method", [At.set, Link.set])
def test_whatever_changes_a_link_takes_what_may_change(method: Any) -> None:
    assert keywords(method) == set(options_of(types.ChangeTable)) == set(link.CHANGEABLE)


def test_the_tables_of_a_link() -> None:
    assert set(options_of(types.DirectionTable)) == set(link.DIRECTION)
    assert set(options_of(types.LinkDirectionTable)) == set(link.LINK_DIRECTION)
    assert fields(schema.LinkOptions) == set(options_of(types.LinkTable)) - {"ospf"}
    assert fields(schema.ChannelOptions) == set(options_of(types.ChangeTable))


@pytest.mark.parametrize(
    ("table", "parse", "values"),
    [
        (types.UniformJitter, link.parse_jitter, {"uniform": "1ms"}),
        (types.NormalJitter, link.parse_jitter, {"normal": "1ms"}),
        (types.ParetoJitter, link.parse_jitter, {"pareto": "1ms", "shape": 2.0}),
        (types.RecordedDelays, link.parse_jitter, {"recorded": ["1ms"]}),
        (types.RandomLoss, link.parse_loss, {"random": "1%"}),
        (types.BurstLoss, link.parse_loss, {"burst": "1%", "length": 3, "loss": "50%", "loss_between": 0}),
        (types.RecordedLosses, link.parse_loss, {"recorded": [0, 1]}),
        (types.Reordered, link.parse_reorder, {"share": "1%", "late": "1ms"}),
        (types.QueueTable, link.parse_queue, {"frames": 10, "octets": "1kB"}),
    ],
)
def test_the_models_of_a_link_are_parsed_with_each_of_their_keys_and_no_other(
    table: type, parse: Any, values: dict[str, Any]
) -> None:
    assert set(options_of(table)) == set(values)
    parse(values)
    with pytest.raises(ValueError, match="'more'"):
        parse({**values, "more": 1})


def test_the_options_of_protocols() -> None:
    assert fields(schema.RipTable) == set(options_of(types.RipTable)) == set(rip.RIP_PARSERS)
    assert set(options_of(types.OspfTable)) == set(ospf.ROUTER_PARSERS)
    assert set(options_of(types.OspfLinkTable)) == set(ospf.LINK_PARSERS)


def test_the_timeouts_of_a_translator() -> None:
    assert set(options_of(types.NatTimeoutTable)) == set(nat.TIMEOUTS)
    assert fields(schema.NatTable) == keywords(Internet.nat)


def test_the_faults() -> None:
    assert keywords(At.disk) == set(DiskFaults.__dataclass_fields__)
    assert keywords(At.nemesis) == keywords(draw_plan) - {"start_ns"}
    assert keywords(At.nemesis) | keywords(At.clock) <= fields(FaultKeys)
    assert keywords(At.rot) <= fields(FaultKeys)


def test_the_closed_sets() -> None:
    assert get_args(types.Filtering) == tuple(nat.FILTERING)
    assert get_args(types.Routing) == ROUTINGS
    assert get_args(types.Authentication) == ospf_authentication.ALGORITHMS == rip_authentication.ALGORITHMS
    assert get_args(types.LinkFidelity) == link.FIDELITIES
    assert get_args(types.PhyName) == tuple(PHYS)
    assert get_args(types.OspfNetwork) == settings.NETWORK_KINDS
    assert get_args(types.AreaKind) == settings.AREA_KINDS
    assert get_args(types.Translation) == settings.TRANSLATIONS


# -- durations


def test_a_timedelta_is_exact_to_the_microsecond() -> None:
    assert duration_ns(timedelta(days=3000, microseconds=1)) == 3000 * 86_400 * 10**9 + 1000
    assert shift_ns(timedelta(microseconds=-1)) == -1000
    with pytest.raises(QuantityError, match="must not be negative"):
        duration_ns(timedelta(seconds=-1))
    with pytest.raises(QuantityError, match="is not a rate"):
        rate_bit_s(timedelta(seconds=1))


def test_a_timedelta_may_stand_for_every_time() -> None:
    net = Internet(reconverge=timedelta(milliseconds=50))
    a, b = net.routers("a", "b")
    here = net.link(a, b, delay=timedelta(microseconds=1500), jitter={"uniform": timedelta(milliseconds=1)})
    assert here.wire.forward.delay_ns == 1_500_000
    net.at(timedelta(seconds=1)).set(here, delay=timedelta(milliseconds=40))
    assert net.ping(a, b, count=2, interval=timedelta(seconds=2), timeout=timedelta(seconds=3)).received == 2
    assert here.wire.forward.delay_ns == 40_000_000
    assert "link a-b: delay 40 ms" in [entry["text"] for entry in net.result().summary()["timeline"]]
    assert net.run(until=timedelta(minutes=1)).summary()["virtual_ns"] == 60 * 10**9
