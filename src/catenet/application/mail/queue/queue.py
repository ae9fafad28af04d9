"""Attempts, retries with back-off, expiry and bounces.

A state is saved after each attempt at a domain, before the next one begins: a crash in between repeats that attempt
alone, and a recipient gets a second copy only if the machine stops between the next server's 250 and this save.  SMTP
cannot promise more (RFC 1047).  A bounce has its id from the message that it reports on, and is not sent before the
message is marked as reported: a crash never makes two.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import secrets
import time
from collections.abc import Sequence
from typing import Final

from catenet.application.counters import Counters
from catenet.application.mail.address import NULL_SENDER
from catenet.application.mail.bounces import Failure, bounce
from catenet.application.mail.outcome import Action, Outcome
from catenet.application.mail.queue.deliverer import Deliverer
from catenet.application.mail.queue.entry import PENDING, REPORTED, DamagedEntry, Entry, Recipient
from catenet.application.mail.queue.spool import Spool
from catenet.application.mail.settings import Retries
from catenet.application.storage.disk import Disk

LOG: Final = logging.getLogger("catenet.mail")
EXPIRED: Final = "4.4.7"
"""The status of a recipient whose time has expired (RFC 3463 section 3.5)."""


class QueueFull(Exception):
    """The queue has as many messages as it may."""


def new_id() -> str:
    """An id that sorts by time, and that no other message of this host has."""
    return f"{time.time_ns():016x}{secrets.token_hex(4)}"


class Queue:
    """The queue of one server."""

    def __init__(
        self,
        disk: Disk,
        folder: str,
        hostname: str,
        deliverer: Deliverer,
        retries: Retries,
        messages_max: int,
        counters: Counters,
    ) -> None:
        self._spool: Final = Spool(disk, folder, counters)
        self._hostname: Final = hostname
        self._deliverer: Final = deliverer
        self._retries: Final = retries
        self._messages_max: Final = messages_max
        self._counters: Final = counters
        self._slots: Final = asyncio.Semaphore(retries.deliveries)
        self._tasks: Final[dict[str, asyncio.Task[None]]] = {}
        self._arriving = 0
        self._wake = asyncio.Event()

    def __len__(self) -> int:
        return len(self._tasks)

    async def start(self) -> None:
        """Go on with what a former run left.  Raises OSError."""
        entries = await self._spool.recover()
        ready = {entry.id: entry for entry in entries}
        for entry in entries:
            try:
                bounced = await self._report(entry)
            except DamagedEntry as error:
                self._damaged(entry, error)
                del ready[entry.id]
            else:
                if bounced is not None:
                    ready.setdefault(bounced.id, bounced)
        self._counters.add("messages-recovered", len(entries))
        for entry in ready.values():
            self._launch(entry)

    async def close(self) -> None:
        """Stop all attempts; the messages stay on the disk."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def flush(self) -> None:
        """Try all messages now, whatever the time of their next attempt."""
        self._wake.set()
        self._wake = asyncio.Event()

    async def put(self, queue_id: str, sender: str, recipients: Sequence[str], content: bytes) -> None:
        """Accept a message: it is durable when this returns.  Raises :class:`QueueFull` and OSError."""
        if len(self._tasks) + self._arriving >= self._messages_max:
            raise QueueFull
        unique = dict.fromkeys(recipients)
        entry = Entry(queue_id, sender, [Recipient(address) for address in unique], time.time())
        self._arriving += 1
        try:
            await self._spool.add(entry, content)
        except OSError:
            self._counters.add("disk-errors")
            with contextlib.suppress(OSError):
                await self._spool.remove(queue_id)  # the client will send it again
            raise
        finally:
            self._arriving -= 1
        self._launch(entry)

    # -- the life of a message

    def _launch(self, entry: Entry) -> None:
        task = asyncio.get_running_loop().create_task(self._work(entry), name=f"mail {entry.id}")
        self._tasks[entry.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(entry.id, None))

    async def _work(self, entry: Entry) -> None:
        """Attempt until the message has left the queue."""
        failures = 0
        while True:
            wake = self._wake
            async with self._slots:
                try:
                    if await self._attempt(entry):
                        return
                except OSError as error:
                    self._counters.add("disk-errors")
                    LOG.error("queue: %s: %s", entry.id, error)
                except DamagedEntry as error:
                    self._damaged(entry, error)
                    return
                except Exception:
                    self._counters.add("exceptions")
                    LOG.exception("queue: an attempt at %s failed", entry.id)
            failures += 1
            await self._pause(entry, max(failures, entry.attempts), wake)

    def _damaged(self, entry: Entry, error: DamagedEntry) -> None:
        self._counters.add("damaged-entries")
        LOG.error("queue: message %s is damaged and stays where it is: %s", entry.id, error)

    async def _pause(self, entry: Entry, failures: int, wake: asyncio.Event) -> None:
        """Wait for the next attempt: at the latest when the message expires, and at once after :meth:`flush`."""
        delay_s = self._retries.delay_s(failures)
        left_s = entry.arrived_s + self._retries.expiry_s - time.time()
        if left_s > 0:
            delay_s = min(delay_s * (1 + random.uniform(0, self._retries.spread)), left_s + 1)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), delay_s)

    async def _attempt(self, entry: Entry) -> bool:
        """Deliver what is pending; whether the message has left the queue."""
        groups = entry.pending()
        if groups:
            content = await self._spool.content(entry)
            for domain, recipients in groups.items():
                await self._deliver(entry, domain, recipients, content)
            entry.attempts += 1
            self._expire(entry)
            await self._spool.save(entry)
        bounced = await self._report(entry)
        if bounced is not None:
            self._launch(bounced)
        if not entry.is_done:
            return False
        await self._spool.remove(entry.id)
        self._counters.add("messages-done")
        return True

    async def _deliver(self, entry: Entry, domain: str, recipients: Sequence[Recipient], content: bytes) -> None:
        addresses = [recipient.address for recipient in recipients]
        outcomes = await self._deliverer.deliver(entry.id, entry.sender, domain, addresses, content)
        for recipient in recipients:
            outcome = outcomes[recipient.address]
            recipient.apply(outcome)
            self._counters.add(f"recipients-{outcome.action.value}")
            LOG.info("%s: <%s> %s: %s", entry.id, recipient.address, outcome.action.value, outcome.text)
        if any(outcomes[address].action is not Action.DEFERRED for address in addresses):
            await self._spool.save(entry)

    def _expire(self, entry: Entry) -> None:
        if time.time() < entry.arrived_s + self._retries.expiry_s:
            return
        for recipient in entry.in_state(PENDING):
            text = f"delivery time expired; the last attempt: {recipient.text}"
            recipient.apply(Outcome(Action.FAILED, EXPIRED, text, recipient.remote))
            self._counters.add("recipients-expired")

    async def _report(self, entry: Entry) -> Entry | None:
        """Put the bounce of recipients that have failed into the spool, and mark them as reported.

        Returns the bounce, which nothing has tried to deliver yet.
        """
        failed = entry.in_state(Action.FAILED.value)
        if not failed:
            return None
        bounced = None
        if entry.sender == NULL_SENDER:
            self._counters.add("bounces-not-reported")
            LOG.warning("%s: a message from the null sender cannot be delivered, and gets no report", entry.id)
        else:
            name = f"{entry.id}b{entry.reports}"
            failures = [Failure(one.address, one.status, one.text, one.remote) for one in failed]
            content = await self._spool.content(entry)
            report = bounce(self._hostname, entry.sender, failures, content, entry.arrived_s, time.time(), name)
            bounced = Entry(name, NULL_SENDER, [Recipient(entry.sender)], time.time())
            await self._spool.add(bounced, report)
            self._counters.add("bounces")
        await self._mark_reported(entry)
        return bounced

    async def _mark_reported(self, entry: Entry) -> None:
        failed = entry.in_state(Action.FAILED.value)
        for recipient in failed:
            recipient.state = REPORTED
        entry.reports += 1
        try:
            await self._spool.save(entry)
        except OSError:  # report again: the bounce has the same id, and is not sent before
            for recipient in failed:
                recipient.state = Action.FAILED.value
            entry.reports -= 1
            raise
