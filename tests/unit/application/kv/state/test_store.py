"""The state machine of a group: what entries do, once, in any order of sending, and with slots that move."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.application.kv.state.commands import (
    Command,
    CompareAndSet,
    Configure,
    Delete,
    Forget,
    Grant,
    Install,
    Operation,
    Put,
    Request,
    Revoke,
    decode,
    encode,
)
from catenet.application.kv.state.results import (
    AWAITED,
    MISMATCH,
    NO_LEASE,
    OK,
    OUTDATED,
    REFUSED,
    SESSION_EXPIRED,
    WRONG_GROUP,
    Result,
)
from catenet.application.kv.state.slots import MAX_EVENTS, MAX_SESSIONS, SLOTS, slot_of
from catenet.application.kv.state.store import Store

KEYS = st.sampled_from([b"a", b"b", b"c", b"d"])
VALUES = st.sampled_from([b"1", b"2", b"3"])
OPERATIONS = st.one_of(
    st.builds(Put, KEYS, VALUES),
    st.builds(Delete, KEYS),
    st.builds(CompareAndSet, KEYS, st.none() | VALUES, st.none() | VALUES),
)


def alone(group: int = 1) -> Store:
    store = Store(group)
    assert store.apply(Configure(1, (group,) * SLOTS)).status == OK
    return store


class Client:
    def __init__(self, session: int) -> None:
        self.session = session
        self.sequence = 0

    def request(self, operation: Operation) -> Request:
        self.sequence += 1
        return Request(self.session, self.sequence, 0, operation)


def value(store: Store, key: bytes) -> bytes | None:
    record = store.get(key)
    return None if record is None else record.value


@pytest.mark.slow
@given(st.lists(OPERATIONS, max_size=40))
def test_it_does_what_a_dict_does(operations: list[Operation]) -> None:
    store, client, model = alone(), Client(7), dict[bytes, bytes]()
    for operation in operations:
        result = store.apply(client.request(operation))
        match operation:
            case Put(key, written):
                assert result.status == OK
                model[key] = written
            case Delete(key):
                assert result.status == (OK if key in model else MISMATCH)
                model.pop(key, None)
            case CompareAndSet(key, expected, written):
                assert result.status == (OK if model.get(key) == expected else MISMATCH)
                if model.get(key) == expected and written is not None:
                    model[key] = written
                elif model.get(key) == expected:
                    model.pop(key, None)
    assert {key: record.value for key, record in store.scan(b"", b"", 99)} == model
    assert [key for key, _ in store.scan(b"b", b"d", 99)] == sorted(key for key in model if b"b" <= key < b"d")


@pytest.mark.slow
@given(st.lists(st.tuples(OPERATIONS, st.integers(1, 3)), max_size=20))
def test_a_command_that_comes_again_changes_nothing(commands: list[tuple[Operation, int]]) -> None:
    once, often = alone(), alone()
    client = Client(7)
    for operation, times in commands:
        request = client.request(operation)
        first = once.apply(request)
        assert {often.apply(request) for _ in range(times)} == {first}
    assert once.snapshot() == often.snapshot()


@pytest.mark.slow
@given(st.lists(OPERATIONS, max_size=30), st.integers(0, 30))
def test_a_restored_store_goes_on_alike(operations: list[Operation], place: int) -> None:
    store, copy, client = alone(), Store(1), Client(7)
    store.apply(Request(0, 0, 0, Grant(5, 10)))
    store.apply(Client(8).request(Put(b"c", b"x", 5)))
    for operation in operations[:place]:
        store.apply(client.request(operation))
    copy.restore(store.snapshot())
    for operation in operations[place:]:
        request = client.request(operation)
        assert store.apply(request) == copy.apply(request)
    ending = Request(0, 0, 0, Revoke(5))
    assert store.apply(ending) == copy.apply(ending)
    assert store.snapshot() == copy.snapshot()


@pytest.mark.slow
@given(
    st.one_of(
        st.builds(Request, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), OPERATIONS),
        st.builds(Configure, st.integers(0, 9), st.just((1,) * SLOTS)),
        st.builds(Install, st.integers(0, 9), st.integers(0, 9), st.binary(max_size=9)),
        st.builds(Forget, st.integers(0, 9), st.tuples(st.integers(0, 9))),
    )
)
def test_an_entry_is_read_as_it_was_written(command: Command) -> None:
    assert decode(encode(command)) == command


def test_an_older_command_of_a_session_is_refused() -> None:
    store, client = alone(), Client(7)
    first = client.request(Put(b"a", b"1"))
    store.apply(first)
    store.apply(client.request(Put(b"a", b"2")))
    assert store.apply(first).status == OUTDATED
    assert value(store, b"a") == b"2"


def test_a_session_that_was_forgotten_is_told_so() -> None:
    store = alone()
    late = Request(1, 1, 0, Put(b"a", b"late"))
    store.apply(late)
    for session in range(2, MAX_SESSIONS + 3):
        store.apply(Request(session, 1, 0, Put(b"a", b"new")))
    refused = store.apply(late)
    assert refused.status == SESSION_EXPIRED
    assert value(store, b"a") == b"new"
    born = refused.revision
    assert store.apply(Request(MAX_SESSIONS + 9, 1, born, Put(b"a", b"fresh"))).status == OK


def test_watching_goes_on_where_it_stopped_and_says_what_is_too_long_ago() -> None:
    store, client = alone(), Client(7)
    slot = store.slots[slot_of(b"a")]
    for number in range(MAX_EVENTS + 1):
        store.apply(client.request(Put(b"a", b"%d" % number)))
    since, all_remembered = slot.recall(0)
    assert since > 0
    assert len(all_remembered) == MAX_EVENTS
    assert all_remembered[0].value == b"1"
    after = slot.events[-3].clock
    assert [event.value for event in slot.recall(after)[1]] == [b"%d" % (MAX_EVENTS - 1), b"%d" % MAX_EVENTS]
    assert slot.recall(after)[0] == after
    assert slot.recall(slot.clock) == (slot.clock, [])


def test_a_lease_takes_its_keys_along() -> None:
    store, client = alone(), Client(7)
    assert store.apply(client.request(Put(b"a", b"1", 5))).status == NO_LEASE
    store.apply(Request(0, 0, 0, Grant(5, 10)))
    store.apply(client.request(Put(b"a", b"1", 5)))
    store.apply(client.request(Put(b"b", b"2", 5)))
    store.apply(client.request(Put(b"b", b"2")))
    assert store.apply(Request(0, 0, 0, Revoke(5))).status == OK
    assert value(store, b"a") is None
    assert value(store, b"b") == b"2"
    assert store.apply(Request(0, 0, 0, Revoke(5))).status == NO_LEASE


def split(groups: int) -> tuple[int, ...]:
    return tuple(1 + slot % groups for slot in range(SLOTS))


def moved(one: Store, two: Store) -> None:
    """Bring all that ``two`` waits for from ``one``."""
    for slot in list(two.awaited):
        content = one.departing_content(two.number, slot)
        assert content is not None
        assert two.apply(Install(two.number, slot, content)).status == OK
        assert one.apply(Forget(two.number, (slot,))).status == OK


@pytest.mark.slow
@given(st.lists(OPERATIONS, min_size=1, max_size=30), st.integers(0, 30))
def test_a_slot_moves_with_its_keys_and_its_sessions(operations: list[Operation], place: int) -> None:
    """What was carried out before the move is not carried out again after it."""
    one, two, still, client = Store(1), Store(2), alone(), Client(7)
    for store in (one, two):
        store.apply(Configure(1, (1,) * SLOTS))
    requests = [client.request(operation) for operation in operations]
    for request in requests[:place]:
        assert one.apply(request) == still.apply(request)
    for store in (one, two):
        assert store.apply(Configure(2, split(2))).status == OK
    moved(one, two)
    if place:
        still.apply(requests[min(place, len(requests)) - 1])
    for request in requests[max(place - 1, 0) :]:
        here = {one.apply(request).status, two.apply(request).status}
        assert WRONG_GROUP in here
        assert here - {WRONG_GROUP} == {still.apply(request).status}
    both = dict(one.scan(b"", b"", 99)) | dict(two.scan(b"", b"", 99))
    assert both == dict(still.scan(b"", b"", 99))


def test_a_slot_on_its_way_serves_nobody_and_holds_the_next_layout_back() -> None:
    one, two = Store(1), Store(2)
    for store in (one, two):
        store.apply(Configure(1, (1,) * SLOTS))
    one.apply(Client(7).request(Put(b"a", b"1")))
    for store in (one, two):
        store.apply(Configure(2, (2,) * SLOTS))
    again = Request(7, 1, 0, Put(b"a", b"1"))
    assert one.apply(again).status == WRONG_GROUP
    assert two.apply(again).status == AWAITED
    assert two.apply(Configure(3, (1,) * SLOTS)).status == REFUSED
    moved(one, two)
    assert two.apply(again) == Result(OK, 1)
    assert two.apply(Configure(3, (1,) * SLOTS)).status == OK


def test_what_arrives_twice_or_late_changes_nothing() -> None:
    one, two = Store(1), Store(2)
    for store in (one, two):
        store.apply(Configure(1, (1,) * SLOTS))
        store.apply(Configure(2, (2,) * SLOTS))
    content = one.departing_content(2, 9)
    assert content is not None
    assert two.apply(Install(1, 9, content)).status == REFUSED
    assert two.apply(Install(2, 9, content)).status == OK
    assert two.apply(Install(2, 9, content)).status == REFUSED
    assert one.apply(Forget(2, (9,))).status == OK
    assert one.apply(Forget(2, (9,))).status == REFUSED
    assert one.apply(Configure(2, (1,) * SLOTS)).status == REFUSED


def test_a_lease_moves_with_its_keys() -> None:
    one, two = Store(1), Store(2)
    for store in (one, two):
        store.apply(Configure(1, (1,) * SLOTS))
    one.apply(Request(0, 0, 0, Grant(5, 10)))
    one.apply(Client(7).request(Put(b"a", b"1", 5)))
    for store in (one, two):
        store.apply(Configure(2, (2,) * SLOTS))
    moved(one, two)
    assert two.leases == {5: 10}
    assert one.apply(Request(0, 0, 0, Revoke(5))).status == OK
    assert value(two, b"a") == b"1"
    assert two.apply(Request(0, 0, 0, Revoke(5))).status == OK
    assert value(two, b"a") is None
