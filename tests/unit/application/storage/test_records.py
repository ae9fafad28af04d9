"""What is given to a store stays as it was given; and what it holds after a batch is what the batch says."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from catenet.application.storage.records import Batch, Record, Recovered, Snapshot, after, forget


@pytest.mark.parametrize(("kept", "field"), [(Record(3, b"x"), "data"), (Snapshot(3, b"m", b"x"), "data")])
def test_a_record_cannot_be_changed_while_the_disk_writes_it(kept: object, field: str) -> None:
    """The disk would hold another one than the one whose checksum and place were worked out."""
    with pytest.raises(FrozenInstanceError):
        setattr(kept, field, b"y")
    assert len({kept, kept}) == 1


def test_each_change_of_a_batch_in_the_order_of_its_fields() -> None:
    held = Recovered(b"one", tuple(Record(index, b"old") for index in range(1, 8)), Snapshot(0, b"", b"none"))
    newer = Snapshot(2, b"m", b"two")
    batch = Batch(b"two", (Record(5, b"new"), Record(9, b"new")), 5, newer, 3)
    found = after(held, [batch])
    assert (found.state, found.snapshot) == (b"two", newer)
    assert [(record.index, record.data) for record in found.records] == [
        (3, b"old"), (4, b"old"), (5, b"new"), (9, b"new"),
    ]  # fmt: skip
    assert after(found, [Batch()]) == found, "None changes nothing"
    assert after(found, [Batch(b"")]).state == b""


@pytest.mark.parametrize(
    ("cut_from", "forget_before", "left"),
    [
        (None, None, [1, 2, 3, 4]),
        (3, None, [1, 2]),
        (0, None, []),
        (5, None, [1, 2, 3, 4]),
        (None, 3, [3, 4]),
        (None, 1, [1, 2, 3, 4]),
        (None, 9, []),
        (4, 2, [2, 3]),
        (2, 3, []),
    ],
)
def test_what_is_cut_and_what_is_forgotten(cut_from: int | None, forget_before: int | None, left: list[int]) -> None:
    records = {index: Record(index, b"") for index in (1, 2, 3, 4)}
    forget(records, cut_from, forget_before)
    assert list(records) == left
