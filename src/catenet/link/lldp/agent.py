"""The LLDP agent of one port (IEEE 802.1AB-2016, 9.2.8 to 9.2.10).

It sends at once when the port comes up or what it says changes, and then once in an interval.  A new neighbour makes it
send a few times in quick succession, so that the neighbour knows it soon.  A credit bounds how much it sends: one frame
is added each second, up to ``credit_max``.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.timer import Timer
from catenet.link.ethernet import Frame
from catenet.link.lldp.lldpdu import CHASSIS_MAC, Lldpdu
from catenet.link.lldp.local_system import LocalPort
from catenet.link.lldp.neighbours import AGED_OUT, CHANGED, NEVER_NS, NEW, SHUTDOWN, TOO_MANY, Neighbours
from catenet.link.lldp.settings import SECOND_NS, LldpSettings
from catenet.link.lldp.tracing import ROW_NEIGHBOUR


class LldpAgent(Timer):
    """Sends and receives at one port, as ``enabledRxTx``.  Counters are those of 9.2.6."""

    def __init__(self, local: LocalPort, settings: LldpSettings) -> None:
        super().__init__(local.port.kernel)
        self.local: Final = local
        self.settings: Final = settings
        self.neighbours: Final = Neighbours()
        self.frames_out: int = 0
        self.frames_in: int = 0
        self.frames_in_error: int = 0
        self.tlvs_discarded: int = 0
        self.tlvs_unrecognized: int = 0
        self.too_many: int = 0
        self.ageouts: int = 0
        self._enabled = False
        self._next_ns: i64 = NEVER_NS
        self._send_now = False
        self._fast_left: int = 0
        self._credit: int = settings.credit_max
        self._credit_ns: i64 = 0
        self._subject: Final = self.kernel.trace.subject(local.port.name)

    # -- what happens at the port

    def carrier_changed(self, up: bool) -> None:
        """The port came up or went down.  What neighbours said stays until it is too old."""
        self._enabled = up
        self._send_now = False
        self._fast_left = 0
        self._credit = self.settings.credit_max
        self._credit_ns = self.kernel.now_ns
        self._next_ns = self.kernel.now_ns if up else NEVER_NS
        self._wait()

    def local_changed(self) -> None:
        """What the port says has changed."""
        if self._enabled:
            self._next_ns = self.kernel.now_ns
            self._wait()

    def receive(self, frame: Frame) -> None:
        """A frame of LLDP has come in (rxProcessFrame, 9.2.7.7)."""
        self.frames_in += 1
        unit = Lldpdu.parse(frame.payload.emit())
        if unit is None:
            self.frames_in_error += 1
            return
        self.tlvs_discarded += unit.discarded
        self.tlvs_unrecognized += unit.unrecognized
        change = self.neighbours.heard(unit, self.kernel.now_ns)
        if change == TOO_MANY:
            self.too_many += 1
        elif change in (NEW, CHANGED, SHUTDOWN):
            self._trace(change, unit)
        if change == NEW and self._enabled:
            if self._fast_left == 0:
                self._fast_left = self.settings.fast_count
            self._next_ns = self.kernel.now_ns
        self._wait()

    def expired(self) -> None:
        now_ns = self.kernel.now_ns
        for unit in self.neighbours.take_expired(now_ns):
            self.ageouts += 1
            self._trace(AGED_OUT, unit)
        if self._next_ns <= now_ns:
            self._interval_is_over(now_ns)
        self._send_if_allowed(now_ns)
        self._wait()

    # -- sending (9.2.8, 9.2.10)

    def _interval_is_over(self, now_ns: i64) -> None:
        settings = self.settings
        if self._fast_left > 0:
            self._fast_left -= 1
        self._send_now = True
        interval_s = settings.fast_interval_s if self._fast_left > 0 else settings.interval_s
        self._next_ns = now_ns + interval_s * SECOND_NS

    def _send_if_allowed(self, now_ns: i64) -> None:
        while self._credit_ns + SECOND_NS <= now_ns:
            if self._credit >= self.settings.credit_max:
                self._credit_ns = now_ns
                break
            self._credit += 1
            self._credit_ns += SECOND_NS
        if self._send_now and self._credit > 0:
            self._send_now = False
            self._credit -= 1
            self.frames_out += 1
            port = self.local.port
            port.send(self.local.lldpdu(self.settings.ttl_s).frame(port.mac))

    def _wait(self) -> None:
        deadline_ns = min(self._next_ns, self.neighbours.next_expiry_ns())
        if self._send_now:
            deadline_ns = min(deadline_ns, self._credit_ns + SECOND_NS)
        self.arm(deadline_ns)

    def _trace(self, change: int, unit: Lldpdu) -> None:
        chassis = int.from_bytes(unit.chassis[1], "big") if unit.chassis[0] == CHASSIS_MAC else 0
        self.kernel.trace.row(self.kernel.now_ns, ROW_NEIGHBOUR, self._subject, change, chassis & (1 << 48) - 1)
