from __future__ import annotations

from catenet.view.probes import (
    HopAnswer,
    Target,
    ping_head,
    ping_reply,
    ping_statistics,
    traceroute_head,
    traceroute_line,
)

OSLO = Target("oslo", "10.0.2.1")
ROME6 = Target("rome", "2001:db8:3::1")


def test_ping_reads_as_iputils_does() -> None:
    assert ping_head(OSLO, 56) == "PING oslo (10.0.2.1) 56(84) bytes of data."
    assert ping_head(ROME6, 56) == "PING rome (2001:db8:3::1) 56 data bytes"
    assert ping_reply(OSLO, 56, 1, 62, 34_213_000) == "64 bytes from oslo (10.0.2.1): icmp_seq=1 ttl=62 time=34.2 ms"
    assert ping_reply(OSLO, 56, 2, 62, 312_400).endswith("time=0.312 ms")
    assert ping_reply(OSLO, 56, 3, 62, 134_213_000).endswith("time=134 ms")


def test_ping_statistics() -> None:
    lines = ping_statistics(OSLO, 4, [10_000_000, 20_000_000, 30_000_000], 3_004_000_000, errors=1)
    assert lines == [
        "",
        "--- oslo ping statistics ---",
        "4 packets transmitted, 3 received, +1 errors, 25% packet loss, time 3004ms",
        "rtt min/avg/max/mdev = 10.000/20.000/30.000/8.165 ms",
    ]


def test_ping_statistics_without_an_answer() -> None:
    assert ping_statistics(OSLO, 2, [], 1_000_000_000)[-1] == (
        "2 packets transmitted, 0 received, 100% packet loss, time 1000ms"
    )


def test_traceroute_reads_as_traceroute_does() -> None:
    assert traceroute_head(OSLO, 30, 60) == "traceroute to oslo (10.0.2.1), 30 hops max, 60 byte packets"
    rome = HopAnswer("rome", "10.0.1.1", 312_000, "")
    assert traceroute_line(1, [rome, rome]) == " 1  rome (10.0.1.1)  0.312 ms  0.312 ms"
    assert traceroute_line(2, [None, None, None]) == " 2  * * *"
    other = HopAnswer("kiel", "10.0.9.1", 1_500_000, "!N")
    assert traceroute_line(12, [rome, other, None]) == ("12  rome (10.0.1.1)  0.312 ms kiel (10.0.9.1)  1.500 ms !N *")
