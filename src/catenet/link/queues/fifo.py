"""The list of waiting frames: first in, first out."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.ethernet import FCS_OCTETS, Frame


class Waiting:
    """A waiting frame, its length without the check sequence, and its arrival time."""

    def __init__(self, frame: Frame, entered_ns: i64) -> None:
        self.frame = frame
        self.octets: Final[i64] = frame.octets - FCS_OCTETS
        self.entered_ns: Final[i64] = entered_ns
        self.behind: Waiting | None = None


class Fifo:
    """Frames in the order of arrival; ``octets`` as :class:`Waiting` counts them."""

    def __init__(self) -> None:
        self.frames: i64 = 0
        self.octets: i64 = 0
        self.head: Waiting | None = None
        self._tail: Waiting | None = None

    def push(self, waiting: Waiting) -> None:
        """Add a frame at the end."""
        tail = self._tail
        if tail is None:
            self.head = waiting
        else:
            tail.behind = waiting
        self._tail = waiting
        self.frames += 1
        self.octets += waiting.octets

    def pop(self) -> Waiting | None:
        """Remove the first frame; None if there is none."""
        head = self.head
        if head is None:
            return None
        self.head = head.behind
        head.behind = None
        if self.head is None:
            self._tail = None
        self.frames -= 1
        self.octets -= head.octets
        return head

    def take_all(self) -> list[Waiting]:
        """Remove all frames, in order."""
        taken: list[Waiting] = []
        while (waiting := self.pop()) is not None:
            taken.append(waiting)
        return taken
