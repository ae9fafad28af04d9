"""Output of ``ping`` and ``traceroute``, in the format of iputils and traceroute(8)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

_ICMP_HEADER_OCTETS: Final = 8
_IPV4_HEADER_OCTETS: Final = 20


class Target(NamedTuple):
    """The probed host: its name as typed, and its address."""

    name: str
    address: str

    @property
    def is_ipv6(self) -> bool:
        """True for an IPv6 address."""
        return ":" in self.address


class HopAnswer(NamedTuple):
    """A response to one probe of traceroute; ``sign`` is an annotation such as ``!N``, or empty."""

    name: str
    address: str
    rtt_ns: int
    sign: str


def ping_head(target: Target, size: int) -> str:
    """The first line: ``size`` octets of data; for IPv4 also the length of the packet, in brackets."""
    total = "" if target.is_ipv6 else f"({size + _ICMP_HEADER_OCTETS + _IPV4_HEADER_OCTETS})"
    amount = f"{size} data bytes" if target.is_ipv6 else f"{size}{total} bytes of data."
    return f"PING {target.name} ({target.address}) {amount}"


def ping_reply(target: Target, size: int, number: int, hop_limit: int, rtt_ns: int) -> str:
    """A reply.  ``number`` counts from 1."""
    octets = size + _ICMP_HEADER_OCTETS
    return (
        f"{octets} bytes from {target.name} ({target.address}): icmp_seq={number} ttl={hop_limit} time={_ms(rtt_ns)} ms"
    )


def ping_error(source: str, number: int, error: str) -> str:
    """An error instead of a reply: from ``source``, or from the sending host if ``source`` is empty."""
    return f"From {source} icmp_seq={number} {error}" if source else f"ping: sendmsg: {error}"


def ping_statistics(target: Target, sent: int, rtts_ns: Sequence[int], duration_ns: int, errors: int = 0) -> list[str]:
    """The last lines: packet loss, and statistics of the round-trip times."""
    received = len(rtts_ns)
    loss_percent = 100 * (sent - received) / sent if sent else 0.0
    said_errors = f"+{errors} errors, " if errors else ""
    lines = [
        "",
        f"--- {target.name} ping statistics ---",
        f"{sent} packets transmitted, {received} received, {said_errors}{loss_percent:g}% packet loss, "
        f"time {round(duration_ns / 1e6)}ms",
    ]
    if rtts_ns:
        mean = sum(rtts_ns) / received
        deviation = math.sqrt(max(0.0, sum(rtt * rtt for rtt in rtts_ns) / received - mean * mean))
        figures = "/".join(f"{ns / 1e6:.3f}" for ns in (min(rtts_ns), mean, max(rtts_ns), deviation))
        lines.append(f"rtt min/avg/max/mdev = {figures} ms")
    return lines


def traceroute_head(target: Target, max_hops: int, packet_octets: int) -> str:
    """The first line."""
    return f"traceroute to {target.name} ({target.address}), {max_hops} hops max, {packet_octets} byte packets"


def traceroute_line(hop: int, answers: Sequence[HopAnswer | None]) -> str:
    """One hop: a response for each probe, ``*`` for a timeout; a router is named again only when it changes."""
    words = [f"{hop:2d} "]
    previous = ""
    for answer in answers:
        if answer is None:
            words.append(" *")
            continue
        if answer.address != previous:
            words.append(f" {answer.name} ({answer.address})")
            previous = answer.address
        words.append(f"  {answer.rtt_ns / 1e6:.3f} ms" + (f" {answer.sign}" if answer.sign else ""))
    return "".join(words)


def _ms(rtt_ns: int) -> str:
    """Milliseconds as ping prints them: three significant digits."""
    ms = rtt_ns / 1e6
    if ms < 1:
        return f"{ms:.3f}"
    if ms < 10:
        return f"{ms:.2f}"
    return f"{ms:.1f}" if ms < 100 else f"{ms:.0f}"
