"""OpenSSL inside a host: random numbers, session tickets and certificate validity.

Three things make the bytes of two TLS handshakes differ.

- **Random numbers.** ``RAND_set_rand_method`` gives OpenSSL a generator that draws from the present host's stream, and
  from OpenSSL's own outside of host code.  It is set in the library to which Python's ``ssl`` is linked.  (The
  ``cryptography`` package contains an OpenSSL of its own, which is unchanged.)
- **Session tickets** hold the real time and are encrypted with a key of the context, which may be older than the run.
  A connection of a host has ``OP_NO_TICKET``: its tickets then only name a session that the server keeps (RFC 8446
  section 4.6.1), and that name is a random number.
- **Validity of certificates** is checked by the host's wall clock instead of the real one.

Keys that ``cryptography`` or ``trustme`` make are random in every run: write them to a file and let both
runs read it.
"""

from __future__ import annotations

import ctypes
import ssl
import sys
import warnings
from collections.abc import Callable
from typing import Any, Final
from weakref import WeakSet

from catenet.host.sandbox.current import present
from catenet.host.sandbox.patches import Patch

NS_PER_S: Final = 1_000_000_000
USE_CHECK_TIME: Final = 0x2
"""``X509_V_FLAG_USE_CHECK_TIME`` of ``openssl/x509_vfy.h``."""

FUNCTIONS: Final = [
    "RAND_get_rand_method",
    "RAND_set_rand_method",
    "SSL_CTX_get0_param",
    "X509_VERIFY_PARAM_set_time",
    "X509_VERIFY_PARAM_clear_flags",
    "SSL_CTX_flush_sessions",
]

SeedFunction = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
BytesFunction = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
CleanupFunction = ctypes.CFUNCTYPE(None)
AddFunction = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_double)
StatusFunction = ctypes.CFUNCTYPE(ctypes.c_int)


class RandMethod(ctypes.Structure):
    """``RAND_METHOD`` of ``openssl/rand.h``."""

    _fields_ = (
        ("seed", SeedFunction),
        ("bytes", BytesFunction),
        ("cleanup", CleanupFunction),
        ("add", AddFunction),
        ("pseudorand", BytesFunction),
        ("status", StatusFunction),
    )


class OpenSsl:
    """The library behind Python's ``ssl``, with a random generator of the present host."""

    def __init__(self, library: Any) -> None:
        self._get_method: Final = library.RAND_get_rand_method
        self._get_method.argtypes, self._get_method.restype = [], ctypes.POINTER(RandMethod)
        self._set_method: Final = library.RAND_set_rand_method
        self._set_method.argtypes, self._set_method.restype = [ctypes.c_void_p], ctypes.c_int
        self._get_param: Final = library.SSL_CTX_get0_param
        self._get_param.argtypes, self._get_param.restype = [ctypes.c_void_p], ctypes.c_void_p
        self._set_time: Final = library.X509_VERIFY_PARAM_set_time
        self._set_time.argtypes, self._set_time.restype = [ctypes.c_void_p, ctypes.c_int64], None
        self._clear_flags: Final = library.X509_VERIFY_PARAM_clear_flags
        self._clear_flags.argtypes, self._clear_flags.restype = [ctypes.c_void_p, ctypes.c_ulong], ctypes.c_int
        self._flush_sessions: Final = library.SSL_CTX_flush_sessions
        self._flush_sessions.argtypes, self._flush_sessions.restype = [ctypes.c_void_p, ctypes.c_long], None
        self._contexts: Final[WeakSet[ssl.SSLContext]] = WeakSet()
        self._own: Final = self._get_method()
        own = self._own.contents
        draw = BytesFunction(self._draw)
        self._method: Final = RandMethod(own.seed, draw, own.cleanup, own.add, draw, StatusFunction(lambda: 1))

    def put_in_place(self) -> None:
        """Use the hosts' random numbers from now on."""
        self._set_method(ctypes.addressof(self._method))

    def take_away(self) -> None:
        """Restore OpenSSL's own generator, and drop the sessions of the ended run.

        A session left in a context would make the next run, which draws the same session ids, choose others.
        """
        self._set_method(ctypes.cast(self._own, ctypes.c_void_p))
        for context in self._contexts:
            self._flush_sessions(self._pointer(context), 0)
        self._contexts.clear()

    def _draw(self, buffer: int, count: int) -> int:
        here = present()
        if here is None:
            return int(self._own.contents.bytes(buffer, count))
        ctypes.memmove(buffer, here.entropy.tls_octets(count), count)
        return 1

    def set_validation_time(self, context: ssl.SSLContext, wall_ns: int) -> None:
        """Let new connections of a context check certificates at this time."""
        self._contexts.add(context)
        self._set_time(self._param(context), wall_ns // NS_PER_S)

    def clear_validation_time(self, context: ssl.SSLContext) -> None:
        """Let new connections of a context check certificates at the real time."""
        self._clear_flags(self._param(context), USE_CHECK_TIME)

    def _param(self, context: ssl.SSLContext) -> Any:
        return self._get_param(self._pointer(context))

    @staticmethod
    def _pointer(context: ssl.SSLContext) -> ctypes.c_void_p:
        # _ssl's context object holds the SSL_CTX pointer directly after the object header (CPython 3.11 to 3.14).
        return ctypes.c_void_p.from_address(id(context) + object.__basicsize__)


def find_openssl() -> OpenSsl | None:
    """The OpenSSL that ``ssl`` uses; None, with a warning, if it cannot be reached."""
    module = sys.modules["_ssl"]
    try:
        # Symbols are resolved in the libraries to which a library is linked, too.
        library = ctypes.CDLL(getattr(module, "__file__", None))
        if sys.implementation.name == "cpython" and all(hasattr(library, name) for name in FUNCTIONS):
            return OpenSsl(library)
    except OSError:
        pass
    warnings.warn(
        f"the functions of {ssl.OPENSSL_VERSION} cannot be reached from Python: TLS works, but its bytes will "
        "not repeat from run to run, and certificates are checked against the real date",
        RuntimeWarning,
        stacklevel=2,
    )
    return None


def tls_patches(openssl: OpenSsl | None) -> list[Patch]:
    """The patches for each TLS connection of a host."""
    real: Callable[..., ssl.SSLObject] = ssl.SSLContext.wrap_bio

    def wrap_bio(self: ssl.SSLContext, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        here = present()
        if here is None:
            return real(self, *args, **kwargs)
        options = self.options
        # A connection copies the context's settings when it is created, so the context is restored afterwards.
        self.options = options | ssl.OP_NO_TICKET
        if openssl is not None:
            openssl.set_validation_time(self, here.wall_ns())
        try:
            return real(self, *args, **kwargs)
        finally:
            self.options = options
            if openssl is not None:
                openssl.clear_validation_time(self)

    return [Patch(ssl.SSLContext, "wrap_bio", wrap_bio)]
