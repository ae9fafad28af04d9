"""The OpenSSL to which Python's ``ssl`` is linked, for the functions that ``ssl`` lacks."""

from __future__ import annotations

import ctypes
import ssl
import sys
import weakref
from collections.abc import Sequence
from typing import Any, Final

TLSEXT_ERR_OK: Final = 0
TLSEXT_ERR_ALERT_FATAL: Final = 2
"""Results of an ALPN callback (``openssl/tls1.h``)."""

SelectFunction: Any = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.POINTER(ctypes.c_void_p),
    ctypes.POINTER(ctypes.c_ubyte),
    ctypes.c_void_p,
    ctypes.c_uint,
    ctypes.c_void_p,
)
_SELECTORS: Final[weakref.WeakKeyDictionary[ssl.SSLContext, Any]] = weakref.WeakKeyDictionary()
"""The callbacks of contexts, which OpenSSL does not keep alive."""


def find_library() -> Any:
    """OpenSSL, as ``ctypes`` loads it; None if it cannot be reached."""
    if sys.implementation.name != "cpython":
        return None
    try:
        # Symbols are resolved in the libraries to which a library is linked, too.
        return ctypes.CDLL(getattr(sys.modules["_ssl"], "__file__", None))
    except OSError:
        return None


def pointer_of(wrapped: object) -> ctypes.c_void_p:
    """The pointer to OpenSSL's structure in an object of ``_ssl``: a context or a session.

    It comes directly after the object header (CPython 3.11 to 3.14).
    """
    return ctypes.c_void_p.from_address(id(wrapped) + object.__basicsize__)


def refuse_other_protocols(context: ssl.SSLContext, protocols: Sequence[str]) -> None:
    """Let a server refuse clients that offer none of these protocols, by the alert ``no_application_protocol``.

    RFC 7301 section 3.2.  Python's ``ssl`` continues without a protocol instead, and so does this if OpenSSL cannot be
    reached.
    """
    library = find_library()
    if library is None or not hasattr(library, "SSL_CTX_set_alpn_select_cb"):
        return
    names = [ctypes.create_string_buffer(name.encode("ascii")) for name in protocols]

    def select(_: Any, out: Any, out_length: Any, offered: int, length: int, __: Any) -> int:
        found = _names(ctypes.string_at(offered, length))
        for name in names:
            if name.value in found:
                out[0], out_length[0] = ctypes.addressof(name), len(name.value)
                return TLSEXT_ERR_OK
        return TLSEXT_ERR_ALERT_FATAL

    callback = SelectFunction(select)
    set_callback = library.SSL_CTX_set_alpn_select_cb
    set_callback.argtypes, set_callback.restype = [ctypes.c_void_p, SelectFunction, ctypes.c_void_p], None
    set_callback(pointer_of(context), callback, None)
    _SELECTORS[context] = callback


def _names(offered: bytes) -> list[bytes]:
    """The names of a ProtocolNameList: each is preceded by its length in one octet (RFC 7301 section 3.1)."""
    names, place = [], 0
    while place < len(offered):
        end = place + 1 + offered[place]
        names.append(offered[place + 1 : end])
        place = end
    return names
