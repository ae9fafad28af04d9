"""Congestion controls by name (Linux: TCP_CONGESTION)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.transport.tcp.congestion.base import CongestionControl
from catenet.transport.tcp.congestion.cubic import Cubic
from catenet.transport.tcp.congestion.newreno import NewReno


@mypyc_attr(allow_interpreted_subclasses=True)
class Maker:
    """A factory of congestion controls, one per connection."""

    def make(self, mss: i64) -> CongestionControl:
        """A new one, for segments of ``mss`` octets."""
        raise AssertionError(f"{type(self).__name__} makes nothing")


class CubicMaker(Maker):
    """Makes :class:`Cubic`."""

    def make(self, mss: i64) -> CongestionControl:
        return Cubic(mss)


class NewRenoMaker(Maker):
    """Makes :class:`NewReno`."""

    def make(self, mss: i64) -> CongestionControl:
        return NewReno(mss)


_MAKERS: Final[dict[str, Maker]] = {"cubic": CubicMaker(), "reno": NewRenoMaker()}


def register(name: str, maker: Maker) -> None:
    """Register a congestion control under a name, replacing an existing one."""
    _MAKERS[name] = maker


def names() -> list[str]:
    """The registered names."""
    return list(_MAKERS)


def make(name: str, mss: i64) -> CongestionControl:
    """A congestion control by its name (``newreno`` is ``reno``).  Raises KeyError for an unknown one."""
    return _MAKERS["reno" if name == "newreno" else name].make(mss)
