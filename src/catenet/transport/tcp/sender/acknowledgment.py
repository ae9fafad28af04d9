"""Processing of acknowledgments (RFC 9293 section 3.10.7.4, fifth check, ESTABLISHED).

In this order: the window, the retransmission queue, the round trip, SACK, loss recovery, the congestion window, the
retransmission timer.  Nothing is sent from here: :meth:`.sender.Sender.push` is called at the event's end.
"""

from __future__ import annotations

from mypy_extensions import i64

from catenet.transport.tcp.segment.segment import TcpSegment
from catenet.transport.tcp.segment.sequence import difference, unwrap
from catenet.transport.tcp.sender.sender import Sender
from catenet.transport.tcp.settings import MS


def acknowledged(sender: Sender, segment: TcpSegment, seq: i64, ack: i64, now_ns: i64) -> None:
    """Process the acknowledgment of an acceptable segment; ``ack`` is between SND.UNA and SND.NXT."""
    prior_una = sender.snd_una
    assert prior_una <= ack <= sender.snd_nxt, "an ACK outside of what is outstanding got past segment input"
    window_changed = sender.update_window(segment, seq, ack)
    sender.persist.answered()
    if sender.window_bytes == 0:
        sender.rto.alive()
    scoreboard = sender.scoreboard
    # no round trip is shorter than the minimum
    scoreboard.begin_ack(now_ns - sender.rtt.min_rtt_ns)
    rtt_ns: i64 = 0
    if ack > prior_una:
        rtt_ns = _remove_acknowledged(sender, ack, segment, now_ns)
    recovery = sender.recovery
    blocks = segment.sack_blocks
    if blocks is not None and recovery.sack_on:
        # RFC 2018 section 5: only if SACK was negotiated
        _take_sack(sender, blocks, ack, now_ns)
    echo: i64 = segment.ts_echo if segment.has_timestamps else -1
    if blocks is not None or ack == prior_una or not recovery.quiet():
        # a duplicate in the sense of RFC 5681 section 2, by its signs (a), (b), (d) and (e)
        duplicate = ack == prior_una and not window_changed and len(segment.payload) == 0 and sender.outstanding()
        recovery.on_ack(prior_una, ack, sender.snd_nxt, duplicate, echo, now_ns)
    if ack > prior_una:
        _grow(sender, ack - prior_una, rtt_ns, now_ns)
        sender.rto.new_data_acknowledged(sender.outstanding(), now_ns)
        sender.unsent.freed(sender.in_flight())
    assert scoreboard.pipe(ack, sender.snd_nxt) >= 0, "more is SACKed or lost than is outstanding"


def _remove_acknowledged(sender: Sender, ack: i64, segment: TcpSegment, now_ns: i64) -> i64:
    """Free acknowledged records; returns the newest round-trip sample, or 0."""
    queue = sender.queue
    scoreboard = sender.scoreboard
    sample_from: i64 = -1
    octets: i64 = 0
    segments: i64 = 0
    sender.snd_una = ack
    while queue.count() > 0:
        record = queue.first()
        if record.end > ack:
            # RFC 9293 section 3.10.7.4: only entirely acknowledged segments leave the queue; here a partial one is
            # trimmed
            if record.start < ack:
                if not record.sacked:
                    octets += ack - record.start
                scoreboard.trim(record, ack)
            break
        if not record.sacked:
            octets += record.end - record.start
            segments += 1
            # Karn: a retransmitted segment gives no sample, since the ACK is ambiguous (RFC 6298 section 3)
            if record.transmissions == 1 and sample_from < 0:
                sample_from = record.sent_ns
        scoreboard.acknowledge(record)
        queue.pop_first()
    oldest = queue.first().start if queue.count() > 0 else sender.snd_nxt
    assert oldest == ack, "the records cover all that is outstanding, from SND.UNA to SND.NXT"
    scoreboard.forget_below(ack)
    _sample_round_trip(sender, sample_from, segment, now_ns)
    sender.delivery.delivered(octets, segments, now_ns)
    newest = scoreboard.newest
    if newest is None:
        return 0
    sender.delivery.sample(newest, now_ns)
    return now_ns - newest.sent_ns


def _sample_round_trip(sender: Sender, sample_from: i64, segment: TcpSegment, now_ns: i64) -> None:
    """Measure the round trip: by a segment sent once (Karn), else by the timestamp's echo (RFC 7323 section 4.1)."""
    assert sample_from <= now_ns, "nothing is acknowledged before it was sent"
    if sample_from >= 0:
        sender.rtt.sample(now_ns - sample_from)
    elif segment.has_timestamps and segment.ts_echo != 0:
        passed = difference(sender.output.ts_now(now_ns), segment.ts_echo)
        if passed >= 0:
            sender.rtt.sample((passed if passed > 0 else 1) * MS)


def _take_sack(sender: Sender, blocks: list[int], ack: i64, now_ns: i64) -> None:
    scoreboard = sender.scoreboard
    isn = sender.output.isn
    una = sender.snd_una
    at = 0
    while at + 1 < len(blocks):
        start = unwrap(blocks[at], isn, una)
        end = unwrap(blocks[at + 1], isn, una)
        if start < end:
            if at == 0 and _is_duplicate_report(sender, start, end, blocks, ack):
                sender.recovery.on_dsack(start, una, sender.snd_nxt)
            elif end > una and start >= una and end <= sender.snd_nxt:
                # a block of unsent or already acknowledged data is invalid or late, and is ignored
                scoreboard.sack(start, end)
        at += 2
    if scoreboard.newly_sacked_bytes > 0:
        sender.delivery.delivered(scoreboard.newly_sacked_bytes, scoreboard.newly_sacked_segments, now_ns)
        newest = scoreboard.newest
        if newest is not None and sender.snd_una == ack and newest.sacked:
            sender.delivery.sample(newest, now_ns)
    scoreboard.end_ack()
    assert scoreboard.sacked_bytes <= sender.in_flight(), "only what is outstanding is SACKed"


def _is_duplicate_report(sender: Sender, start: i64, end: i64, blocks: list[int], ack: i64) -> bool:
    """RFC 2883 section 4: the first block lies below the ACK, or within the second block."""
    if end <= ack:
        return True
    if len(blocks) < 4:
        return False
    isn = sender.output.isn
    return start >= unwrap(blocks[2], isn, ack) and end <= unwrap(blocks[3], isn, ack)


def _grow(sender: Sender, acked: i64, rtt_ns: i64, now_ns: i64) -> None:
    congestion = sender.congestion
    # not in recovery, which has its own rules (RFC 5681 section 3.2), nor while the window does not limit the sender
    # (RFC 7661)
    if sender.recovery.may_grow() and sender.validation.limited(congestion):
        before = congestion.cwnd_bytes
        congestion.on_ack(acked, now_ns, rtt_ns, sender.snd_una, sender.snd_nxt)
        assert congestion.cwnd_bytes >= before, "an acknowledgment never shrinks the window (RFC 5681 section 3.1)"
        sender.unsent.fit(congestion.cwnd_bytes)
