"""The disk of the machine (:class:`~catenet.application.storage.disk.Machine`), on a host: a simulated disk."""

from __future__ import annotations

from catenet.application.storage.disk import Disk, Machine
from catenet.host.sandbox.current import present
from catenet.host.sandbox.patches import Patch


def disk_patches() -> list[Patch]:
    """Patches by which the machine's disk and log are those of the present host."""
    real_here, real_log_event = Machine.disk, Machine.log_event

    def disk(machine: Machine) -> Disk:
        here = present()
        return real_here(machine) if here is None else here.host.disk

    def log_event(machine: Machine, what: str, text: str) -> None:
        here = present()
        if here is None:
            real_log_event(machine, what, text)
        else:
            here.host.log_event(what, text)

    return [Patch(Machine, "disk", disk), Patch(Machine, "log_event", log_event)]
