"""The wire: messages and their authentication are exact inverses, and nothing forged or torn is taken."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.network.routing.rip import drop_reasons
from catenet.network.routing.rip.authentication import ALGORITHMS, Key, max_octets, room, verify_unauthenticated
from catenet.network.routing.rip.message import (
    MAX_OCTETS,
    REQUEST,
    RESPONSE,
    Entry,
    Message,
    asks_for_everything,
    mask_of,
    parse,
    prefix_len_of,
    whole_table_request,
)

word = st.integers(0, 0xFFFFFFFF)
half = st.integers(0, 0xFFFF)
octet = st.integers(0, 0xFF)
rows = st.lists(st.tuples(half, half, word, word, word, word), max_size=24)
keys = st.builds(Key, st.sampled_from(ALGORITHMS), st.binary(min_size=1, max_size=16), octet)


def message(command: int, version: int, table: list[tuple[int, ...]]) -> Message:
    return Message(command, version, [Entry(*row) for row in table])


def fields(entry: Entry) -> tuple[int, ...]:
    return (entry.family, entry.tag, entry.address, entry.mask, entry.next_hop, entry.metric)


@pytest.mark.slow
@given(octet, octet, rows)
def test_emit_and_parse_are_inverses(command: int, version: int, table: list[tuple[int, ...]]) -> None:
    octets = message(command, version, table).emit()
    again = parse(octets)
    assert again is not None
    assert (again.command, again.version, [fields(entry) for entry in again.entries]) == (command, version, table)
    assert again.emit() == octets


@given(st.binary(max_size=600))
def test_any_octets_are_parsed_or_refused(octets: bytes) -> None:
    whole = len(octets) >= 4 and (len(octets) - 4) % 20 == 0 and len(octets) <= MAX_OCTETS
    assert (parse(octets) is not None) == whole


def test_a_response_as_it_stands_in_the_rfc() -> None:
    octets = Message(RESPONSE, 2, [Entry(2, 7, 0x0A000100, mask_of(24), 0x0A000002, 3)]).emit()
    assert octets.hex() == "02020000" + "00020007" + "0a000100" + "ffffff00" + "0a000002" + "00000003"


def test_the_request_for_everything() -> None:
    request = whole_table_request()
    assert asks_for_everything(request)
    assert request.command == REQUEST
    assert request.emit()[4:].hex() == "0000" + "0000" + "00000000" * 3 + "00000010"
    assert not asks_for_everything(Message(REQUEST, 2, [Entry(2, 0, 0, 0, 0, 16)]))


def test_masks() -> None:
    assert [prefix_len_of(mask_of(length)) for length in range(33)] == list(range(33))
    assert prefix_len_of(0xFF00FF00) == -1


@pytest.mark.slow
@given(keys, rows, word)
def test_what_is_sealed_opens_with_the_same_key(key: Key, table: list[tuple[int, ...]], sequence: int) -> None:
    plain = message(RESPONSE, 2, table).emit()
    authenticated = key.authenticated(plain, sequence)
    assert len(authenticated) <= max_octets(key)
    opened = key.verify(authenticated)
    assert (opened.reason, opened.message) == (0, plain)
    assert opened.sequence == (sequence if key.numbers_messages else -1)
    assert verify_unauthenticated(authenticated).reason == drop_reasons.UNWANTED_AUTHENTICATION


@pytest.mark.slow
@given(keys, rows, st.data())
def test_a_bit_that_flipped_is_seen(key: Key, table: list[tuple[int, ...]], data: st.DataObject) -> None:
    if not key.numbers_messages:
        return
    authenticated = bytearray(key.authenticated(message(RESPONSE, 2, table).emit(), 5))
    authenticated[data.draw(st.integers(0, len(authenticated) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert key.verify(bytes(authenticated)).reason != 0


@pytest.mark.slow
@given(keys, st.binary(max_size=600))
def test_octets_at_random_are_refused(key: Key, octets: bytes) -> None:
    assert key.verify(octets).reason != 0


@pytest.mark.slow
@given(keys, rows, st.integers(1, 60))
def test_what_is_cut_short_is_refused(key: Key, table: list[tuple[int, ...]], less: int) -> None:
    authenticated = key.authenticated(message(RESPONSE, 2, table).emit(), 5)[:-less]
    opened = key.verify(authenticated)
    assert opened.reason != 0 or parse(opened.message) is None or not key.numbers_messages


def test_a_wrong_secret_and_a_wrong_kind() -> None:
    plain = message(RESPONSE, 2, [(2, 0, 0, 0, 0, 1)]).emit()
    for algorithm in ALGORITHMS:
        key = Key(algorithm, b"right")
        assert Key(algorithm, b"wrong").verify(key.authenticated(plain, 1)).reason == drop_reasons.WRONG_KEY
        assert key.verify(plain).reason == drop_reasons.NOT_AUTHENTICATED
        other = Key("md5" if algorithm == "plain" else "plain", b"right")
        assert other.verify(key.authenticated(plain, 1)).reason == drop_reasons.AUTHENTICATION_TYPE
    assert (
        Key("md5", b"right", 2).verify(Key("md5", b"right", 3).authenticated(plain, 1)).reason == drop_reasons.WRONG_KEY
    )


def test_keyed_md5_is_that_of_rfc_2082() -> None:
    plain = message(RESPONSE, 2, [(2, 0, 0x0A000000, 0xFF000000, 0, 1)]).emit()
    authenticated = Key("md5", b"secret", 9).authenticated(plain, 0x01020304)
    assert authenticated[4:24].hex() == "ffff0003" + "002c" + "09" + "10" + "01020304" + "00" * 8
    assert authenticated[44:48].hex() == "ffff0001"
    assert authenticated[48:] == hashlib.md5(authenticated[:48] + b"secret".ljust(16, b"\0")).digest()


def test_a_message_of_bird_whose_length_of_the_digest_counts_the_head_of_its_trailer() -> None:
    """Captured from BIRD 2.0.12."""
    octets = bytes.fromhex(
        "02020000 ffff0003 002c0914 6b045b77 00000000 00000000 00020000 c0a80100 ffffff00 00000000 00000001"
        "ffff0001 7add455d db871137 84ea32a5 10903a00"
    )
    opened = Key("md5", b"secret", 9).verify(octets)
    assert (opened.reason, opened.sequence) == (0, 0x6B045B77)
    parsed = parse(opened.message)
    assert parsed is not None
    assert [fields(entry) for entry in parsed.entries] == [(2, 0, 0xC0A80100, 0xFFFFFF00, 0, 1)]


def test_hmac_is_that_of_rfc_4822() -> None:
    plain = message(RESPONSE, 2, [(2, 0, 0x0A000000, 0xFF000000, 0, 1)]).emit()
    authenticated = Key("hmac-sha-256", b"secret").authenticated(plain, 1)
    pad = bytes.fromhex("878fe1f3") * 8
    assert authenticated[48:] == hmac.new(b"secret", authenticated[:48] + pad, "sha256").digest()
    long = b"a secret that is longer than a digest of SHA-1"
    authenticated = Key("hmac-sha-1", long).authenticated(plain, 1)
    pad = bytes.fromhex("878fe1f3") * 5
    assert authenticated[48:] == hmac.new(hashlib.sha1(long).digest(), authenticated[:48] + pad, "sha1").digest()


def test_authentication_takes_the_room_of_one_route() -> None:
    assert room(None) == 25
    assert room(Key("plain", b"x")) == room(Key("md5", b"x")) == 24


@pytest.mark.parametrize(
    ("algorithm", "secret", "key_id"),
    [("rot13", b"x", 1), ("md5", b"", 1), ("plain", b"x" * 17, 1), ("md5", b"x", 256)],
)
def test_keys_that_cannot_be(algorithm: str, secret: bytes, key_id: int) -> None:
    with pytest.raises(ValueError):
        Key(algorithm, secret, key_id)
