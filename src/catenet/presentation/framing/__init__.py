"""Framing: messages in a stream of octets.

Each framing has a function that makes a frame, and a decoder that takes the stream in pieces of any size and returns
the messages.  A decoder bounds the size of a message, and rejects what is invalid with the place in the stream.

:mod:`.decoder`: what decoders have in common, read it first; :mod:`.length_prefix`: a length of 1, 2, 4 or 8 octets;
:mod:`.varint`: whole numbers of variable length, and lengths in them; :mod:`.netstring`: a length in decimal digits;
:mod:`.zero_ended`: COBS, which ends a frame by a zero.
"""

from __future__ import annotations

from catenet.presentation.framing.decoder import FrameDecoder, FramingError
from catenet.presentation.framing.length_prefix import LengthPrefixDecoder, length_prefixed
from catenet.presentation.framing.netstring import NetstringDecoder, netstring
from catenet.presentation.framing.varint import VarintDecoder, varint_prefixed
from catenet.presentation.framing.zero_ended import CobsDecoder, cobs_frame

__all__ = [
    "CobsDecoder",
    "FrameDecoder",
    "FramingError",
    "LengthPrefixDecoder",
    "NetstringDecoder",
    "VarintDecoder",
    "cobs_frame",
    "length_prefixed",
    "netstring",
    "varint_prefixed",
]
