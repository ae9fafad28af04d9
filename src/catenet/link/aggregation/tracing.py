"""Rows of the trace: a member's mux state, and how many members of an aggregate work."""

from __future__ import annotations

from typing import Final

from catenet.kernel.trace import declare

ROW_MEMBER: Final = declare(0x240, "lacp.member", "state", "partner")
ROW_AGGREGATE: Final = declare(0x241, "lacp.aggregate", "members", "up")
