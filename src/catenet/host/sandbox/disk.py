"""The disk of the machine (:class:`~catenet.application.storage.disk.Machine`), on a host: a simulated disk."""

from __future__ import annotations

from catenet.application.storage.disk import Disk, Machine
from catenet.host.sandbox.current import present
from catenet.host.sandbox.patches import Patch


def disk_patches() -> list[Patch]:
    """Patches by which the machine's disk and notes are those of the present host."""
    real_here, real_note = Machine.disk, Machine.note

    def disk(machine: Machine) -> Disk:
        here = present()
        return real_here(machine) if here is None else here.host.disk

    def note(machine: Machine, what: str, text: str) -> None:
        here = present()
        if here is None:
            real_note(machine, what, text)
        else:
            here.host.note(what, text)

    return [Patch(Machine, "disk", disk), Patch(Machine, "note", note)]
