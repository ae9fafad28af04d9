"""The encodings by name.

========  =========================  =====================================================================
name      media type                 standard
========  =========================  =====================================================================
json      application/json           RFC 8259; octets are text in Base64
msgpack   application/vnd.msgpack    the MessagePack specification
cbor      application/cbor           RFC 8949, in the deterministic form of its section 4.2; needs ``cbor2``
========  =========================  =====================================================================
"""

from __future__ import annotations

from typing import Any, Final, TypeVar, cast

import msgspec

from catenet.errors import MissingExtra, did_you_mean
from catenet.presentation.encoding.codec import Codec, MsgspecCodec

T = TypeVar("T")


class CborCodec(Codec):
    """CBOR by the package ``cbor2``, which is loaded at first use."""

    def __init__(self) -> None:
        super().__init__("cbor", "application/cbor")

    def encode(self, value: object) -> bytes:
        encoded: bytes = self._library().dumps(msgspec.to_builtins(value, builtin_types=(bytes,)), canonical=True)
        return encoded

    def decode(self, data: bytes, kind: type[T]) -> T:
        library = self._library()
        try:
            raw = library.loads(data)
            decoded: T = msgspec.convert(raw, type=cast("type[T]", Any) if kind is object else kind)
        except (library.CBORError, ValueError, TypeError, OverflowError, RecursionError, MemoryError) as error:
            raise self._error(error) from error
        return decoded

    @staticmethod
    def _library() -> Any:
        try:
            import cbor2
        except ImportError as error:
            raise MissingExtra("CBOR", "the cbor2 package", "services") from error
        return cbor2


CODECS: Final[dict[str, Codec]] = {
    each.name: each
    for each in (
        MsgspecCodec("json", "application/json", msgspec.json.encode, msgspec.json.decode),
        MsgspecCodec("msgpack", "application/vnd.msgpack", msgspec.msgpack.encode, msgspec.msgpack.decode),
        CborCodec(),
    )
}


def codec(name: str) -> Codec:
    """An encoding by its name or media type.  Raises ValueError for an unknown one."""
    for each in CODECS.values():
        if name in (each.name, each.media_type):
            return each
    raise ValueError(f"encoding {name!r} is unknown{did_you_mean(name, CODECS)}")
