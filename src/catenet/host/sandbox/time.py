"""``time`` and ``datetime`` on a host.

They read the host's clocks; its time zone is UTC on every real machine, so that a run repeats everywhere.  A host's
code takes no time: two readings in one iteration of its loop are equal, and a program's processor time stays zero.
"""

from __future__ import annotations

import calendar
import datetime as dt
import errno
import os
import time
from time import struct_time
from typing import Any, Final

from catenet.host.sandbox.current import present
from catenet.host.sandbox.escapes import HostEscape
from catenet.host.sandbox.patches import Patch

NS_PER_S: Final = 1_000_000_000
NS_PER_US: Final = 1_000
UTC: Final = dt.UTC
SLEEP_INSTEAD: Final = "use `await asyncio.sleep(...)`, which lets virtual time pass"


class TimeFunctions:
    """The functions of ``time``.  Each uses the present host, and calls the real one if there is none."""

    def __init__(self) -> None:
        self._real: Final[dict[str, Any]] = {name: getattr(time, name) for name in self.names()}

    @classmethod
    def names(cls) -> list[str]:
        """The functions that exist both here and in this platform's ``time``."""
        return [name for name in vars(cls) if not name.startswith("_") and name != "names" and hasattr(time, name)]

    def time(self) -> float:
        here = present()
        return self._real["time"]() if here is None else here.wall_ns() / NS_PER_S

    def time_ns(self) -> int:
        here = present()
        return self._real["time_ns"]() if here is None else here.wall_ns()

    def monotonic(self) -> float:
        here = present()
        return self._real["monotonic"]() if here is None else here.monotonic_ns() / NS_PER_S

    def monotonic_ns(self) -> int:
        here = present()
        return self._real["monotonic_ns"]() if here is None else here.monotonic_ns()

    def perf_counter(self) -> float:
        here = present()
        return self._real["perf_counter"]() if here is None else here.monotonic_ns() / NS_PER_S

    def perf_counter_ns(self) -> int:
        here = present()
        return self._real["perf_counter_ns"]() if here is None else here.monotonic_ns()

    def process_time(self) -> float:
        return self._real["process_time"]() if present() is None else 0.0

    def process_time_ns(self) -> int:
        return self._real["process_time_ns"]() if present() is None else 0

    def thread_time(self) -> float:
        return self._real["thread_time"]() if present() is None else 0.0

    def thread_time_ns(self) -> int:
        return self._real["thread_time_ns"]() if present() is None else 0

    def clock_gettime(self, clk_id: int, /) -> float:
        return self._real["clock_gettime"](clk_id) if present() is None else self.clock_gettime_ns(clk_id) / NS_PER_S

    def clock_gettime_ns(self, clk_id: int, /) -> int:
        here = present()
        if here is None:
            return int(self._real["clock_gettime_ns"](clk_id))
        if clk_id == time.CLOCK_REALTIME:
            return here.wall_ns()
        if clk_id in MONOTONIC_CLOCKS:
            return here.monotonic_ns()
        if clk_id in PROCESSOR_CLOCKS:
            return 0
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    def clock_settime(self, clk_id: int, seconds: float, /) -> None:
        if present() is None:
            self._real["clock_settime"](clk_id, seconds)
        else:
            self.clock_settime_ns(clk_id, round(seconds * NS_PER_S))

    def clock_settime_ns(self, clk_id: int, time_ns: int, /) -> None:
        here = present()
        if here is None:
            self._real["clock_settime_ns"](clk_id, time_ns)
        elif clk_id == time.CLOCK_REALTIME:
            here.clock.set_wall(time_ns)
        else:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    def gmtime(self, seconds: float | None = None, /) -> struct_time:
        if seconds is None and present() is not None:
            seconds = self.time()
        moment: struct_time = self._real["gmtime"](seconds)
        return moment

    def localtime(self, seconds: float | None = None, /) -> struct_time:
        if present() is not None:
            return self.gmtime(seconds)
        moment: struct_time = self._real["localtime"](seconds)
        return moment

    def mktime(self, moment: Any, /) -> float:
        return self._real["mktime"](moment) if present() is None else float(calendar.timegm(tuple(moment)))

    def ctime(self, seconds: float | None = None, /) -> str:
        return str(self._real["ctime"](seconds) if present() is None else self._real["asctime"](self.gmtime(seconds)))

    def asctime(self, *moment: Any) -> str:
        return str(self._real["asctime"](*(moment or (self.localtime(),))))

    def strftime(self, form: str, *moment: Any) -> str:
        return str(self._real["strftime"](form, *(moment or (self.localtime(),))))

    def sleep(self, seconds: float, /) -> None:
        here = present()
        if here is None:
            self._real["sleep"](seconds)
        elif not here.sleep(seconds):
            raise HostEscape(here.name, f"time.sleep({seconds!r})", SLEEP_INSTEAD)


def clock_ids(*names: str) -> frozenset[int]:
    """The ids of the clocks on this platform."""
    return frozenset(getattr(time, name) for name in names if hasattr(time, name))


MONOTONIC_CLOCKS: Final = clock_ids("CLOCK_MONOTONIC", "CLOCK_MONOTONIC_RAW", "CLOCK_BOOTTIME", "CLOCK_HIGHRES")
PROCESSOR_CLOCKS: Final = clock_ids("CLOCK_PROCESS_CPUTIME_ID", "CLOCK_THREAD_CPUTIME_ID")

EPOCH: Final = dt.datetime(1970, 1, 1)


def _datetime_at(wall_ns: int) -> dt.datetime:
    """A wall clock's time as a naive datetime in UTC."""
    return EPOCH + dt.timedelta(microseconds=wall_ns // NS_PER_US)


class DateMethods:
    """The methods of ``date`` and ``datetime`` that use the machine's time or time zone."""

    def __init__(self) -> None:
        self.real_today: Final[Any] = vars(dt.date)["today"]
        self.real_date_from: Final[Any] = vars(dt.date)["fromtimestamp"]
        self.real_now: Final[Any] = vars(dt.datetime)["now"]
        self.real_utcnow: Final[Any] = vars(dt.datetime)["utcnow"]
        self.real_from: Final[Any] = vars(dt.datetime)["fromtimestamp"]
        self.real_timestamp: Final[Any] = vars(dt.datetime)["timestamp"]
        self.real_astimezone: Final[Any] = vars(dt.datetime)["astimezone"]

    def patches(self) -> list[Patch]:
        """The replacements, in the types' own dictionaries."""
        return [
            Patch(dt.date, "today", self._today()),
            Patch(dt.date, "fromtimestamp", self._date_from()),
            Patch(dt.datetime, "now", self._now()),
            Patch(dt.datetime, "utcnow", self._utcnow()),
            Patch(dt.datetime, "fromtimestamp", self._from()),
            Patch(dt.datetime, "timestamp", self._timestamp()),
            Patch(dt.datetime, "astimezone", self._astimezone()),
        ]

    def _today(self) -> Any:
        def today(cls: Any) -> Any:
            here = present()
            if here is None:
                return self.real_today.__get__(None, cls)()
            moment = _datetime_at(here.wall_ns())
            if issubclass(cls, dt.datetime):
                return cls.now()
            return cls(moment.year, moment.month, moment.day)

        return classmethod(today)

    def _date_from(self) -> Any:
        def fromtimestamp(cls: Any, timestamp: float, /) -> Any:
            if present() is None:
                return self.real_date_from.__get__(None, cls)(timestamp)
            moment = self.real_from.__get__(None, dt.datetime)(timestamp, UTC)
            return cls(moment.year, moment.month, moment.day)

        return classmethod(fromtimestamp)

    def _now(self) -> Any:
        def now(cls: Any, tz: dt.tzinfo | None = None) -> Any:
            here = present()
            if here is None:
                return self.real_now.__get__(None, cls)(tz)
            moment = _datetime_at(here.wall_ns())
            if tz is not None:
                moment = tz.fromutc(moment.replace(tzinfo=tz))
            return _as(cls, moment)

        return classmethod(now)

    def _utcnow(self) -> Any:
        def utcnow(cls: Any) -> Any:
            here = present()
            if here is None:
                return self.real_utcnow.__get__(None, cls)()
            return _as(cls, _datetime_at(here.wall_ns()))

        return classmethod(utcnow)

    def _from(self) -> Any:
        def fromtimestamp(cls: Any, timestamp: float, tz: dt.tzinfo | None = None) -> Any:
            if tz is not None or present() is None:
                return self.real_from.__get__(None, cls)(timestamp, tz)
            return self.real_from.__get__(None, cls)(timestamp, UTC).replace(tzinfo=None)

        return classmethod(fromtimestamp)

    def _timestamp(self) -> Any:
        def timestamp(moment: dt.datetime) -> Any:
            if present() is not None and moment.utcoffset() is None:
                moment = moment.replace(tzinfo=UTC)
            return self.real_timestamp(moment)

        return timestamp

    def _astimezone(self) -> Any:
        def astimezone(moment: dt.datetime, tz: dt.tzinfo | None = None) -> Any:
            if present() is not None:
                tz = UTC if tz is None else tz
                if moment.utcoffset() is None:
                    moment = moment.replace(tzinfo=UTC)
            return self.real_astimezone(moment, tz)

        return astimezone


def _as(cls: Any, moment: dt.datetime) -> Any:
    """The time as an instance of ``datetime`` or of a program's own subclass."""
    if cls is dt.datetime:
        return moment
    date = (moment.year, moment.month, moment.day)
    return cls(*date, moment.hour, moment.minute, moment.second, moment.microsecond, moment.tzinfo, fold=moment.fold)


def time_patches() -> list[Patch]:
    """The patches of functions that return a time."""
    functions = TimeFunctions()
    patches = [Patch(time, name, getattr(functions, name)) for name in TimeFunctions.names()]
    return [*patches, *DateMethods().patches()]
