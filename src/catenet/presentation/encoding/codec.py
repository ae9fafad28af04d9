"""What an encoding offers."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import msgspec

T = TypeVar("T")


class DecodingError(ValueError):
    """Octets are not valid in an encoding, or not of the expected type: what is wrong, and where if known."""


class Codec:
    """An encoding.  ``name`` is its short name, ``media_type`` that of IANA's registry.

    Objects are those of ``msgspec``: numbers, text, bytes, lists, dictionaries, dataclasses and ``msgspec.Struct``.
    """

    def __init__(self, name: str, media_type: str) -> None:
        self.name: Final = name
        self.media_type: Final = media_type

    def encode(self, value: object) -> bytes:
        """An object as octets.  Raises TypeError if the encoding has no form for it."""
        raise AssertionError(f"{self.name} cannot encode")

    def decode(self, data: bytes, kind: type[T]) -> T:
        """The object of some octets, checked to be of type ``kind`` (``object`` for any).

        Raises :class:`DecodingError`.
        """
        raise AssertionError(f"{self.name} cannot decode")

    def _error(self, error: Exception) -> DecodingError:
        return DecodingError(f"{self.name}: {error}")


class MsgspecCodec(Codec):
    """An encoding that ``msgspec`` implements: ``encode`` and ``decode`` are its functions."""

    def __init__(self, name: str, media_type: str, encode: Any, decode: Any) -> None:
        super().__init__(name, media_type)
        self._encode: Final = encode
        self._decode: Final = decode

    def encode(self, value: object) -> bytes:
        encoded: bytes = self._encode(value)
        return encoded

    def decode(self, data: bytes, kind: type[T]) -> T:
        try:
            decoded: T = self._decode(data, type=Any if kind is object else kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._error(error) from error
        return decoded
