"""What a host does that was told nothing: Linux's numbers, as tcp(7) and ip(7) give them."""

from __future__ import annotations

from catenet.transport.tcp.settings import TcpOptions, TcpSettings

MS = 1_000_000
SECOND = 1_000_000_000


def test_a_host_s_defaults() -> None:
    settings = TcpSettings()
    assert settings.initial_rto_ns == 1 * SECOND
    assert settings.min_rto_ns == 200 * MS
    assert settings.max_rto_ns == 120 * SECOND
    assert settings.delayed_ack_ns == 40 * MS
    assert settings.syn_retries == 6
    assert settings.syn_ack_retries == 5
    assert settings.retries == 15
    assert settings.orphan_retries == 8
    assert settings.fin_wait_2_ns == settings.time_wait_ns == 60 * SECOND
    assert settings.reordering == 3
    assert settings.reordering_max == 300
    assert settings.initial_window_segments == 10
    assert settings.receive_buffer_octets == 65_536
    assert settings.receive_buffer_max_octets == 6_291_456
    assert settings.send_buffer_octets == 87_040
    assert settings.send_buffer_max_octets == 4_194_304
    assert settings.challenge_acks_per_s == 1000
    assert settings.out_of_window_ack_ns == 500 * MS
    assert (settings.ephemeral_first, settings.ephemeral_last) == (32_768, 60_999)
    assert settings.slow_start_after_idle


def test_a_socket_s_defaults() -> None:
    options = TcpOptions()
    assert not options.keepalive
    assert not options.no_delay
    assert options.keepalive_idle_ns == 7200 * SECOND
    assert options.keepalive_interval_ns == 75 * SECOND
    assert options.keepalive_count == 9
    assert options.linger_s == -1
    assert (options.user_timeout_ns, options.mss, options.traffic_class, options.hop_limit) == (0, 0, 0, 0)


def test_a_copy_of_options_has_each_of_them() -> None:
    """One that was forgotten would be lost for each connection that a listener takes."""
    options = TcpOptions("reno", True, True, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    copied = options.copy()
    names = [name for name in dir(options) if not name.startswith("_") and name != "copy"]
    assert len(names) == 13
    assert [getattr(copied, name) for name in names] == [getattr(options, name) for name in names]
    assert len({str(getattr(options, name)) for name in names}) == 12
    copied.mss = 99
    assert options.mss == 8
