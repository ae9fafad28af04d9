"""The octets that one end of the connection sent, put in order, and the packets that carried them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from catenet.lab.probe.request.headers.header import Header
from catenet.lab.probe.request.paths import Path

_SPACE: Final = 1 << 32
_SYN: Final = 0x02
_FIN: Final = 0x01


class Stream:
    """One direction of a connection.  ``paths`` are its segments in the order in which they were sent."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths: Final = paths
        # A listener that gave up a connection answers the next SYN with another number.
        first = next((path for path in reversed(paths) if _is_syn(path)), paths[0])
        self._first: Final = segment(first).number("Sequence Number") + (1 if _is_syn(first) else 0)
        self._ends: Final = [self._span(path) for path in paths]
        self.octets: Final = self._assemble()

    def retransmitted(self) -> list[bool]:
        """For each segment, whether TCP had sent all that it carries before."""
        found, sent, begun = [], 0, set[int]()
        for (start, end), path in zip(self._ends, self.paths, strict=True):
            if _is_syn(path):
                found.append(start in begun)
                begun.add(start)
                continue
            own_end = end + (1 if segment(path).number("Control Bits") & _FIN else 0)
            found.append(start < own_end <= sent)
            sent = max(sent, own_end)
        return found

    def carrier(self, place: int) -> int | None:
        """The number of the segment that brought the octet at a place of the stream; None if none arrived."""
        for number, ((start, end), path) in enumerate(zip(self._ends, self.paths, strict=True)):
            if start <= place < end and not path[-1].lost:
                return number
        return None

    def place_of(self, number: int) -> int:
        """The place in the stream at which a segment's octets begin."""
        return self._ends[number][0]

    def _span(self, path: Path) -> tuple[int, int]:
        header = segment(path)
        syn = 1 if _is_syn(path) else 0
        start = (header.number("Sequence Number") + syn - self._first + _SPACE // 2) % _SPACE - _SPACE // 2
        return start, start + len(data_of(path))

    def _assemble(self) -> bytes:
        """The octets without gaps from the first one on."""
        stream = bytearray()
        for (start, end), path in sorted(zip(self._ends, self.paths, strict=True), key=lambda each: each[0]):
            if 0 <= start <= len(stream) < end:
                stream += data_of(path)[len(stream) - start :]
        return bytes(stream)


def segment(path: Path) -> Header:
    """The TCP header that a packet had when it was sent."""
    headers = path[0].headers
    assert headers is not None, "the stream's packets are segments"
    assert headers.transport is not None, "the stream's packets are segments"
    return headers.transport


def data_of(path: Path) -> bytes:
    """The octets that a segment carries."""
    headers = path[0].headers
    assert headers is not None
    return headers.data


def _is_syn(path: Path) -> bool:
    return bool(segment(path).number("Control Bits") & _SYN)
