"""A frame is the message's length in 1, 2, 4 or 8 octets, and the message."""

from __future__ import annotations

from typing import Final, Literal

from catenet.presentation.framing.decoder import MESSAGE_BYTES_MAX, FrameDecoder

PrefixBytes = Literal[1, 2, 4, 8]
ByteOrder = Literal["big", "little"]
PREFIX_BYTES: Final = (1, 2, 4, 8)


def length_prefixed(message: bytes, prefix_bytes: PrefixBytes = 4, byte_order: ByteOrder = "big") -> bytes:
    """The frame of a message.  Raises ValueError if the length does not fit into the prefix."""
    if len(message) >= 1 << 8 * _checked(prefix_bytes):
        raise ValueError(f"a message of {len(message)} octets does not fit a length of {prefix_bytes} octets")
    return len(message).to_bytes(prefix_bytes, byte_order) + message


class LengthPrefixDecoder(FrameDecoder):
    """Decodes :func:`length_prefixed`."""

    def __init__(
        self,
        prefix_bytes: PrefixBytes = 4,
        byte_order: ByteOrder = "big",
        message_bytes_max: int = MESSAGE_BYTES_MAX,
    ) -> None:
        super().__init__(message_bytes_max)
        self._prefix_bytes: Final = _checked(prefix_bytes)
        self._byte_order: Final = byte_order

    def _take(self) -> bytes | None:
        head = self._buffer[self._at : self._at + self._prefix_bytes]
        if len(head) < self._prefix_bytes:
            return None
        return self._cut(self._prefix_bytes, self.check_size(int.from_bytes(head, self._byte_order)))


def _checked(prefix_bytes: int) -> int:
    if prefix_bytes not in PREFIX_BYTES:
        raise ValueError(f"a length of {prefix_bytes} octets is not one of {', '.join(map(str, PREFIX_BYTES))}")
    return prefix_bytes
