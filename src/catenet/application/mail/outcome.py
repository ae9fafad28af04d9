"""What became of one recipient in one attempt."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from catenet.application.mail.replies import Reply


class Action(Enum):
    """The action of RFC 3464 section 2.3.3: delivered; to be tried again (4xx); never (5xx)."""

    DELIVERED = "delivered"
    DEFERRED = "deferred"
    FAILED = "failed"


class Outcome(NamedTuple):
    """``status`` is an enhanced status code, ``text`` the reply or the error, ``remote`` the server that told so."""

    action: Action
    status: str
    text: str
    remote: str = ""


def outcome_of(reply: Reply, remote: str) -> Outcome:
    """The outcome that a server's reply tells: 2xx, 5xx, and all others may be tried again."""
    action = {2: Action.DELIVERED, 5: Action.FAILED}.get(reply.code // 100, Action.DEFERRED)
    status = reply.status if action is not Action.DEFERRED or reply.code // 100 == 4 else "4.5.0"
    return Outcome(action, status, str(reply), remote)
