"""Encodings: objects as octets, by JSON, MessagePack or CBOR.

:mod:`.codec`: what an encoding offers; read it first.  :mod:`.codecs`: the encodings by name; :mod:`.negotiation`: the
choice between what one side accepts and the other offers, as HTTP makes it.
"""

from __future__ import annotations

from catenet.presentation.encoding.codec import Codec, DecodingError
from catenet.presentation.encoding.codecs import CODECS, codec
from catenet.presentation.encoding.negotiation import negotiate, preferences

__all__ = ["CODECS", "Codec", "DecodingError", "codec", "negotiate", "preferences"]
