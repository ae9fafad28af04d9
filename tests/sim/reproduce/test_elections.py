"""What is known of elections: a small share of each experiment, and all of them where there is time."""

from __future__ import annotations

import json
import math
from statistics import fmean, median

import pytest

from catenet.cli.main import status_of
from catenet.experiments import (
    false_elections,
    lan_election,
    partial_connectivity,
    snr_election,
    split_votes,
    wan_election,
)
from catenet.experiments.parallel import side_by_side


def test_the_formula_of_split_votes_is_the_published_table() -> None:
    table = {
        (3, 1): (9.8, 19.0, 36.0),
        (5, 1): (1.4, 5.2, 18.1),
        (5, 2): (14.3, 27.1, 48.8),
        (9, 4): (22.6, 41.0, 67.2),
    }
    for (servers, failed), chances in table.items():
        for latency, chance in zip((0.05, 0.1, 0.2), chances, strict=True):
            assert 100 * split_votes.expected(servers, failed, latency) == pytest.approx(chance, abs=0.06)


def test_votes_are_split_the_more_often_the_longer_messages_take() -> None:
    shares = [split_votes.measure(split_votes.Case(3, 1, latency, 50, 1)) for latency in (0.05, 0.4)]
    assert shares[0] < 0.3
    assert shares[1] == pytest.approx(split_votes.expected(3, 1, 0.4), abs=0.25)


def test_an_election_over_a_wide_area_takes_its_time() -> None:
    took_ms = wan_election.measure(wan_election.Case(1, 40, 1))
    assert min(took_ms) > 300 + 2 * 30 - 5
    assert fmean(took_ms) == pytest.approx(475, rel=0.15)


def test_who_loses_two_of_five_servers_waits_longer() -> None:
    one = wan_election.measure(wan_election.Case(1, 40, 1))
    two = wan_election.measure(wan_election.Case(2, 40, 1))
    assert fmean(two) > fmean(one)


def test_without_dice_nobody_is_elected() -> None:
    assert lan_election.measure(lan_election.Case(150, 150, 3_000, 1, 1)) == [math.inf]


def test_a_little_randomness_goes_a_long_way() -> None:
    little = lan_election.measure(lan_election.Case(150, 155, 60_000, 25, 1))
    more = lan_election.measure(lan_election.Case(150, 200, 60_000, 25, 1))
    assert max(little) < 60_000
    assert median(more) < median(little)


def all_cells() -> list[object]:
    """The whole table."""
    return [
        pytest.param(protocol, scenario, id=f"{protocol}: {scenario}")
        for protocol in partial_connectivity.PROTOCOLS
        for scenario in partial_connectivity.SCENARIOS
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("protocol", "scenario"), all_cells())
def test_who_keeps_a_leader_when_servers_hear_only_some_of_the_others(protocol: str, scenario: str) -> None:
    share = partial_connectivity.measure(partial_connectivity.Case(protocol, scenario, 8, 1))
    assert share in (0.0, 100.0)
    assert partial_connectivity.compare(protocol, scenario, 8, (share,)).holds


def test_the_table_of_the_paper_and_what_stands_beside_it() -> None:
    assert partial_connectivity.TABLE_1["Multi-Paxos"] == (False, True, False)
    assert not [cell for cell in partial_connectivity.DISPUTED if "Paxos" in cell[0]]
    assert {*partial_connectivity.TABLE_1, *partial_connectivity.ELSEWHERE} == set(partial_connectivity.PROTOCOLS)
    entries = [
        partial_connectivity.compare(protocol, "chained", 30, (100.0,)).entries[0].text
        for protocol in partial_connectivity.PROTOCOLS
    ]
    assert entries == ["no, **100 %**", "no, **100 %**", "yes, 100 %", "yes, 100 %", "100 %", "100 %"]


def test_a_disputed_cell_is_taken_either_way_and_others_are_not() -> None:
    for share in (0.0, 100.0):
        assert partial_connectivity.compare("Raft", "quorum loss", 30, (share,)).holds
        assert partial_connectivity.compare("Raft", "constrained election", 30, (share,)).holds is (share == 0)


def test_datagrams_follow_the_formula_and_tcp_does_not() -> None:
    datagrams = false_elections.Case(False, 30, 0.5, 420, 1)
    assert false_elections.measure(datagrams).mean == pytest.approx(false_elections.expected(0.5), rel=0.4)
    assert not false_elections.differs(datagrams, false_elections.measure(datagrams))
    stream = false_elections.Case(True, 30, 0.3, 300, 1)
    seen = false_elections.measure(stream)
    assert seen.mean < false_elections.expected(0.3) / 3
    assert false_elections.differs(stream, seen)


def test_a_good_fibre_loses_nothing_and_a_bad_one_its_leader() -> None:
    good = snr_election.measure(snr_election.Case(17.0, 1, 1))
    assert (good.damaged, good.retransmitted, good.elections, good.failed) == (0, 0, 0, 0)
    assert 45.0 < good.gap_ms < 55.0, "a heartbeat each 50 ms"
    weak = snr_election.measure(snr_election.Case(12.5, 1, 1))
    assert 0 < weak.damaged < weak.frames / 20
    assert weak.retransmitted > 0
    assert weak.gap_ms > good.gap_ms
    bad = snr_election.measure(snr_election.Case(9.0, 1, 1))
    assert bad.damaged > bad.frames / 2
    assert bad.elections >= 1
    assert bad.failed > 0


def test_side_by_side_keeps_the_order() -> None:
    assert list(side_by_side(math.factorial, [5, 3, 4], jobs=2)) == [120, 6, 24]


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "experiment",
    ["split-votes", "wan-election", "lan-election", "partial-connectivity", "false-elections", "snr-election"],
)
def test_all_of_it(experiment: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = status_of(["reproduce", experiment, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert [figure for figure in found["figures"] if not figure["holds"]] == []
    assert status == 0
