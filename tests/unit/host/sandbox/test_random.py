from __future__ import annotations

import os
import random
import secrets
import ssl
import tempfile
import uuid
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.random  # numpy itself imports it late: in the middle of a turn, where its own seed is drawn

from catenet.host.sandbox.random import HostRandom
from catenet.kernel import Kernel

if TYPE_CHECKING:
    from tests.unit.host.conftest import Machine


def draws() -> list[Any]:
    bag = list(range(10))
    random.shuffle(bag)
    values: list[Any] = [random.random(), random.randint(1, 10**9), random.gauss(0, 1), bag]
    values += [random.Random().random(), random.SystemRandom().random(), HostRandom().random()]
    values += [os.urandom(8), os.getrandom(8), secrets.token_hex(), ssl.RAND_bytes(8)]
    values += [uuid.uuid4(), uuid.uuid1(), uuid.getnode(), np.random.default_rng().random(), np.random.rand()]
    return values


def test_a_host_draws_the_same_again_and_another_host_other_numbers(
    paris: Machine, oslo: Machine, machine: Any
) -> None:
    with paris.turn():
        first = draws()
    with oslo.turn():
        other = draws()
    with machine(Kernel(seed=7), "paris").turn():
        again = draws()
    with machine(Kernel(seed=8), "paris").turn():
        reseeded = draws()
    assert first == again
    same_in_all = [first.index(uuid.UUID(int=first[-4].int)), len(first) - 3]
    for place, value in enumerate(first):
        if place not in same_in_all:
            assert value != other[place]
            assert value != reseeded[place]


def test_what_one_host_draws_does_not_move_another(paris: Machine, oslo: Machine, machine: Any) -> None:
    with oslo.turn():
        random.random()
    with paris.turn():
        alone = [random.random(), os.urandom(4)]
    with machine(Kernel(seed=7), "paris").turn():
        assert [random.random(), os.urandom(4)] == alone


def test_a_seed_holds_for_that_host_alone(paris: Machine, oslo: Machine) -> None:
    state = random.getstate()
    with paris.turn():
        random.seed(5)
        assert random.random() == random.Random(5).random()
    with oslo.turn():
        assert random.random() != random.Random(5).random()
    assert random.getstate() == state


def test_outside_of_a_turn_numbers_are_real(paris: Machine) -> None:
    assert os.urandom(16) != os.urandom(16)
    assert uuid.uuid4() != uuid.uuid4()
    assert random.Random().random() != random.Random().random()
    random.seed(5)
    assert random.random() == random.Random(5).random()


def test_uuid1_tells_the_hosts_time_and_address_and_never_repeats(paris: Machine) -> None:
    with paris.turn():
        made = [uuid.uuid1() for _ in range(3)]
    assert len({one.time for one in made}) == 3
    assert made[0].node == 0x02_00_00_00_00_01
    assert made[0].time == 1_735_689_600 * 10**7 + 0x01B21DD213814000
    assert made[0].version == 1


def test_temporary_names_can_still_be_made(paris: Machine) -> None:
    with paris.turn(), tempfile.TemporaryDirectory() as folder:
        assert os.path.isdir(folder)
