"""What the MAC of a half-duplex station counts, as the EtherLike-MIB names it (RFC 3635, section 4)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.half_duplex.timing import ATTEMPT_LIMIT

NAMES: Final = (
    "collisions",
    "single_collision_frames",
    "multiple_collision_frames",
    "excessive_collisions",
    "late_collisions",
    "deferred_transmissions",
)


class MacCounters:
    """Counts of frames, but for ``collisions`` and ``late_collisions``, which are of attempts.

    ``frames_by_collisions[n]`` frames were sent after ``n`` collisions (the MIB's dot3CollTable).
    """

    def __init__(self) -> None:
        self.collisions: i64 = 0
        self.single_collision_frames: i64 = 0
        self.multiple_collision_frames: i64 = 0
        self.excessive_collisions: i64 = 0
        self.late_collisions: i64 = 0
        self.deferred_transmissions: i64 = 0
        self.frames_by_collisions: Final = [0] * ATTEMPT_LIMIT

    def sent(self, collisions: i64, deferred: bool) -> None:
        """A frame was sent after so many collisions, or deferred and without one."""
        self.frames_by_collisions[collisions] += 1
        if collisions == 1:
            self.single_collision_frames += 1
        elif collisions > 1:
            self.multiple_collision_frames += 1
        elif deferred:
            self.deferred_transmissions += 1

    def as_table(self) -> dict[str, int]:
        """All but the table by name."""
        return {
            "collisions": self.collisions,
            "single_collision_frames": self.single_collision_frames,
            "multiple_collision_frames": self.multiple_collision_frames,
            "excessive_collisions": self.excessive_collisions,
            "late_collisions": self.late_collisions,
            "deferred_transmissions": self.deferred_transmissions,
        }
