"""A message survives a night without the middle server, a crash of each server at each stage, and failing disks."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from catenet.application.mail import Retries, SmtpError, submit
from catenet.application.mail.client.transaction import InDoubt
from catenet.application.mail.mailboxes import Mailboxes, Stored
from catenet.application.mail.queue.spool import Spool
from catenet.application.mail.relay import relay

from .three_domains import ThreeDomains, letter, post

pytestmark = pytest.mark.slow
QUICK = {name: {"retries": Retries(first_s=5, max_s=20)} for name in ("mail-a", "mail-b", "mail-c")}


def test_a_letter_survives_a_night_without_the_middle_domain() -> None:
    lab, evening, morning = ThreeDomains(), [], []
    lab.net.at("30s").crash("mail-b")
    lab.net.at("8h").restart("mail-b")
    lab.mailbox("mail-c", "carol@c.test", evening, "28700s")
    lab.mailbox("mail-c", "carol@c.test", morning, "13h")

    async def main() -> None:
        await asyncio.sleep(60)
        await post("carol@c.test")
        await asyncio.sleep(13 * 3600)

    lab.run(main)
    assert evening == []
    assert [stored.message()["Subject"] for stored in morning] == ["a letter"]
    assert lab.counted("mail-a", "recipients-deferred") == 5  # at 0, 0.5, 1.5, 3.5 and 7.5 hours
    assert lab.counted("mail-a", "relay-attempts") == 6


def test_after_five_days_a_letter_comes_back() -> None:
    lab, fourth, sixth = ThreeDomains(), [], []
    lab.net.at("30s").crash("mail-b")
    lab.mailbox("mail-a", "alice@a.test", fourth, "119h")
    lab.mailbox("mail-a", "alice@a.test", sixth, "121h")

    async def main() -> None:
        await asyncio.sleep(60)
        await post("carol@c.test")
        await asyncio.sleep(121 * 3600)

    lab.run(main)
    assert fourth == []
    (stored,) = sixth
    report: Any = stored.message()
    group = report.get_payload()[1].get_payload()[1]
    assert (group["Final-Recipient"], group["Status"]) == ("rfc822; carol@c.test", "4.4.7")
    assert lab.counted("mail-a", "recipients-expired") == 1
    assert lab.queued() == 0


class Crash:
    """Cuts a host's power the first time it comes to a stage, before or after a call; it is back after a minute."""

    def __init__(self, lab: ThreeDomains, host: str, kind: type | Any, call: str, *, after: bool, turn: int) -> None:
        self.happened = 0
        self._lab, self._host, self._after, self._left = lab, lab.hosts[host], after, turn
        self._real = getattr(kind, call)

    async def __call__(self, *args: Any) -> Any:
        is_here = asyncio.get_running_loop() is self._host.loop
        if is_here:
            self._left -= 1
        if is_here and self._left == 0 and not self._after:
            await self._cut()
        result = await self._real(*args)
        if is_here and self._left == 0 and self._after:
            await self._cut()
        return result

    async def _cut(self) -> None:
        self.happened += 1
        kernel, power = self._lab.net._world.kernel, self._host
        kernel.call_at(kernel.now_ns, power.crash)
        kernel.call_at(kernel.now_ns + 60_000_000_000, power.restart)
        await asyncio.get_running_loop().create_future()


STAGES: list[tuple[str, Any, str, bool, int, int]] = [
    # host, where, call, after it, which call of it, copies that carol gets
    *((host, Spool, "add", after, 1, 1) for host in ("mail-a", "mail-b", "mail-c") for after in (False,)),
    ("mail-a", Spool, "add", True, 1, 2),  # durable, but Alice has no 250 and sends again
    ("mail-b", Spool, "add", True, 1, 2),  # mail-a has no 250 and sends again (RFC 1047)
    ("mail-c", Spool, "add", True, 1, 2),
    *((host, relay, "send", False, 1, 1) for host in ("mail-a", "mail-b")),
    *((host, relay, "send", True, 1, 2) for host in ("mail-a", "mail-b")),  # 250 has come, and is not saved yet
    ("mail-c", Mailboxes, "deliver", False, 1, 1),
    ("mail-c", Mailboxes, "deliver", True, 1, 1),
    *((host, Spool, "save", False, 1, 2) for host in ("mail-a", "mail-b")),
    ("mail-c", Spool, "save", False, 1, 1),  # the second delivery to a mailbox replaces the first
    *((host, Spool, "save", True, 1, 1) for host in ("mail-a", "mail-b", "mail-c")),
    *((host, Spool, "remove", after, 1, 1) for host in ("mail-a", "mail-b", "mail-c") for after in (False, True)),
]


def stage(*values: Any) -> Any:
    """A stage as a test; one in three runs in ``make test``."""
    host, _, call, after, _, _ = values
    marks = [] if STAGES.index(values) % 3 == 0 or call == "send" else [pytest.mark.long]
    return pytest.param(*values, id=f"{host}-{'after' if after else 'before'}-{call}", marks=marks)


@pytest.mark.parametrize(("host", "kind", "call", "after", "turn", "copies"), [stage(*values) for values in STAGES])
def test_nothing_is_lost_by_a_crash_at_any_stage(
    host: str, kind: Any, call: str, after: bool, turn: int, copies: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, found = ThreeDomains(**QUICK), []
    crash = Crash(lab, host, kind, call, after=after, turn=turn)

    async def crashing(*args: Any) -> Any:
        return await crash(*args)

    monkeypatch.setattr(kind, call, crashing)
    lab.mailbox("mail-c", "carol@c.test", found, "2000s")
    sent: list[int] = []

    async def main() -> None:
        await asyncio.sleep(1)
        while not sent:
            try:
                sent.extend((await post("carol@c.test")).values())
            except (OSError, SmtpError, InDoubt):
                await asyncio.sleep(70)
        await asyncio.sleep(2000 - asyncio.get_running_loop().time())

    lab.run(main)
    assert sent == [250]
    assert crash.happened == 1
    assert len(found) == copies
    assert lab.queued() == 0


BOUNCE_STAGES = [
    pytest.param(call, after, turn, marks=[] if call == "add" or turn == 3 else [pytest.mark.long])
    for call, turns in (("save", (1, 2, 3)), ("add", (2,)), ("remove", (1, 2)))
    for turn in turns
    for after in (False, True)
]
"""Of mail-b, which has accepted a letter to nobody: the second ``add`` is that of the bounce."""


@pytest.mark.parametrize(("call", "after", "turn"), BOUNCE_STAGES)
def test_a_crash_never_makes_two_bounces_or_none(
    call: str, after: bool, turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, found = ThreeDomains(**QUICK), []
    crash = Crash(lab, "mail-b", Spool, call, after=after, turn=turn)

    async def crashing(*args: Any) -> Any:
        return await crash(*args)

    monkeypatch.setattr(Spool, call, crashing)
    lab.mailbox("mail-a", "alice@a.test", found, "300s")

    async def main() -> None:
        await asyncio.sleep(1)
        await post("nobody@c.test")
        await asyncio.sleep(300)

    lab.run(main)
    assert crash.happened == 1
    assert [stored.message()["Return-Path"] for stored in found] == ["<>"]
    assert lab.queued() == 0


def test_a_flush_tries_at_once() -> None:
    lab, found = ThreeDomains(), []
    lab.net.at("500ms").crash("mail-b")
    lab.net.at("100s").restart("mail-b")
    lab.mailbox("mail-c", "carol@c.test", found, "130s")

    async def main() -> None:
        await asyncio.sleep(1)
        await post("carol@c.test")
        await asyncio.sleep(119)
        lab.servers["mail-a"].queue.flush()
        await asyncio.sleep(20)

    lab.run(main)
    assert len(found) == 1


@pytest.mark.parametrize("where", [".message", ".state"])
def test_a_damaged_message_stays_where_it_is_and_the_others_go_on(where: str) -> None:
    lab, found = ThreeDomains(**QUICK), []
    lab.net.at("500ms").crash("mail-b")
    lab.net.at("200s").restart("mail-b")
    lab.mailbox("mail-c", "carol@c.test", found, "300s")
    disk = lab.hosts["mail-a"].disk

    def flip() -> None:
        first = min(path for path in disk.medium.names if path.endswith(where))
        inode = disk.medium.names[first]
        assert inode is not None
        disk.medium.rot(inode, len(inode.cache) - 2, 1)

    def damage() -> None:
        flip()
        lab.hosts["mail-a"].crash()
        lab.hosts["mail-a"].restart()

    lab.net.build()
    kernel = lab.net._world.kernel
    kernel.call_at(10_000_000_000, damage)

    async def main() -> None:
        await asyncio.sleep(1)
        await post("carol@c.test", subject="damaged")
        await post("carol@c.test", subject="whole")
        await asyncio.sleep(300)

    lab.run(main)
    assert [stored.message()["Subject"] for stored in found] == ["whole"]
    assert lab.counted("mail-a", "damaged-entries") == 1
    assert sum(path.endswith(where) for path in disk.medium.names) == 1


def test_many_letters_survive_many_crashes_and_bounces_come_once() -> None:
    lab, carol, alice = ThreeDomains(**QUICK), [], []
    for number, host in enumerate(("mail-a", "mail-b", "mail-c") * 4):
        lab.net.at(f"{2000 + 1130 * number}ms").crash(host)
        lab.net.at(f"{3000 + 1130 * number}ms").restart(host)
    lab.mailbox("mail-c", "carol@c.test", carol, "3h")
    lab.mailbox("mail-a", "alice@a.test", alice, "3h")
    accepted: list[str] = []

    async def main() -> None:
        for number in range(15):
            await asyncio.sleep(0.5)
            for _ in range(20):
                try:
                    message = letter("carol@c.test", "nobody@c.test", subject=str(number))
                    await submit(message, server="mail-a", user="alice@a.test", password="correct horse")
                    accepted.append(str(number))
                    break
                except (OSError, SmtpError):
                    await asyncio.sleep(0.7)
        await asyncio.sleep(10_801 - asyncio.get_running_loop().time())

    lab.run(main)
    subjects = [str(stored.message()["Subject"]) for stored in carol]
    assert len(accepted) == 15
    assert set(subjects) >= set(accepted)
    named = [stored.name for stored in alice]
    assert len(named) == len(set(named)) >= 15  # each copy that mail-b took has one report
    assert lab.queued() == 0


@pytest.mark.parametrize("fault", ["sync_errors", "write_errors", "capacity_octets"])
def test_a_disk_that_fails_refuses_for_now(fault: str) -> None:
    lab, found = ThreeDomains(**QUICK), []
    lab.net.at("500ms").disk("mail-a", **{fault: 1.0 if fault != "capacity_octets" else 100})
    lab.net.at("10s").heal_disk("mail-a")
    lab.mailbox("mail-c", "carol@c.test", found, "60s")

    async def main() -> list[int]:
        await asyncio.sleep(1)
        codes = [*(await post("carol@c.test")).values()]
        await asyncio.sleep(20)
        codes += (await post("carol@c.test", subject="again")).values()
        await asyncio.sleep(60)
        return codes

    assert lab.run(main) == [452 if fault == "capacity_octets" else 451, 250]
    assert [stored.message()["Subject"] for stored in found] == ["again"]
    assert lab.counted("mail-a", "refused-disk") == 1


def test_a_mailbox_is_read_marked_and_emptied() -> None:
    lab = ThreeDomains()
    seen: list[list[Stored]] = []

    async def read() -> None:
        boxes = lab.servers["mail-a"].mailboxes
        for step in range(3):
            found = await boxes.messages("postmaster@a.test")
            seen.append(found)
            if step == 0:
                await boxes.mark_seen("postmaster@a.test", found[0].name)
            elif step == 1:
                await boxes.remove("postmaster@a.test", found[0].name)

    async def main() -> None:
        await asyncio.sleep(1)
        await post("postmaster@a.test", subject="one")
        await post("Postmaster@A.test", subject="two")
        await asyncio.sleep(10)

    lab.hosts["mail-a"].run(read, start="8s")
    lab.run(main)
    assert [[(one.message()["Subject"], one.seen) for one in found] for found in seen] == [
        [("one", False), ("two", False)], [("one", True), ("two", False)], [("two", False)]
    ]  # fmt: skip
