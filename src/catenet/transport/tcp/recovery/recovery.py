"""Loss recovery: the evaluation of acknowledgments, and window reductions.

==========  ==========================================================================================
state       meaning (the four are Linux's)
==========  ==========================================================================================
OPEN        nothing unusual
DISORDER    something arrived out of order; new data may go out meanwhile (RFC 3042)
RECOVERY    a loss was found by acknowledgments; the window was reduced once (RFC 6675, RFC 6582)
LOSS        the retransmission timer expired; everything not SACKed is sent again (RFC 5681 3.1)
==========  ==========================================================================================

A spurious reduction is undone: when the acknowledgment echoes the timestamp of the original (Eifel, RFC 3522 and RFC
4015), or when the peer reports every retransmission as a duplicate (RFC 2883, RFC 3708).  Late arrivals raise the
threshold of duplicates that means loss, up to 300 segments.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.transport.tcp.congestion.base import CongestionControl
from catenet.transport.tcp.counters import TcpCounters
from catenet.transport.tcp.recovery.scoreboard import Scoreboard
from catenet.transport.tcp.segment.sequence import difference
from catenet.transport.tcp.sender.records import SegmentRecord
from catenet.transport.tcp.settings import TcpSettings

OPEN: Final[i64] = 0
DISORDER: Final[i64] = 1
RECOVERY: Final[i64] = 3
LOSS: Final[i64] = 4
NAMES: Final[dict[int, str]] = {0: "open", 1: "disorder", 3: "recovery", 4: "loss"}

NO_MARK: Final[i64] = -1


class Recovery:
    """The state of loss recovery of one connection."""

    def __init__(
        self,
        settings: TcpSettings,
        counters: TcpCounters,
        scoreboard: Scoreboard,
        congestion: CongestionControl,
    ) -> None:
        self.settings: Final = settings
        self.counters: Final = counters
        self.scoreboard: Final = scoreboard
        self.congestion = congestion
        self.state: i64 = OPEN
        self.point: i64 = 0
        """``snd_nxt`` when the present or last recovery began (RFC 6675: RecoveryPoint)."""
        self.reordering: i64 = settings.reordering
        """The number of SACKed segments above a segment that marks it lost (RFC 6675: DupThresh)."""
        self.sack_on = False
        self.duplicates: i64 = 0
        """Duplicate acknowledgments from a peer without SACK."""
        self.undo_mark: i64 = NO_MARK
        """``snd_una`` when the window was reduced; NO_MARK if there is no reduction to undo."""
        self.undo_resends: i64 = 0
        """Retransmissions since then that the peer has not reported as duplicates."""
        self.resend_ts: i64 = NO_MARK
        """Timestamp of the first retransmission since then."""
        self.resend_at_once: bool = False
        """The next retransmission is sent regardless of the pipe (RFC 6675 section 5, step 4.3; RFC 6582)."""
        self.dsacks: i64 = 0
        self.dsack_now: bool = False
        """The present acknowledgment reports a duplicate."""
        self.reorderings: i64 = 0

    def pipe(self, snd_una: i64, snd_nxt: i64) -> i64:
        """The estimated octets in the network."""
        pipe = self.scoreboard.pipe(snd_una, snd_nxt)
        if self.duplicates > 0:
            pipe -= self.duplicates * self.congestion.mss
            if pipe < 0:
                pipe = 0
        return pipe

    def quiet(self) -> bool:
        """True if there is no sign of loss, so that acknowledgments need no evaluation."""
        return self.state == OPEN and self.scoreboard.sacked_bytes == 0 and self.duplicates == 0

    def may_grow(self) -> bool:
        """True if acknowledgments raise the congestion window."""
        return self.state != RECOVERY

    def on_ack(self, prior_una: i64, snd_una: i64, snd_nxt: i64, duplicate: bool, echo: i64, now_ns: i64) -> None:
        """Evaluate an acknowledgment after the scoreboard was updated.

        ``duplicate`` says that it is one in the sense of RFC 5681 section 2, from a peer without SACK;
        ``echo`` is its timestamp echo, or -1.
        """
        self._record_reordering(snd_nxt)
        if not self.sack_on:
            self._count_duplicates(prior_una, snd_una, duplicate)
        if self.state >= RECOVERY:
            # RFC 4015 first: a spurious loss needs no recovery. Then whether recovery is complete; a partial
            # acknowledgment indicates the next loss only without SACK (RFC 6582)
            if snd_una > prior_una and self._echo_of_original(echo) and self._acks_were_not_lost(snd_una, snd_nxt):
                self._undo(snd_una, snd_nxt)
                self.counters.full_undos += 1
            elif snd_una >= self.point:
                self._leave(snd_una, snd_nxt)
            elif snd_una > prior_una and not self.sack_on:
                self._partial_ack()
        self._find_losses(snd_una, snd_nxt, now_ns)
        self.dsack_now = False

    def on_dsack(self, start: i64, snd_una: i64, snd_nxt: i64) -> None:
        """The peer received the octets at ``start`` twice (RFC 2883)."""
        self.dsacks += 1
        self.dsack_now = True
        self.counters.dsacks_received += 1
        # RFC 3708: only a duplicate of a retransmission since the window was reduced
        if self.undo_mark == NO_MARK or start < self.undo_mark or self.undo_resends <= 0:
            return
        self.undo_resends -= 1
        if self.undo_resends == 0 and (self.state != LOSS or snd_una >= self.point):
            self._undo(snd_una, snd_nxt)
            self.counters.dsack_undos += 1

    def on_timeout(self, snd_una: i64, snd_nxt: i64, retries: i64, now_ns: i64) -> None:
        """The retransmission timer expired; ``retries`` counts earlier expiries without an acknowledgment.

        The threshold is lowered once for one window of data: not while backing off, nor when recovery has
        already lowered it.
        """
        scoreboard = self.scoreboard
        queue = scoreboard.queue
        assert snd_una < snd_nxt, "the retransmission timer runs only while something is outstanding"
        if queue.count() > 0 and queue.first().sacked:
            # RFC 2018 section 8: the peer has reneged, so no SACK is valid
            self.counters.sack_reneging += 1
            scoreboard.forget_sacks()
        if self.state <= DISORDER and scoreboard.sacked_segments >= self.settings.reordering:
            # there were too few duplicates: the threshold was too high
            if self.reordering > self.settings.reordering:
                self.reordering = self.settings.reordering
        # RFC 5681 section 3.1, equation 4, only for the first timeout of a segment
        first = self.state <= DISORDER or snd_una >= self.point or (self.state == LOSS and retries == 0)
        if first:
            self._mark(snd_una)
        self.congestion.on_timeout(self._flight(snd_una, snd_nxt), now_ns, first)
        self.duplicates = 0
        scoreboard.mark_all_lost()
        self.state = LOSS
        self.point = snd_nxt
        assert scoreboard.pipe(snd_una, snd_nxt) == 0, "all that is not SACKed counts as lost (RFC 6675 section 5.1)"

    def resent(self, record: SegmentRecord, ts_now: i64) -> None:
        """A segment was retransmitted."""
        if self.undo_mark != NO_MARK:
            self.undo_resends += 1
            if self.resend_ts == NO_MARK:
                self.resend_ts = ts_now

    def _find_losses(self, snd_una: i64, snd_nxt: i64, now_ns: i64) -> None:
        scoreboard = self.scoreboard
        if scoreboard.queue.count() == 0:
            # nothing is outstanding, so nothing can be lost
            if self.state == DISORDER:
                self.state = OPEN
            return
        if self.sack_on:
            if scoreboard.sacked_segments > 0:
                # RFC 6675 section 4, IsLost
                scoreboard.detect_loss(self.reordering)
                self.counters.lost_retransmits += scoreboard.relost_segments
                scoreboard.relost_segments = 0
        elif self.duplicates >= self.reordering and self.state < RECOVERY and snd_una >= self.point:
            # RFC 6582 section 3.2, step 2: not for duplicates of the last recovery's segments
            scoreboard.mark_lost(scoreboard.queue.first())
        if self.state >= RECOVERY:
            # the window is reduced once for one window of data (RFC 5681 section 4.3)
            return
        if scoreboard.lost_bytes > scoreboard.resent_bytes:
            self._enter(snd_una, snd_nxt, now_ns)
        elif scoreboard.sacked_bytes > 0 or self.duplicates > 0:
            # limited transmit (RFC 3042): the pipe has shrunk, so new data may be sent; the window stays
            self.state = DISORDER
        else:
            self.state = OPEN

    def _enter(self, snd_una: i64, snd_nxt: i64, now_ns: i64) -> None:
        if self.sack_on:
            self.counters.sack_recoveries += 1
        else:
            self.counters.reno_recoveries += 1
        assert self.state < RECOVERY, "a recovery within a recovery would reduce the window twice"
        self._mark(snd_una)
        self.congestion.on_loss(self._flight(snd_una, snd_nxt), now_ns)
        self.state = RECOVERY
        self.point = snd_nxt
        self.resend_at_once = True
        assert self.congestion.cwnd_bytes >= self.congestion.mss, "a congestion window takes one segment at least"

    def _flight(self, snd_una: i64, snd_nxt: i64) -> i64:
        # segments sent by RFC 3042 beyond the window do not count (RFC 5681 section 3.2)
        flight = snd_nxt - snd_una
        cwnd = self.congestion.cwnd_bytes
        return min(cwnd, flight)

    def _mark(self, snd_una: i64) -> None:
        self.undo_mark = snd_una
        self.undo_resends = 0
        self.resend_ts = NO_MARK

    def _leave(self, snd_una: i64, snd_nxt: i64) -> None:
        if self.state == RECOVERY:
            # prevents a burst if little is in flight (RFC 6582 section 3.2, step 3, option 1)
            congestion = self.congestion
            initial = self.settings.initial_window_segments * congestion.mss
            most = max(snd_nxt - snd_una + congestion.mss, congestion.ssthresh_bytes >> 1)
            congestion.cwnd_bytes = min(congestion.cwnd_bytes, max(most, initial))
        assert self.congestion.cwnd_bytes >= self.congestion.mss, "a congestion window takes one segment at least"
        self.state = OPEN
        self.duplicates = 0
        self.scoreboard.recovered()

    def _undo(self, snd_una: i64, snd_nxt: i64) -> None:
        scoreboard = self.scoreboard
        if scoreboard.highest_sacked > snd_una:
            self._raise_reordering(scoreboard.highest_sacked - snd_una)
        else:
            self._raise_reordering((self.reordering + 1) * self.congestion.mss)
        scoreboard.unmark_lost()
        assert scoreboard.lost_bytes == 0, "a spurious loss was none"
        self.congestion.undo()
        self.undo_mark = NO_MARK
        self.state = OPEN
        self.duplicates = 0

    def _echo_of_original(self, echo: i64) -> bool:
        if echo < 0 or self.resend_ts == NO_MARK or self.undo_mark == NO_MARK:
            return False
        return difference(echo, self.resend_ts) < 0

    def _acks_were_not_lost(self, snd_una: i64, snd_nxt: i64) -> bool:
        # RFC 3522 section 3.2, steps 5 and 6: if every ACK was lost, the first received one echoes the original, too,
        # although the timeout was justified, and other segments may be lost
        if self.dsack_now:
            return False
        return self.dsacks > 0 or snd_una < snd_nxt

    def _partial_ack(self) -> None:
        # RFC 6582 section 3.2, step 3: the next segment is lost too. After a timeout all are marked already
        if self.state == RECOVERY and self.scoreboard.queue.count() > 0:
            first = self.scoreboard.queue.first()
            if not first.lost or not first.resent:
                self.scoreboard.mark_lost(first)
                self.resend_at_once = True

    def _count_duplicates(self, prior_una: i64, snd_una: i64, duplicate: bool) -> None:
        if duplicate:
            outstanding = self.scoreboard.queue.count()
            if self.duplicates + 1 < outstanding or outstanding <= 1:
                self.duplicates += 1
        elif snd_una > prior_una and self.duplicates > 0:
            # one of the acknowledged segments filled the hole; the others were counted before
            filled = (snd_una - prior_una + self.congestion.mss - 1) // self.congestion.mss - 1
            self.duplicates = self.duplicates - filled if self.duplicates > filled else 0
            if self.state < RECOVERY:
                self.duplicates = 0

    def _record_reordering(self, snd_nxt: i64) -> None:
        scoreboard = self.scoreboard
        if scoreboard.reordered_from >= 0 and self.sack_on:
            self.reorderings += 1
            self.counters.sack_reorderings += 1
            self._raise_reordering(scoreboard.highest_sacked - scoreboard.reordered_from)

    def _raise_reordering(self, distance_bytes: i64) -> None:
        segments = (distance_bytes + self.congestion.mss - 1) // self.congestion.mss
        if segments > self.settings.reordering_max:
            segments = self.settings.reordering_max
        if segments > self.reordering:
            self.reordering = segments
