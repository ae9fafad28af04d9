"""The trace rows of spanning trees: port roles and states, the root, topology changes."""

from __future__ import annotations

from typing import Final

from catenet.kernel.trace import declare

ROW_PORT: Final = declare(0x220, "stp.port", "role", "state")
ROW_ROOT: Final = declare(0x221, "stp.root", "mac", "cost")
ROW_TOPOLOGY_CHANGE: Final = declare(0x222, "stp.topology-change")
