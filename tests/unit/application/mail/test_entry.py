from __future__ import annotations

import pytest

from catenet.application.mail.outcome import Action, Outcome, outcome_of
from catenet.application.mail.queue.entry import DamagedEntry, Entry, Recipient, decode, encode
from catenet.application.mail.replies import Reply
from catenet.application.mail.settings import Retries


def entry() -> Entry:
    return Entry("id", "a@a.test", [Recipient("b@b.test"), Recipient("c@c.test"), Recipient("d@b.test")], 1.5)


def test_an_entry_is_read_back_and_every_flipped_bit_is_found() -> None:
    octets = encode(entry())
    assert decode(octets) == entry()
    for at in range(len(octets)):
        with pytest.raises(DamagedEntry):
            decode(octets[:at] + bytes([octets[at] ^ 4]) + octets[at + 1 :])


def test_a_message_is_done_when_each_recipient_is() -> None:
    message = entry()
    assert {domain: len(group) for domain, group in message.pending().items()} == {"b.test": 2, "c.test": 1}
    for recipient, action in zip(message.recipients, (Action.DELIVERED, Action.FAILED, Action.DEFERRED), strict=True):
        recipient.apply(Outcome(action, "2.0.0", "text"))
    assert [recipient.state for recipient in message.recipients] == ["delivered", "failed", "pending"]
    assert not message.is_done
    message.recipients[1].state = "reported"
    message.recipients[2].apply(Outcome(Action.DELIVERED, "2.0.0", "text"))
    assert message.is_done


@pytest.mark.parametrize(
    ("reply", "action", "status"),
    [
        (Reply(250, "2.1.5 OK"), Action.DELIVERED, "2.1.5"),
        (Reply(450, "busy"), Action.DEFERRED, "4.0.0"),
        (Reply(550, "5.1.1 no such mailbox"), Action.FAILED, "5.1.1"),
        (Reply(554, "4.7.1 wrong class"), Action.FAILED, "5.0.0"),
        (Reply(354, "go on"), Action.DEFERRED, "4.5.0"),
    ],
)
def test_a_reply_decides(reply: Reply, action: Action, status: str) -> None:
    assert outcome_of(reply, "mail")[:2] == (action, status)


def test_delays_double_up_to_the_longest() -> None:
    retries = Retries(first_s=100, max_s=500)
    assert [retries.delay_s(failures) for failures in (1, 2, 3, 4, 10_000)] == [100, 200, 400, 500, 500]
