"""The disk of the machine (:class:`~catenet.application.storage.disk.Machine`), as a host sees it: a simulated one."""

from __future__ import annotations

from catenet.application.storage.disk import Disk, Machine
from catenet.host.sandbox.current import present
from catenet.host.sandbox.patches import Patch


def disk_patches() -> list[Patch]:
    """The disk of this machine is the present host's, and so are its notes."""
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
