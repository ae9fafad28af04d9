"""The faults of a scenario file: ``[[actions]]`` whose ``do`` is a verb of :mod:`~catenet.lab.faults.host_faults`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, Strict

from catenet.lab.faults.plan import Step

if TYPE_CHECKING:
    from catenet.lab.faults.schedule import At

Texts = tuple[str, ...]

KEYS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "crash": (("hosts",), ()),
    "restart": (("hosts",), ()),
    "pause": (("hosts",), ()),
    "resume": (("hosts",), ()),
    "partition": (("groups",), ()),
    "partition_one_way": (("sources", "targets"), ()),
    "partition_ring": (("hosts",), ()),
    "heal_partition": ((), ()),
    "clock": (("hosts",), ("step", "drift")),
    "disk": (("hosts", "faults"), ()),
    "heal_disk": (("hosts",), ()),
    "rot": (("hosts",), ("bits", "folder")),
    "restore": (("link",), ()),
    "nemesis": (("until",), ("hosts", "links", "kinds", "every", "lasting", "max_down")),
}
"""Required and optional keys, by verb."""

EXAMPLES: Final = {
    "hosts": 'hosts = ["paris"]',
    "groups": 'groups = [["paris"], ["oslo", "rome"]]',
    "sources": 'sources = ["paris"]',
    "targets": 'targets = ["oslo"]',
    "faults": "faults = { slow = 10 }",
    "link": 'link = ["a", "b"] or a link\'s name',
    "until": 'until = "30s"',
}


class FaultKeys(BaseModel):
    """The keys of a fault.  :data:`KEYS` lists those of each verb."""

    hosts: Texts = ()
    groups: tuple[Texts, ...] = ()
    sources: Texts = ()
    targets: Texts = ()
    step: str | float | None = None
    drift: str | float | None = None
    faults: dict[str, Any] = {}
    bits: Annotated[int, Strict()] = 1
    folder: str = ""
    until: str | float | None = None
    links: Texts = ()
    kinds: Texts = ()
    every: str | float = "1s"
    lasting: str | float = "2s"
    max_down: Annotated[int, Strict()] | None = None

    def check_keys(self, do: str) -> None:
        """Check that all required keys of the verb are present, and no unknown ones.  Raises ValueError."""
        needed, optional = KEYS.get(do, ((), ()))
        given = self.model_fields_set & (FaultKeys.model_fields.keys() | {"link"})
        for key in needed:
            if key not in given:
                raise ValueError(f'do = "{do}" needs {EXAMPLES[key]}')
        foreign = sorted(given - {*needed, *optional}) if do in KEYS else sorted(given - {"link"})
        if foreign:
            raise ValueError(f'{", ".join(foreign)}: do = "{do}" does not take this')


def declare(at: At, do: str, keys: FaultKeys, link: tuple[str, ...]) -> None:
    """Schedule the fault of a table at a time.  Raises :class:`~catenet.errors.LabError`."""
    given = {name: getattr(keys, name) for name in KEYS[do][1] if name in keys.model_fields_set}
    if do == "partition":
        at.partition(*keys.groups)
    elif do == "partition_one_way":
        at.partition_one_way(keys.sources, keys.targets)
    elif do == "heal_partition":
        at.heal_partition()
    elif do == "restore":
        Step(at.time_ns, do, link).declare(at)
    elif do == "nemesis":
        at.nemesis(until=keys.until or 0, **given)
    elif do in ("clock", "disk", "rot"):
        for host in keys.hosts:
            Step(at.time_ns, do, (host,), keys.faults if do == "disk" else given).declare(at)
    else:
        getattr(at, do)(*keys.hosts)
