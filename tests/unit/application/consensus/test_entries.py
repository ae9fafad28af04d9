"""What a log is made of is equal only if all of it is: a follower compares what it has with what it is sent."""

from __future__ import annotations

import pytest

from catenet.application.consensus.entry import (
    CHANGE,
    COMMAND,
    Entry,
    HardState,
    Membership,
    Readmission,
    Snapshot,
    founding,
    varint_octets,
)
from catenet.application.consensus.events import MemberChange
from catenet.application.consensus.varint import put_varint

GROUP = Membership((1, 2), (3,), (4,), (5,), (6,), True)
SAMPLES = {
    "entry": (
        Entry(1, 2, COMMAND, b"x"),
        [Entry(9, 2, COMMAND, b"x"), Entry(1, 9, COMMAND, b"x"), Entry(1, 2, CHANGE, b"x"), Entry(1, 2, COMMAND, b"y")],
        Entry(1, 2, COMMAND, b"x"),
    ),
    "hard state": (
        HardState(1, 2, 3),
        [HardState(9, 2, 3), HardState(1, 9, 3), HardState(1, 2, 9)],
        HardState(1, 2, 3),
    ),
    "membership": (
        GROUP,
        [
            Membership((1,), (3,), (4,), (5,), (6,), True),
            Membership((1, 2), (), (4,), (5,), (6,), True),
            Membership((1, 2), (3,), (), (5,), (6,), True),
            Membership((1, 2), (3,), (4,), (), (6,), True),
            Membership((1, 2), (3,), (4,), (5,), (), True),
            Membership((1, 2), (3,), (4,), (5,), (6,), False),
        ],
        Membership((1, 2), (3,), (4,), (5,), (6,), True),
    ),
    "snapshot": (
        Snapshot(1, 2, GROUP, b"x"),
        [
            Snapshot(9, 2, GROUP, b"x"),
            Snapshot(1, 9, GROUP, b"x"),
            Snapshot(1, 2, Membership((1,)), b"x"),
            Snapshot(1, 2, GROUP, b"y"),
        ],
        Snapshot(1, 2, GROUP, b"x"),
    ),
    "readmission": (
        Readmission(1, 2, 3),
        [Readmission(9, 2, 3), Readmission(1, 9, 3), Readmission(1, 2, 9)],
        Readmission(1, 2, 3),
    ),
    "change of a member": (MemberChange(1, 2), [MemberChange(9, 2), MemberChange(1, 9)], MemberChange(1, 2)),
}

TEXTS = {
    "Entry(1/2, kind=0, b'x')": Entry(1, 2, COMMAND, b"x"),
    "HardState(term=1, vote=2, commit=3)": HardState(1, 2, 3),
    "Readmission(2/1, leader=3)": Readmission(1, 2, 3),
    "MemberChange(1, 2)": MemberChange(1, 2),
    "Snapshot(2/1, Membership(voters=(1,), outgoing=(), learners=(), learners_next=(), witnesses=(), "
    "auto_leave=False), 3 octets)": Snapshot(1, 2, Membership((1,)), b"abc"),
}


@pytest.mark.parametrize("text", TEXTS)
def test_what_a_failed_check_shows_of_it(text: str) -> None:
    assert repr(TEXTS[text]) == text


@pytest.mark.parametrize(
    ("value", "octets"), [(0, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (2_097_151, 3), (2_097_152, 4)]
)
def test_a_number_takes_an_octet_for_each_seven_bits(value: int, octets: int) -> None:
    assert varint_octets(value) == octets == len(put_varint(value))


@pytest.mark.parametrize(
    ("entry", "octets"),
    [
        (Entry(1, 2, COMMAND, b""), 4),
        (Entry(300, 2, COMMAND, b""), 5),
        (Entry(1, 300, COMMAND, b""), 5),
        (Entry(1, 2, CHANGE, b""), 6),
        (Entry(1, 2, COMMAND, b"abc"), 9),
        (Entry(1, 2, COMMAND, b"x" * 200), 207),
    ],
)
def test_how_long_an_entry_is_on_the_wire(entry: Entry, octets: int) -> None:
    """By that appends are cut to their limit."""
    assert entry.octets == octets


@pytest.mark.parametrize("kind", SAMPLES)
def test_equal_only_if_all_is(kind: str) -> None:
    one, others, same = SAMPLES[kind]
    assert one == same
    assert hash(one) == hash(same)
    for other in [*others, "text", None]:
        assert one != other


def test_a_founder_s_disk_is_empty_and_says_who_takes_part() -> None:
    stored = founding((3, 1, 2), (5, 4), (7, 6))
    assert stored.snapshot.membership == Membership((1, 2, 3), (), (4, 5), (), (6, 7))
    assert (stored.hard_state, stored.snapshot.index, stored.snapshot.term) == (HardState(0, 0, 0), 0, 0)
    assert (stored.entries, stored.applied) == ([], 0)


def test_the_length_on_the_wire_counts_only_what_is_there() -> None:
    """Batches are cut by it: a length that is too small sends more than a message may hold."""
    assert Entry(1, 1, COMMAND, b"").octets == 4
    assert Entry(128, 1, COMMAND, b"").octets == 5
    assert Entry(1, 16_384, COMMAND, b"").octets == 6
    assert Entry(1, 1, CHANGE, b"").octets == 6
    assert Entry(1, 1, COMMAND, b"x" * 127).octets == 4 + 2 + 127
    assert Entry(1, 1, COMMAND, b"x" * 128).octets == 4 + 3 + 128
