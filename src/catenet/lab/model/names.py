"""Names of nodes and links in any script, compared in their IDNA form.

On the wire a name is in its IDNA form (RFC 3490, 4: ``xn--zrich-kva`` for ``zürich``), of which a label has at most 63
octets (RFC 1035, 2.3.4).  Two names are equal if their IDNA forms are, so case is ignored.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

from catenet.errors import LabError
from catenet.kernel.quoting import quoted
from catenet.session.names.hosts_table import canonical

MAX_OCTETS: Final = 63
_RESERVED: Final = ("localhost", "ip6-localhost", "ip6-loopback")


def check_name(name: object) -> str:
    """Return the name if it is a valid host name: letters and digits of any script, ``-``, ``.`` and ``_``.

    Raises :class:`LabError` with the right syntax.
    """
    if not isinstance(name, str) or not _is_spelled(name):
        raise LabError(
            f"{quoted(name)} cannot be a name: use letters, digits, '-', '.' and '_', at most {MAX_OCTETS} "
            f"(of letters beyond ASCII fewer), beginning and ending with a letter or digit"
        )
    if name.lower() in _RESERVED or name.replace(".", "").isdigit():
        raise LabError(f"{quoted(name)} cannot be a name: it is an address; begin the name with a letter")
    return unicodedata.normalize("NFC", name)


def fold(name: str) -> str:
    """The form by which names are compared: IDNA, or the text itself if it has no IDNA form."""
    try:
        return canonical(name)
    except UnicodeError:
        return name.casefold()


def name_of_label(label: str) -> str:
    """The name made from a label: ``"kansas-city"`` from ``"Kansas City"``; empty if none fits."""
    text = unicodedata.normalize("NFKC", label).lower()
    words = "".join(letter if _is_letter(letter) else " " for letter in text).split()
    return unicodedata.normalize("NFC", "-".join(words))


def shortened(name: str, end: str = "") -> str:
    """The name, truncated so that an ending fits; empty if nothing is left."""
    name = name[:MAX_OCTETS].rstrip("-")
    while name and not _fits(name + end):
        name = name[:-1].rstrip("-")
    return name + end if name else ""


def unique_name(name: str, is_taken: Callable[[str], bool]) -> str:
    """The name, or the name with ``-2``, ``-3`` ... if it is taken, truncated where it would be too long."""
    number, found = 1, name
    while is_taken(found):
        number += 1
        found = shortened(name, f"-{number}")
    return found


def _is_letter(letter: str) -> bool:
    """Letters, the marks that belong to them in scripts such as Devanagari, and decimal digits."""
    return unicodedata.category(letter)[0] in "LM" or letter.isdecimal()


def _is_spelled(name: str) -> bool:
    return (
        all(letter in "-._" or _is_letter(letter) for letter in name)
        and name[:1] not in ("", "-", ".", "_")
        and name[-1] not in "-._"
        and _fits(name)
    )


def _fits(name: str) -> bool:
    try:
        return 0 < len(canonical(name)) <= MAX_OCTETS
    except UnicodeError:
        return False
