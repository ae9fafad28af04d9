"""The four lanes of 100GBASE-R: in any order, apart, with wrong bits in their markers."""

from __future__ import annotations

import numpy as np
import pytest

from catenet.physical.signals.bits import Bits, octets_of
from catenet.physical.signals.waveforms.catalogue import signal_phy
from catenet.physical.signals.waveforms.fec_lanes import (
    LANE_WORD_BITS,
    LANES,
    collected,
    deskewed,
    distributed,
    mapped_markers,
    marker,
)
from catenet.physical.signals.waveforms.hundred_gbase_r import SKEW_MOST_BITS

WORD_BITS = LANES * LANE_WORD_BITS


def words(count: int) -> Bits:
    """A word with markers and others, of random bits."""
    bits = np.random.default_rng(1).integers(0, 2, (count + 1) * WORD_BITS, np.uint8)
    bits[: mapped_markers().size] = mapped_markers()
    return bits


def apart(lanes: np.ndarray, order: list[int], skews: list[int]) -> np.ndarray:
    """The lanes in an order, each behind a number of random bits."""
    rng = np.random.default_rng(2)
    found = rng.integers(0, 2, (LANES, lanes.shape[1] + SKEW_MOST_BITS), np.uint8)
    for place, (lane, skew) in enumerate(zip(order, skews, strict=True)):
        found[place, skew : skew + lanes.shape[1]] = lanes[lane]
    return found


def test_each_lane_begins_with_marker_0_and_one_of_its_own() -> None:
    """Table 82-2: C1-68-21 for lane 0; F5-07-09 for lane 4; the second half of a marker is the first, inverted."""
    lanes = distributed(words(0))
    for lane in range(LANES):
        assert octets_of(lanes[lane, :64])[:3].hex() == "c16821"
        assert (lanes[lane, 64:128] == marker(4 + lane)).all()
    assert octets_of(marker(4)).hex() == "f5070900" + "0af8f6ff"


def test_symbols_go_to_the_lanes_in_turn() -> None:
    """Clause 91.5.2.8: ten bits each."""
    bits = words(1)
    lanes = distributed(bits)
    assert (lanes[2, 10:20] == bits[60:70]).all()
    assert (collected(lanes) == bits).all()


@pytest.mark.parametrize(("order", "skews"), [([0, 1, 2, 3], [0, 0, 0, 0]), ([3, 0, 2, 1], [0, 199, 17, 101])])
@pytest.mark.parametrize("wrong", [0, 6])
def test_lanes_are_aligned_again(order: list[int], skews: list[int], wrong: int) -> None:
    bits = words(3)
    lanes = apart(distributed(bits), order, skews)
    for place, skew in enumerate(skews):
        lanes[place, skew : skew + 8 * wrong : 8] ^= 1
    found = deskewed(lanes, SKEW_MOST_BITS)
    assert found is not None
    assert (collected(found) == bits[WORD_BITS:]).all()


def test_a_lane_without_markers_and_one_that_comes_twice_are_no_link() -> None:
    lanes = distributed(words(1))
    dark = apart(lanes, [0, 1, 2, 3], [0, 0, 0, 0])
    dark[1] = 0
    assert deskewed(dark, SKEW_MOST_BITS) is None
    assert deskewed(apart(lanes, [0, 1, 1, 3], [0, 1, 2, 3]), SKEW_MOST_BITS) is None
    assert deskewed(lanes[:, :100], SKEW_MOST_BITS) is None


def test_a_waveform_has_its_lanes_apart() -> None:
    """Without a generator all lanes begin at once; with one, they differ from frame to frame, and are read."""
    phy, rng = signal_phy("100gbase-r"), np.random.default_rng(5)
    plain, first, second = phy.waveform(b"x" * 64), phy.waveform(b"x" * 64, rng), phy.waveform(b"x" * 64, rng)
    assert plain.size == first.size
    assert (first != second).any()
    assert phy.receive(plain) == phy.receive(first) == phy.receive(second) == b"x" * 64
