"""What a coding offers.

A few octets can decompress to gigabytes.  So decompression stops at a limit, before more memory than that is used.
"""

from __future__ import annotations

from typing import Final

MESSAGE_BYTES_MAX: Final = 16 << 20
"""The default limit of a decompressed message: 16 MiB."""


class DecompressionError(ValueError):
    """Octets are not valid in a coding, or stand for more than the limit."""


class Coding:
    """A coding of octets; ``name`` is that of HTTP's registry."""

    def __init__(self, name: str) -> None:
        self.name: Final = name

    def compress(self, data: bytes) -> bytes:
        """The compressed form of a message.  The same message gives the same octets."""
        raise AssertionError(f"{self.name} cannot compress")

    def decompress(self, data: bytes, bytes_max: int = MESSAGE_BYTES_MAX) -> bytes:
        """The message of a compressed form.

        Raises :class:`DecompressionError` if it is invalid, incomplete, followed by other octets, or of more than
        ``bytes_max`` octets.
        """
        raise AssertionError(f"{self.name} cannot decompress")

    def too_long(self, bytes_max: int) -> DecompressionError:
        """The error for a message above the limit."""
        return DecompressionError(f"{self.name}: the message has more than {bytes_max} octets, which is the limit")

    def invalid(self, why: object) -> DecompressionError:
        """The error for invalid octets."""
        return DecompressionError(f"{self.name}: {why}")


class Identity(Coding):
    """No compression."""

    def __init__(self) -> None:
        super().__init__("identity")

    def compress(self, data: bytes) -> bytes:
        return data

    def decompress(self, data: bytes, bytes_max: int = MESSAGE_BYTES_MAX) -> bytes:
        if len(data) > bytes_max:
            raise self.too_long(bytes_max)
        return data
