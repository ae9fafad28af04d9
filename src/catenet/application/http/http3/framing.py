"""HTTP/3's frames, by aioquic, within the limits of this end."""

from __future__ import annotations

from typing import Any

from aioquic.h3.connection import ErrorCode, H3Connection, H3Stream, ProtocolError, Setting
from aioquic.quic.connection import QuicConnection

from catenet.application.http.limits import Limits

ENTRY_BYTES = 32
"""What a field counts in addition to its name and value (RFC 9114 section 4.2.2)."""


class ExcessiveLoad(ProtocolError):
    """More fields, or more resets, than a limit allows."""

    error_code = ErrorCode.H3_EXCESSIVE_LOAD


class LimitedFraming(H3Connection):
    """Fields are compressed with the static table only: a peer cannot make a short list expand into a long one."""

    def __init__(self, quic: QuicConnection, limits: Limits) -> None:
        self._limits = limits
        self.excess: str | None = None
        """The limit over which the connection was ended."""
        self.without_content: set[int] = set()
        """Streams whose answers tell the length of content that they do not have (RFC 9114 section 4.1.2)."""
        super().__init__(quic)

    def _get_local_settings(self) -> dict[int, int]:
        settings = super()._get_local_settings()
        settings[Setting.QPACK_MAX_TABLE_CAPACITY] = 0
        settings[Setting.QPACK_BLOCKED_STREAMS] = 0
        settings[Setting.MAX_FIELD_SECTION_SIZE] = self._limits.header_bytes
        del settings[Setting.ENABLE_CONNECT_PROTOCOL]
        return settings

    def _decode_headers(self, stream_id: int, frame_data: bytes | None) -> Any:
        if len(frame_data or b"") > self._limits.header_bytes:
            raise self._too_long()
        fields = super()._decode_headers(stream_id, frame_data)
        if sum(len(name) + len(value) + ENTRY_BYTES for name, value in fields) > self._limits.header_bytes:
            raise self._too_long()
        if (b":status", b"304") in fields:
            self.without_content.add(stream_id)
        return fields

    def _check_content_length(self, stream: H3Stream) -> None:
        if stream.stream_id not in self.without_content:
            super()._check_content_length(stream)
        self.without_content.discard(stream.stream_id)

    def _too_long(self) -> ExcessiveLoad:
        self.excess = "header_bytes"
        return ExcessiveLoad(f"the fields are longer than {self._limits.header_bytes} bytes")
