"""The option negotiation automaton of PPP: its whole state table (RFC 1661, section 4.1), and what it does.

The table is the standard's, event by event.  Empty entries of it, which cannot happen, are missing here: an event that
has no entry raises KeyError.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

INITIAL: Final[i64] = 0
STARTING: Final[i64] = 1
CLOSED: Final[i64] = 2
STOPPED: Final[i64] = 3
CLOSING: Final[i64] = 4
STOPPING: Final[i64] = 5
REQ_SENT: Final[i64] = 6
ACK_RCVD: Final[i64] = 7
ACK_SENT: Final[i64] = 8
OPENED: Final[i64] = 9
STATE_NAMES: Final = (
    "Initial",
    "Starting",
    "Closed",
    "Stopped",
    "Closing",
    "Stopping",
    "Req-Sent",
    "Ack-Rcvd",
    "Ack-Sent",
    "Opened",
)

UP: Final[i64] = 0
"""The lower layer is ready."""
DOWN: Final[i64] = 1
"""The lower layer is not."""
OPEN: Final[i64] = 2
"""The administrator allows the link to be opened."""
CLOSE: Final[i64] = 3
"""The administrator does not."""
TIMEOUT: Final[i64] = 4
"""TO+: the restart timer expired, and the counter is above zero."""
EXHAUSTED: Final[i64] = 5
"""TO−: it expired, and the counter is zero."""
REQUEST_GOOD: Final[i64] = 6
"""RCR+: a Configure-Request whose options are all accepted."""
REQUEST_BAD: Final[i64] = 7
"""RCR−: one whose options are not."""
ACK: Final[i64] = 8
"""RCA: a Configure-Ack."""
NAK: Final[i64] = 9
"""RCN: a Configure-Nak or a Configure-Reject."""
TERMINATE: Final[i64] = 10
"""RTR: a Terminate-Request."""
TERMINATED: Final[i64] = 11
"""RTA: a Terminate-Ack."""
UNKNOWN: Final[i64] = 12
"""RUC: a code that is not known."""
REJECT_GOOD: Final[i64] = 13
"""RXJ+: a Code-Reject or Protocol-Reject that can be borne."""
REJECT_BAD: Final[i64] = 14
"""RXJ−: one of what cannot be done without."""
ECHO: Final[i64] = 15
"""RXR: an Echo-Request, Echo-Reply or Discard-Request."""
EVENT_NAMES: Final = (
    "Up",
    "Down",
    "Open",
    "Close",
    "TO+",
    "TO-",
    "RCR+",
    "RCR-",
    "RCA",
    "RCN",
    "RTR",
    "RTA",
    "RUC",
    "RXJ+",
    "RXJ-",
    "RXR",
)

TLU: Final[i64] = 0
"""This-Layer-Up."""
TLD: Final[i64] = 1
"""This-Layer-Down."""
TLS: Final[i64] = 2
"""This-Layer-Started: the lower layer is wanted."""
TLF: Final[i64] = 3
"""This-Layer-Finished: the lower layer is no longer wanted."""
IRC: Final[i64] = 4
"""Initialize-Restart-Count: to Max-Configure or Max-Terminate."""
ZRC: Final[i64] = 5
"""Zero-Restart-Count: wait for a time, then stop."""
SCR: Final[i64] = 6
"""Send-Configure-Request."""
SCA: Final[i64] = 7
"""Send-Configure-Ack."""
SCN: Final[i64] = 8
"""Send-Configure-Nak, or Reject."""
STR: Final[i64] = 9
"""Send-Terminate-Request."""
STA: Final[i64] = 10
"""Send-Terminate-Ack."""
SCJ: Final[i64] = 11
"""Send-Code-Reject."""
SER: Final[i64] = 12
"""Send-Echo-Reply."""
ACTION_NAMES: Final = ("tlu", "tld", "tls", "tlf", "irc", "zrc", "scr", "sca", "scn", "str", "sta", "scj", "ser")

_TABLE: Final = """
        0      1         2         3            4      5      6         7           8         9
Up      2      irc,scr/6 -         -            -      -      -         -           -         -
Down    -      -         0         tls/1        0      1      1         1           1         tld/1
Open    tls/1  1         irc,scr/6 3            5      5      6         7           8         9
Close   0      tlf/0     2         2            4      4      irc,str/4 irc,str/4   irc,str/4 tld,irc,str/4
TO+     -      -         -         -            str/4  str/5  scr/6     scr/6       scr/8     -
TO-     -      -         -         -            tlf/2  tlf/3  tlf/3     tlf/3       tlf/3     -
RCR+    -      -         sta/2 irc,scr,sca/8    4      5      sca/8     sca,tlu/9   sca/8     tld,scr,sca/8
RCR-    -      -         sta/2 irc,scr,scn/6    4      5      scn/6     scn/7       scn/6     tld,scr,scn/6
RCA     -      -         sta/2     sta/3        4      5      irc/7     scr/6       irc,tlu/9 tld,scr/6
RCN     -      -         sta/2     sta/3        4      5      irc,scr/6 scr/6       irc,scr/8 tld,scr/6
RTR     -      -         sta/2     sta/3        sta/4  sta/5  sta/6     sta/6       sta/6     tld,zrc,sta/5
RTA     -      -         2         3            tlf/2  tlf/3  6         6           8         tld,scr/6
RUC     -      -         scj/2     scj/3        scj/4  scj/5  scj/6     scj/7       scj/8     scj/9
RXJ+    -      -         2         3            4      5      6         6           8         9
RXJ-    -      -         tlf/2     tlf/3        tlf/2  tlf/3  tlf/3     tlf/3       tlf/3     tld,irc,str/5
RXR     -      -         2         3            4      5      6         7           8         ser/9
"""


class Transition:
    """What happens: the actions in their order, and the next state."""

    def __init__(self, actions: list[int], state: int) -> None:
        self.actions: Final = actions
        self.state: Final = state


def _transition(entry: str) -> Transition:
    *actions, state = entry.replace("/", ",").split(",")
    return Transition([ACTION_NAMES.index(action) for action in actions], int(state))


def _read(table: str) -> dict[tuple[int, int], Transition]:
    lines = table.strip().splitlines()[1:]
    found: dict[tuple[int, int], Transition] = {}
    for line in lines:
        name, *entries = line.split()
        event = EVENT_NAMES.index(name)
        for state, entry in enumerate(entries):
            if entry != "-":
                found[(state, event)] = _transition(entry)
    return found


TRANSITIONS: Final[dict[tuple[int, int], Transition]] = _read(_TABLE)
"""``(state, event)``: what happens."""


def transition_lines() -> list[str]:
    """The table as text, one line for each transition."""
    return [
        f"{STATE_NAMES[state]} --{EVENT_NAMES[event]}--> {STATE_NAMES[after.state]}"
        f": {', '.join(ACTION_NAMES[action] for action in after.actions) or 'nothing'}"
        for (state, event), after in TRANSITIONS.items()
    ]
