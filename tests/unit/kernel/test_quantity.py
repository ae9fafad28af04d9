"""Quantities as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel import quantity
from catenet.kernel.quantity import QuantityError
from catenet.kernel.quoting import quoted


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (quantity.duration_ns, "14ms", 14_000_000),
        (quantity.duration_ns, "2.5 s", 2_500_000_000),
        (quantity.duration_ns, "0.1us", 100),
        (quantity.duration_ns, "3µs", 3_000),
        (quantity.duration_ns, "1h", 3_600_000_000_000),
        (quantity.duration_ns, 1.5, 1_500_000_000),
        (quantity.duration_ns, "0", 0),
        (quantity.duration_ns, timedelta(days=1, seconds=2, microseconds=3), 86_402_000_003_000),
        (quantity.shift_ns, timedelta(microseconds=-1), -1_000),
        (quantity.rate_bit_s, "1Gbit/s", 10**9),
        (quantity.rate_bit_s, "56kbit/s", 56_000),
        (quantity.rate_bit_s, "10Mbps", 10**7),
        (quantity.size_bytes, "64KiB", 65_536),
        (quantity.size_bytes, "1MB", 10**6),
        (quantity.size_bytes, 1500, 1500),
        (quantity.length_m, "1200km", 1_200_000),
        (quantity.ratio, "0.1%", 0.001),
        (quantity.ratio, "0.5", 0.5),
        (quantity.ratio, 1, 1.0),
        (quantity.ratio, "1e-6", 1e-6),
        (quantity.ratio, "100%", 1.0),
        (quantity.shift_ns, "-1.5s", -1_500_000_000),
        (quantity.shift_ns, -2, -2_000_000_000),
        (quantity.drift_ppm, "-80ppm", -80.0),
        (quantity.drift_ppm, "80", 80.0),
        (quantity.snr_db, "17dB", 17.0),
        (quantity.snr_db, -3.5, -3.5),
        (quantity.frequency_hz, "10kHz", 10_000.0),
        (quantity.aperture_s, "100ps", 1e-10),
        (quantity.duration_ns, "3650d", 3650 * 86_400 * 10**9),
        (quantity.duration_ns, "1_000.5 ms", 1_000_500_000),
    ],
)
def test_reads(read, text: object, value: float) -> None:  # type: ignore[no-untyped-def]
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "says"),
    [
        (quantity.duration_ns, "14 mss", "unknown unit 'mss'"),
        (quantity.duration_ns, "14", "has no unit"),
        (quantity.duration_ns, "soon", "write it like '14ms'"),
        (quantity.duration_ns, "-1s", "must not be negative"),
        (quantity.duration_ns, True, "write it like '14ms'"),
        (quantity.snr_db, "61dB", "must lie between -20dB and 60dB"),
        (quantity.snr_db, "17", "has no unit"),
        (quantity.frequency_hz, "10 rpm", "units are Hz, kHz, MHz, GHz"),
        (quantity.duration_ns, float("inf"), "must not be infinite"),
        (quantity.duration_ns, "1e30s", "must lie between 0s and 3650d"),
        (quantity.duration_ns, 1e30, "must lie between 0s and 3650d"),
        pytest.param(quantity.duration_ns, 10**100_000, "a number of 332193 bits must lie between", id="long number"),
        pytest.param(quantity.duration_ns, "1" * 100_000 + "s", r"100001 letters\) is not a duration", id="long text"),
        (quantity.duration_ns, "1e9999999999999999999s", "is not a duration"),
        (quantity.duration_ns, {"s": 1}, "is not a duration"),
        (quantity.duration_ns, ["1s"], "is not a duration"),
        (quantity.duration_ns, None, "is not a duration"),
        (quantity.duration_ns, "\udcff", "is not a duration"),
        (quantity.duration_ns, float("nan"), "must not be infinite"),
        (quantity.duration_ns, "1.2.3s", "is not a duration"),
        (quantity.shift_ns, "-1e30s", "must lie between -3650d and 3650d"),
        (quantity.rate_bit_s, "1.5.2Gbit/s", "is not a rate; write it like '1Gbit/s'"),
        (quantity.rate_bit_s, "1e30bit/s", "must lie between"),
        (quantity.size_bytes, "1e30B", "must lie between"),
        (quantity.length_m, "1e30km", "must lie between"),
        (quantity.drift_ppm, "nan", "is not a drift; write it like '80ppm'"),
        (quantity.drift_ppm, "1e6ppm", "must lie between -500000ppm and 500000ppm"),
        (quantity.ratio, "1.5.2%", "is not a ratio"),
        (quantity.ratio, float("nan"), "must not be infinite"),
        (quantity.rate_bit_s, "0bit/s", "above zero"),
        (quantity.rate_bit_s, "1 GB", "units are bit/s"),
        (quantity.ratio, "120%", "between 0 and 1"),
        (quantity.ratio, "a lot", "write it like '0.1%'"),
    ],
)
def test_refuses_with_what_would_be_right(read, text: object, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(QuantityError, match=says):
        read(text)


@pytest.mark.slow
@given(
    st.sampled_from(
        [
            quantity.duration_ns,
            quantity.shift_ns,
            quantity.rate_bit_s,
            quantity.size_bytes,
            quantity.length_m,
            quantity.ratio,
            quantity.drift_ppm,
        ]
    ),
    st.one_of(
        st.text(),
        st.floats(),
        st.integers(),
        st.from_regex(r"[-+]?[0-9]{0,30}[._eE][-+0-9._]{0,30} ?[a-zA-Z%/]{0,6}", fullmatch=True),
        st.lists(st.none()),
    ),
)
def test_anything_is_a_finite_number_or_one_line(read, value: object) -> None:  # type: ignore[no-untyped-def]
    said = ""
    try:
        assert abs(read(value)) < 2**62
    except QuantityError as error:
        said = str(error)
    assert said == "" or "write it like" in said
    assert "\n" not in said
    assert len(said) < 300


def test_whole_numbers_tell_their_limits() -> None:
    assert quantity.whole_number(255, "a key's number", 0, 255) == 255
    for wrong in (256, -1, True, 1.0, "1", 10**5000, None):
        with pytest.raises(QuantityError, match="a key's number is a whole number from 0 to 255, not "):
            quantity.whole_number(wrong, "a key's number", 0, 255)


@pytest.mark.parametrize(
    ("duration", "text"),
    [(14_000_000, "14 ms"), (1_250_000_000, "1.25 s"), (120 * 10**9, "2 min"), (999, "999 ns"), (2_500, "2.5 µs")],
)
def test_writes_durations(duration: int, text: str) -> None:
    assert quantity.duration_text(duration) == text


UNITS = {
    quantity.duration_ns: {
        "ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "min": 60 * 10**9,
        "h": 3600 * 10**9, "d": 86_400 * 10**9,
    },
    quantity.shift_ns: {"ms": 10**6, "d": 86_400 * 10**9},
    quantity.rate_bit_s: {
        "bit/s": 1, "kbit/s": 1000, "Mbit/s": 10**6, "Gbit/s": 10**9, "Tbit/s": 10**12,
        "bps": 1, "kbps": 1000, "Mbps": 10**6, "Gbps": 10**9, "Tbps": 10**12,
    },
    quantity.size_bytes: {
        "B": 1, "kB": 1000, "KB": 1000, "MB": 10**6, "GB": 10**9, "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824,
    },
    quantity.length_m: {"m": 1, "km": 1000},
}  # fmt: skip


@pytest.mark.parametrize(
    ("read", "unit", "base"), [(read, unit, base) for read, units in UNITS.items() for unit, base in units.items()]
)
def test_each_unit_is_what_its_name_says(read, unit: str, base: int) -> None:  # type: ignore[no-untyped-def]
    """SI prefixes are powers of ten, IEC's of two: a link of 1 Gbps that is ten times too slow is hard to find."""
    assert read(f"7 {unit}") == read(f"7{unit}") == 7 * base


@pytest.mark.parametrize(
    ("read", "most", "beyond"),
    [
        (quantity.duration_ns, "3650d", "3650.00000001d"),
        (quantity.shift_ns, "-3650d", "-3650.00000001d"),
        (quantity.rate_bit_s, "1000000Tbit/s", "1000001Tbit/s"),
        (quantity.size_bytes, "1000000GiB", "1000001GiB"),
        (quantity.length_m, "1000000000km", "1000000001km"),
        (quantity.ratio, "100%", "100.0001%"),
        (quantity.drift_ppm, "500000ppm", "500001ppm"),
        (quantity.drift_ppm, "-500000ppm", "-500001ppm"),
    ],
)
def test_the_ends_of_a_range_belong_to_it(read, most: str, beyond: str) -> None:  # type: ignore[no-untyped-def]
    read(most)
    with pytest.raises(QuantityError, match="must lie between"):
        read(beyond)


def test_text_may_be_a_hundred_letters_long() -> None:
    assert quantity.duration_ns("1." + "0" * 97 + "s") == 10**9
    with pytest.raises(QuantityError, match=r"\(101 letters\) is not a duration"):
        quantity.duration_ns("1." + "0" * 98 + "s")


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (0, "0 ns"), (999, "999 ns"), (1000, "1 µs"), (1_500_000, "1.5 ms"), (10**9, "1 s"), (61 * 10**9, "61 s"),
        (60 * 10**9, "1 min"), (59 * 10**9, "59 s"), (7200 * 10**9, "120 min"), (-2_000_000, "-2 ms"),
    ],
)  # fmt: skip
def test_durations_as_people_write_them(duration: int, text: str) -> None:
    assert quantity.duration_text(duration) == text


def test_a_long_text_is_quoted_by_its_two_ends() -> None:
    """So that one sees which of several it was."""
    text = "a" * 40 + "b" * 40 + "c" * 40
    assert quoted(text) == f"'{'a' * 30}'...'{'c' * 30}' (120 letters)"
    assert quoted("x" * 78) == repr("x" * 78)
    assert quoted("x" * 81).endswith("(81 letters)")
    numbers = list(range(100))
    assert quoted(numbers) == f"{repr(numbers)[:30]}...{repr(numbers)[-30:]}"
    assert quoted(2**319) == f"{str(2**319)[:30]}...{str(2**319)[-30:]}"
    assert quoted(2**320) == "a number of 321 bits"


@pytest.mark.parametrize(
    ("count", "what", "text"),
    [
        (0, "link", "0 links"),
        (1, "link", "1 link"),
        (1000, "link", "1,000 links"),
        (2, "switch", "2 switches"),
        (2, "crash", "2 crashes"),
        (2, "loss", "2 losses"),
        (2, "box", "2 boxes"),
    ],
)
def test_a_count_has_the_word_for_one_or_for_many(count: int, what: str, text: str) -> None:
    assert quantity.counted(count, what) == text


@pytest.mark.parametrize(
    ("rate", "text"),
    [(999, "999 bit/s"), (1000, "1 kbit/s"), (1_500_000, "1.5 Mbit/s"), (10**9, "1 Gbit/s"), (10**12, "1 Tbit/s")],
)
def test_rates_as_people_write_them(rate: int, text: str) -> None:
    assert quantity.rate_text(rate) == text
