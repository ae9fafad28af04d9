"""Rows of the trace: pause frames sent and obeyed, with the time that they ask for in quanta."""

from __future__ import annotations

from typing import Final

from catenet.kernel.trace import declare

ROW_SENT: Final = declare(0x250, "pause.sent", "quanta")
ROW_PAUSED: Final = declare(0x251, "pause.received", "quanta")
