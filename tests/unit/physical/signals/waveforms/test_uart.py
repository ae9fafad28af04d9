"""A UART: characters on the line, and what a receiver makes of samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.physical.phys.catalogue import PHYS
from catenet.physical.phys.serial_line import CharacterFormat, SerialLine
from catenet.physical.signals.waveforms.uart import OVERSAMPLING, Characters, Uart

FORMATS = st.builds(
    CharacterFormat,
    data_bits=st.integers(5, 8),
    parity=st.sampled_from(["none", "even", "odd"]),
    stop_bits=st.integers(1, 2),
)
IDLE = np.ones(5 * OVERSAMPLING, np.float32)


def line(*bits: int) -> Any:
    """Samples of an idle line, these bits, and an idle line."""
    return np.concatenate((IDLE, np.repeat(2.0 * np.array(bits) - 1.0, OVERSAMPLING), IDLE))


def test_a_character_is_start_data_parity_and_stop_bits() -> None:
    """0x4B has four ones: the lowest bit first."""
    assert Uart().bits(b"\x4b").tolist() == [0, 1, 1, 0, 1, 0, 0, 1, 0, 1]
    assert Uart(CharacterFormat(parity="even", stop_bits=2)).bits(b"\x4b").tolist() == [
        *(0, 1, 1, 0, 1, 0, 0, 1, 0),
        *(0, 1, 1),
    ]
    assert Uart(CharacterFormat(7, "odd")).bits(b"\x4b").tolist() == [0, 1, 1, 0, 1, 0, 0, 1, 1, 1]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(FORMATS, st.lists(st.integers(0, 255), max_size=20), st.integers(0, 40))
def test_what_is_sent_is_received(form: CharacterFormat, numbers: list[int], idle: int) -> None:
    octets = bytes(number & (1 << form.data_bits) - 1 for number in numbers)
    uart = Uart(form)
    samples = np.concatenate((np.ones(idle, np.float32), uart.waveform(octets)))
    assert uart.receive(samples) == Characters(octets, 0, 0, 0)
    assert samples.size == idle + len(octets) * form.bits * OVERSAMPLING


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["even", "odd"]), st.integers(0, 255), st.integers(1, 9))
def test_any_single_wrong_bit_is_a_parity_error(parity: Any, number: int, wrong: int) -> None:
    uart = Uart(CharacterFormat(parity=parity))
    bits = uart.bits(bytes([number]))
    bits[wrong] ^= 1
    assert uart.receive(line(*bits)) == Characters(b"", 0, 1, 0)


def test_a_low_stop_bit_is_a_framing_error() -> None:
    bits = Uart().bits(b"A")
    bits[-1] = 0
    found = Uart().receive(np.concatenate((line(*bits), Uart().waveform(b"B"))))
    assert found == Characters(b"B", 1, 0, 0)


def test_a_break_is_one_framing_error_however_long() -> None:
    found = Uart().receive(np.concatenate((line(*[0] * 35), Uart().waveform(b"B"))))
    assert found == Characters(b"B", 1, 0, 1)


def test_a_short_pulse_is_no_start_bit() -> None:
    """Noise that is over before the middle of the bit; three samples decide, so one that is wrong does not count."""
    samples = np.concatenate((IDLE, Uart().waveform(b"Z"), IDLE))
    samples[3:6] = -1.0
    for bit in range(10):
        samples[IDLE.size + bit * OVERSAMPLING + 8] *= -1.0
    assert Uart().receive(samples) == Characters(b"Z", 0, 0, 0)


@pytest.mark.parametrize("drift", [-0.03, 0.03])
def test_clocks_may_differ_by_three_per_cent(drift: float) -> None:
    """Each start bit aligns the receiver anew, so the error grows over one character only."""
    octets = bytes(range(0, 256, 7))
    samples = Uart().waveform(octets)
    places = np.arange(int(samples.size / (1.0 + drift))) * (1.0 + drift)
    assert Uart().receive(samples[places.astype(int)]).octets == octets


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"data_bits": 9}, "5 to 8 data bits, not 9"),
        ({"parity": "mark"}, "not 'mark'"),
        ({"stop_bits": 3}, "1 or 2 stop bits, not 3"),
    ],
)
def test_what_is_no_format(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CharacterFormat(**given)


def test_a_character_must_fit_its_data_bits() -> None:
    with pytest.raises(ValueError, match="a character of 7 bits is below 128"):
        Uart(CharacterFormat(7)).bits(b"\x80")


def test_a_line_with_parity_is_slower() -> None:
    plain, parity = PHYS["serial-115200"], PHYS["serial-115200-8e1"]
    assert (plain.rate_bit_s, parity.rate_bit_s) == (92_160, 83_781)
    assert isinstance(parity, SerialLine)
    assert (parity.units(100), parity.undelimited().units(100)) == (1122, 1100)
