"""Compression of messages by zlib, zstd or Brotli, bounded when they are decompressed.

:mod:`.coding`: what a coding offers, and its limits; read it first.  :mod:`.codings`: the codings by their names in
HTTP.  :func:`catenet.presentation.encoding.negotiate` chooses between them.
"""

from __future__ import annotations

from catenet.presentation.compression.coding import Coding, DecompressionError
from catenet.presentation.compression.codings import CODINGS, available, coding

__all__ = ["CODINGS", "Coding", "DecompressionError", "available", "coding"]
