"""Fills in :class:`~.info.TcpInfo` for a connection."""

from __future__ import annotations

from catenet.transport.tcp.connection.control_block import ControlBlock
from catenet.transport.tcp.connection.info import TcpInfo
from catenet.transport.tcp.recovery.recovery import NAMES


def describe(connection: ControlBlock) -> TcpInfo:
    """The present state of the connection."""
    sender = connection.sender
    receiver = connection.receiver
    rtt = connection.rtt
    scoreboard = sender.scoreboard
    congestion = sender.congestion
    mss = sender.mss
    lost_bytes = scoreboard.lost_bytes - scoreboard.resent_bytes
    return TcpInfo(
        state=connection.state,
        congestion=congestion.name,
        recovery_state=NAMES[sender.recovery.state],
        rto_ns=rtt.rto_ns(),
        srtt_ns=rtt.srtt_ns,
        rttvar_ns=rtt.rttvar_ns,
        min_rtt_ns=rtt.min_or_zero_ns(),
        receiver_rtt_ns=receiver.window.rtt_ns,
        cwnd_segments=congestion.cwnd_bytes // congestion.mss,
        cwnd_bytes=congestion.cwnd_bytes,
        ssthresh_bytes=congestion.ssthresh_bytes,
        send_window_bytes=sender.window_bytes,
        receive_window_bytes=max(receiver.window.edge - receiver.rcv_nxt, 0),
        mss=mss,
        receive_mss=receiver.mss,
        advertised_mss=connection.advertised_mss,
        path_mtu=connection.carrier.path_mtu(),
        timestamps=receiver.timestamps_on,
        sack=receiver.sack_on,
        send_window_shift=sender.window_shift,
        receive_window_shift=receiver.window.shift,
        backoff=rtt.backoff,
        retransmits=sender.rto.retries,
        total_retransmits=sender.resent_segments + connection.handshake.resent,
        unacked_segments=sender.queue.count(),
        sacked_segments=scoreboard.sacked_segments,
        lost_segments=max(-(-lost_bytes // mss), 0),
        retransmitted_segments=-(-scoreboard.resent_bytes // mss),
        reordering_segments=sender.recovery.reordering,
        bytes_sent=sender.sent_bytes,
        bytes_retransmitted=sender.resent_bytes,
        bytes_acked=max(sender.snd_una - 1, 0),
        bytes_received=receiver.octets,
        segments_out=connection.output.segments,
        segments_in=connection.segments_in,
        data_segments_out=sender.data_segments + sender.resent_segments,
        data_segments_in=receiver.data_segments,
        delivered_segments=sender.delivery.delivered_segments,
        dsack_duplicates=sender.recovery.dsacks,
        reordering_seen=sender.recovery.reorderings,
        out_of_order_segments=receiver.out_of_order,
        delivery_rate_bytes_s=sender.delivery.bytes_s,
        not_sent_bytes=sender.unsent.length,
        send_buffer_octets=sender.unsent.limit,
        receive_buffer_octets=receiver.window.limit,
        last_data_sent_ns=sender.last_sent_ns,
        last_data_received_ns=receiver.last_data_ns,
        last_ack_received_ns=connection.last_received_ns,
    )
