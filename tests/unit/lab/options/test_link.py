"""How a link's options are written."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.errors import LabError
from catenet.lab.model.names import check_name, fold
from catenet.lab.options import link as options
from catenet.physical.jitter import Normal, Pareto, RecordedJitter, Uniform
from catenet.physical.loss import Bernoulli, GilbertElliott, RecordedLoss


def test_jitter_in_all_its_forms() -> None:
    uniform = options.parse_jitter("2ms")
    assert isinstance(uniform, Uniform)
    assert uniform.spread_ns == 2_000_000
    assert isinstance(options.parse_jitter({"normal": "1ms"}), Normal)
    pareto = options.parse_jitter({"pareto": "1ms", "shape": 3})
    assert isinstance(pareto, Pareto)
    assert (pareto.scale_ns, pareto.shape) == (1_000_000, 3.0)
    recorded = options.parse_jitter({"recorded": ["0.1ms", "3ms"]})
    assert isinstance(recorded, RecordedJitter)
    assert recorded.series_ns == [100_000, 3_000_000]
    assert options.parse_jitter(0) is None


def test_loss_in_all_its_forms() -> None:
    random = options.parse_loss("2%")
    assert isinstance(random, Bernoulli)
    assert random.share == 0.02
    burst = options.parse_loss({"burst": "1%", "length": 4, "loss": "50%"})
    assert isinstance(burst, GilbertElliott)
    assert (burst.to_bad, burst.to_good, burst.loss_in_bad, burst.loss_in_good) == (0.01, 0.25, 0.5, 0.0)
    recorded = options.parse_loss({"recorded": [0, 1]})
    assert isinstance(recorded, RecordedLoss)
    assert recorded.series == [False, True]
    assert options.parse_loss("0%") is None


def test_queues_in_frames_and_octets() -> None:
    assert options.parse_queue("100 frames") == options.QueueLimit(100, 0)
    assert options.parse_queue(100) == options.QueueLimit(100, 0)
    assert options.parse_queue("64KiB") == options.QueueLimit(0, 65_536)
    assert options.parse_queue({"frames": 5, "octets": "1kB"}) == options.QueueLimit(5, 1000)


def test_reordering_has_a_lateness() -> None:
    assert options.parse_reorder("5%") == options.Reordering(0.05, 1_000_000)
    assert options.parse_reorder({"share": "5%", "late": "4ms"}) == options.Reordering(0.05, 4_000_000)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("rate", "10 parsec", "unknown unit"),
        ("delay", "14", "no unit"),
        ("loss", "120%", "between 0 and 1"),
        ("loss", {"bursts": "1%"}, "did you mean 'burst'"),
        ("loss", {}, "exactly one of random, burst, recorded"),
        ("loss", {"burst": "1%", "lenght": 3}, "did you mean 'length'"),
        ("loss", {"burst": "1%", "length": 0.5}, "in frames, is a number from 1 to"),
        ("jitter", {"pareto": "1ms", "shape": "wide"}, "is a number"),
        ("jitter", {"recorded": []}, "at least one entry"),
        ("mtu", 500, "required by IPv6"),
        ("queue", "some", "write its limit like"),
        ("queue", 0, "holds nothing"),
        ("queue", {"frame": 3}, "did you mean 'frames'"),
        ("cost", 0, "from 1 to 4294967295"),
        ("cost", 1 << 32, "from 1 to 4294967295"),
        ("dely", "1ms", "did you mean 'delay'"),
    ],
)
def test_mistakes_name_the_link_and_the_option(key: str, value: Any, said: str) -> None:
    with pytest.raises(LabError, match=said) as caught:
        options.parse_options({key: value}, options.LINK_OPTIONS, "link paris-oslo")
    assert str(caught.value).startswith("link paris-oslo: ")


@pytest.mark.parametrize(
    "name",
    [
        *("", "-paris", "paris oslo", "paris/oslo", "x" * 64, "Zürich!", "1.2", "LocalHost", "\udcff", 7),
        pytest.param("가나다라마바사아자차카타파하" * 4, id="long in IDNA"),
    ],
)
def test_names_that_cannot_be(name: object) -> None:
    with pytest.raises(LabError, match="cannot be a name"):
        check_name(name)


@pytest.mark.parametrize("name", ["paris", "a_b.c-d", "x" * 63, "서울", "Zürich", "हिन्दी", "Łódź-2"])
def test_names_in_any_script(name: str) -> None:
    assert check_name(name) == name


def test_spellings_of_one_name() -> None:
    assert fold("Zürich") == fold("zu\u0308rich") == fold("ZÜRICH.") == "xn--zrich-kva"
    assert fold("Paris") == "paris"
    assert check_name("zu\u0308rich") == "zürich"
