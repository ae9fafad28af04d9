"""The codings by the names of HTTP's registry: deflate, gzip, zstd, br, identity.

``zstd`` and ``br`` need the packages ``zstandard`` and ``brotli``, which are loaded at first use.
"""

from __future__ import annotations

import gzip
import io
import zlib
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from catenet.errors import MissingExtra, did_you_mean
from catenet.presentation.compression.coding import MESSAGE_BYTES_MAX, Coding, Identity

ZLIB_LEVEL: Final = 6
ZSTD_LEVEL: Final = 3
BROTLI_QUALITY: Final = 5
GZIP_WINDOW_BITS: Final = 31
"""``wbits`` for the format of gzip (RFC 1952)."""
ZSTD_WINDOW_BYTES_MAX: Final = 8 << 20
"""RFC 9659 section 3."""
BROTLI_STEP_BYTES: Final = 64 << 10


class Deflate(Coding):
    """The zlib format (RFC 1950) of deflate (RFC 1951), which is what HTTP calls ``deflate``."""

    def __init__(self, name: str = "deflate", window_bits: int = zlib.MAX_WBITS) -> None:
        super().__init__(name)
        self._window_bits: Final = window_bits

    def compress(self, data: bytes) -> bytes:
        return zlib.compress(data, ZLIB_LEVEL)

    def decompress(self, data: bytes, bytes_max: int = MESSAGE_BYTES_MAX) -> bytes:
        machine = zlib.decompressobj(self._window_bits)
        try:
            message = machine.decompress(data, bytes_max + 1)
        except zlib.error as error:
            raise self.invalid(error) from error
        if len(message) > bytes_max:
            raise self.too_long(bytes_max)
        if not machine.eof:
            raise self.invalid("the end is missing")
        if machine.unused_data:
            raise self.invalid(f"{len(machine.unused_data)} octets follow the end")
        return message


class Gzip(Deflate):
    """The format of gzip (RFC 1952), of one member."""

    def __init__(self) -> None:
        super().__init__("gzip", GZIP_WINDOW_BITS)

    def compress(self, data: bytes) -> bytes:
        return gzip.compress(data, ZLIB_LEVEL, mtime=0)


class LibraryCoding(Coding):
    """A coding of another package."""

    def __init__(self, name: str, package: str) -> None:
        super().__init__(name)
        self.package: Final = package

    def library(self) -> Any:
        """The package.  Raises :class:`~catenet.errors.MissingExtra`."""
        try:
            return import_module(self.package)
        except ImportError as error:
            raise MissingExtra(f"compression by {self.name}", f"the {self.package} package", "services") from error


class Zstd(LibraryCoding):
    """Zstandard (RFC 8878), of one frame."""

    def __init__(self) -> None:
        super().__init__("zstd", "zstandard")

    def compress(self, data: bytes) -> bytes:
        compressed: bytes = self.library().ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True).compress(data)
        return compressed

    def decompress(self, data: bytes, bytes_max: int = MESSAGE_BYTES_MAX) -> bytes:
        library = self.library()
        machine = library.ZstdDecompressor(max_window_size=ZSTD_WINDOW_BYTES_MAX)
        source = io.BytesIO(data)
        try:
            with machine.stream_reader(source, read_size=len(data) or 1) as reader:
                message: bytes = reader.read(bytes_max + 1)
                end = machine.decompressobj()
        except library.ZstdError as error:
            raise self.invalid(error) from error
        if len(message) > bytes_max:
            raise self.too_long(bytes_max)
        self._check_end(library, end, data)
        return message

    def _check_end(self, library: Any, machine: Any, data: bytes) -> None:
        """Decompress again, now that the size is known to be within the limit, to learn where the frame ends."""
        try:
            machine.decompress(data)
        except library.ZstdError as error:
            raise self.invalid(error) from error
        if not machine.eof:
            raise self.invalid("the end is missing")
        if machine.unused_data:
            raise self.invalid(f"{len(machine.unused_data)} octets follow the end")


class Brotli(LibraryCoding):
    """Brotli (RFC 7932)."""

    def __init__(self) -> None:
        super().__init__("br", "brotli")

    def compress(self, data: bytes) -> bytes:
        compressed: bytes = self.library().compress(data, quality=BROTLI_QUALITY)
        return compressed

    def decompress(self, data: bytes, bytes_max: int = MESSAGE_BYTES_MAX) -> bytes:
        library = self.library()
        machine = library.Decompressor()
        message = bytearray()
        waiting = data
        try:
            while not machine.is_finished():
                piece = machine.process(waiting, output_buffer_limit=BROTLI_STEP_BYTES)
                message += piece
                if len(message) > bytes_max:
                    raise self.too_long(bytes_max)
                if not piece and not machine.is_finished() and machine.can_accept_more_data():
                    raise self.invalid("the end is missing")
                waiting = b""
        except library.error as error:
            raise self.invalid(error) from error
        return bytes(message)


CODINGS: Final[dict[str, Coding]] = {each.name: each for each in (Zstd(), Brotli(), Gzip(), Deflate(), Identity())}


def available() -> list[str]:
    """The names of the codings whose packages are installed, the preferred one first."""
    return [
        name
        for name, each in CODINGS.items()
        if not isinstance(each, LibraryCoding) or find_spec(each.package) is not None
    ]


def coding(name: str) -> Coding:
    """A coding by its name.  Raises ValueError for an unknown one."""
    if name not in CODINGS:
        raise ValueError(f"compression {name!r} is unknown{did_you_mean(name, CODINGS)}")
    return CODINGS[name]
