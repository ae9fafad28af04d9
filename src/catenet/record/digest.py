"""A digest in a text, which proves that Catenet wrote it and that it has not changed.

A file with a valid digest can be reproduced by the same command, and may be replaced without confirmation.  The digest
is SHA-256 over the whole text with zeros in the digest's place.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

_MARK: Final = "catenet-sha256:"
_BLANK: Final = _MARK + 64 * "0"
_FORM: Final = re.compile(_MARK.encode() + rb"[0-9a-f]{64}")


def svg_with_digest(drawing: str) -> str:
    """A drawing with a digest in a comment at its end."""
    return _with_digest(f"{drawing.rstrip()}\n<!-- {_BLANK} -->\n")


def json_with_digest(data: Mapping[str, Any]) -> str:
    """A JSON object with a digest as its last member, ``digest``."""
    return _with_digest(json.dumps({**data, "digest": _BLANK}, indent=2) + "\n")


def png_with_digest(picture: bytes) -> bytes:
    """A PNG with a digest behind its last chunk, where readers do not look."""
    blank = picture + b"\n" + _BLANK.encode() + b"\n"
    return blank.replace(_BLANK.encode(), (_MARK + _digest(blank)).encode())


def has_valid_digest(path: Path) -> bool:
    """Whether a file has exactly one digest, and it is right.  Raises OSError."""
    octets = path.read_bytes()
    found = _FORM.findall(octets)
    return len(found) == 1 and found[0].decode() == _MARK + _digest(_FORM.sub(_BLANK.encode(), octets))


def _with_digest(blank: str) -> str:
    return blank.replace(_BLANK, _MARK + _digest(blank.encode()))


def _digest(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()
