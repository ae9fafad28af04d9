"""Rows of the trace: a port has a new neighbour, or one that changed or went."""

from __future__ import annotations

from typing import Final

from catenet.kernel.trace import declare

ROW_NEIGHBOUR: Final = declare(0x230, "lldp.neighbour", "change", "chassis")
CHANGES: Final = {1: "new", 2: "changed", 3: "shutdown", 4: "aged out"}
