"""A seal: a digest in a text, which proves that Catenet wrote it and that it has not changed.

A file with an intact seal can be reproduced by the same command, and may be replaced without confirmation.  The digest
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
_SEAL: Final = re.compile(_MARK.encode() + rb"[0-9a-f]{64}")


def sealed_svg(drawing: str) -> str:
    """A drawing with a seal in a comment at its end."""
    return _sealed(f"{drawing.rstrip()}\n<!-- {_BLANK} -->\n")


def sealed_json(data: Mapping[str, Any]) -> str:
    """A JSON object with a seal as its last member, ``seal``."""
    return _sealed(json.dumps({**data, "seal": _BLANK}, indent=2) + "\n")


def sealed_png(picture: bytes) -> bytes:
    """A PNG with a seal behind its last chunk, where readers do not look."""
    blank = picture + b"\n" + _BLANK.encode() + b"\n"
    return blank.replace(_BLANK.encode(), (_MARK + _digest(blank)).encode())


def is_sealed(path: Path) -> bool:
    """Whether a file bears one seal, unbroken.  Raises OSError."""
    octets = path.read_bytes()
    seals = _SEAL.findall(octets)
    return len(seals) == 1 and seals[0].decode() == _MARK + _digest(_SEAL.sub(_BLANK.encode(), octets))


def _sealed(blank: str) -> str:
    return blank.replace(_BLANK, _MARK + _digest(blank.encode()))


def _digest(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()
