from __future__ import annotations

import contextlib
import gzip
import sys
import tracemalloc
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from catenet.errors import MissingExtra
from catenet.presentation.compression import CODINGS, DecompressionError, available, coding

EACH = pytest.mark.parametrize("name", CODINGS)
COMPRESSING = [name for name in CODINGS if name != "identity"]
OTHERS = {
    "zstd": lambda data: zstandard.ZstdCompressor(write_content_size=False).compress(data),
    "br": lambda data: brotli.compress(data, quality=1),
    "gzip": lambda data: gzip.compress(data, 9),
    "deflate": lambda data: zlib.compress(data, 1),
}
BOMB = 64 << 20


@pytest.mark.slow
@EACH
@given(data=st.binary(max_size=2000) | st.text(alphabet="ab", max_size=5000).map(str.encode))
def test_round_trip(name: str, data: bytes) -> None:
    compressed = coding(name).compress(data)
    assert coding(name).compress(data) == compressed
    assert coding(name).decompress(compressed, len(data)) == data
    if data:
        with pytest.raises(DecompressionError, match=f"more than {len(data) - 1} octets"):
            coding(name).decompress(compressed, len(data) - 1)


@pytest.mark.parametrize("name", COMPRESSING)
def test_what_others_compress(name: str) -> None:
    data = bytes(range(256)) * 500
    assert coding(name).decompress(OTHERS[name](data)) == data


@pytest.mark.slow
@pytest.mark.parametrize("name", COMPRESSING)
@given(junk=st.binary(max_size=100), place=st.integers(0, 1000))
def test_damage_is_noticed(name: str, junk: bytes, place: int) -> None:
    compressed = coding(name).compress(b"some text " * 20)
    for damaged in (junk, compressed + b"!" + junk, compressed[: place % len(compressed)]):
        with contextlib.suppress(DecompressionError):
            assert coding(name).decompress(damaged) != b"some text " * 20


@pytest.mark.parametrize("name", COMPRESSING)
def test_a_cut_off_form_and_what_follows_are_refused(name: str) -> None:
    compressed = coding(name).compress(b"some text " * 20)
    with pytest.raises(DecompressionError):
        coding(name).decompress(compressed[:-1])
    for size in (200, 300_000):
        whole = coding(name).compress(bytes(range(200)) * (size // 200))
        with pytest.raises(DecompressionError):
            coding(name).decompress(whole + b"x")


@pytest.mark.slow
@pytest.mark.parametrize("name", COMPRESSING)
def test_a_bomb_does_not_go_off(name: str) -> None:
    """64 MiB in less than 700 kB: what is allocated stays near the limit."""
    bomb = OTHERS[name](bytes(BOMB))
    assert len(bomb) < BOMB // 100
    tracemalloc.start()
    try:
        with pytest.raises(DecompressionError, match="more than 1000000 octets"):
            coding(name).decompress(bomb, 1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_a_large_window_of_zstd_is_refused() -> None:
    """RFC 9659: a decoder need not support windows above 8 MiB."""
    parameters = zstandard.ZstdCompressionParameters(window_log=27, compression_level=1)
    machine = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    with pytest.raises(DecompressionError, match="zstd: "):
        coding("zstd").decompress(machine.compress(bytes(9 << 20)) + machine.flush())


def test_names(monkeypatch: pytest.MonkeyPatch) -> None:
    assert available() == ["zstd", "br", "gzip", "deflate", "identity"]
    with pytest.raises(ValueError, match="'gzp' is unknown; did you mean 'gzip'"):
        coding("gzp")
    monkeypatch.setitem(sys.modules, "brotli", None)
    with pytest.raises(MissingExtra, match=r"needs the brotli package.*catenet\[services\]"):
        coding("br").compress(b"")
