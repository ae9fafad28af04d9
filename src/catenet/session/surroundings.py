"""What a host puts around its programs while they run.

While a host's code runs, ``time``, ``random``, ``socket`` and the like answer for that host.  The session
layer does not know how; it says when: before a loop's turn and after it.
"""

from __future__ import annotations

from mypy_extensions import mypyc_attr


@mypyc_attr(allow_interpreted_subclasses=True)
class Surroundings:
    """Nothing around; the host layer supplies a subclass that puts something there."""

    def enter(self) -> None:
        """A turn of the host's loop begins."""

    def leave(self) -> None:
        """The turn is over, even if it ended in an exception."""
