"""The queue with a deliverer of the test's, on real files."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from catenet.application.counters import Counters
from catenet.application.mail.outcome import Action, Outcome
from catenet.application.mail.queue.deliverer import Deliverer
from catenet.application.mail.queue.queue import Queue, QueueFull
from catenet.application.mail.settings import Retries
from catenet.application.storage.disk import FileDisk


class Scripted(Deliverer):
    """Raises or returns what it is told, attempt by attempt, and delivers after that."""

    def __init__(self, *script: Exception | Action) -> None:
        self.script = list(script)
        self.attempts: list[tuple[str, tuple[str, ...]]] = []

    async def deliver(
        self, queue_id: str, sender: str, domain: str, recipients: Sequence[str], content: bytes
    ) -> Mapping[str, Outcome]:
        self.attempts.append((domain, tuple(recipients)))
        step = self.script.pop(0) if self.script else Action.DELIVERED
        if isinstance(step, Exception):
            raise step
        return dict.fromkeys(recipients, Outcome(step, "4.0.0", "text"))


async def run(folder: Path, deliverer: Scripted, *recipients: str) -> Counters:
    disk, counters = FileDisk(folder), Counters()
    queue = Queue(disk, "mail", "mail.a.test", deliverer, Retries(first_s=0.001, max_s=0.001), 1, counters)
    await queue.start()
    await queue.put("one", "a@a.test", recipients, b"Subject: x\r\n\r\n")
    with pytest.raises(QueueFull):
        await queue.put("two", "a@a.test", recipients, b"")
    while len(queue):
        await asyncio.sleep(0.001)
    await queue.close()
    disk.close()
    assert list((folder / "mail" / "queue").iterdir()) == []
    return counters


@pytest.mark.slow
@pytest.mark.parametrize("error", [OSError("the disk fails"), RuntimeError("a fault of the program")])
def test_an_attempt_that_fails_is_made_again(tmp_path: Path, error: Exception) -> None:
    deliverer = Scripted(error, Action.DEFERRED)
    counters = asyncio.run(run(tmp_path, deliverer, "b@b.test"))
    assert len(deliverer.attempts) == 3
    assert counters["disk-errors" if isinstance(error, OSError) else "exceptions"] == 1


@pytest.mark.slow
def test_each_domain_has_its_attempt_and_each_recipient_its_state(tmp_path: Path) -> None:
    deliverer = Scripted(Action.DELIVERED, Action.DEFERRED, Action.FAILED)
    recipients = ("b@b.test", "c@c.test", "d@b.test", "b@b.test")
    counters = asyncio.run(run(tmp_path, deliverer, *recipients))
    assert deliverer.attempts == [
        ("b.test", ("b@b.test", "d@b.test")),
        ("c.test", ("c@c.test",)),
        ("c.test", ("c@c.test",)),
        ("a.test", ("a@a.test",)),  # the bounce
    ]
    assert (counters["bounces"], counters["recipients-delivered"]) == (1, 3)
