"""OpenSSL inside a host: random numbers, session tickets and certificate validity.

Four things make the bytes of two TLS handshakes differ.

- **Random numbers.** ``RAND_set_rand_method`` gives OpenSSL a generator that draws from the present host's stream, and
  from OpenSSL's own outside of host code.  It is set in the library to which Python's ``ssl`` is linked.  (The
  ``cryptography`` package contains an OpenSSL of its own, which is unchanged.)
- **Session tickets** hold the real time and are encrypted with a key of the context, which may be older than the run.
  A connection of a host has ``OP_NO_TICKET``: its tickets then only name a session that the server keeps (RFC 8446
  section 4.6.1), and that name is a random number.
- **The age of a session** that a client resumes is measured by the real clock: it begins anew at each use, so the age
  that the client sends is 0 (RFC 8446 section 4.2.11).
- **Validity of certificates** is checked by the host's wall clock instead of the real one.

Keys that ``trustme`` makes are random in every run; those of :mod:`catenet.presentation.tls` are not.

:mod:`~catenet.host.sandbox.tls` has the replacements in ``ssl`` itself.
"""

from __future__ import annotations

import ctypes
import ssl
import warnings
from time import time as real_time  # under a name of its own: not replaced in a host
from typing import Any, Final
from weakref import WeakKeyDictionary, ref

from catenet.host.sandbox.current import present
from catenet.presentation.tls.openssl_library import find_library, pointer_of

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
    "SSL_SESSION_set_time",
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
        self._set_session_time: Final = library.SSL_SESSION_set_time
        self._set_session_time.argtypes = [ctypes.c_void_p, ctypes.c_long]
        self._set_session_time.restype = ctypes.c_long
        self._users: Final[WeakKeyDictionary[ssl.SSLContext, ref[object]]] = WeakKeyDictionary()
        self._own: Final = self._get_method()
        own = self._own.contents
        draw = BytesFunction(self._draw)
        self._method: Final = RandMethod(own.seed, draw, own.cleanup, own.add, draw, StatusFunction(lambda: 1))

    def put_in_place(self) -> None:
        """Use the hosts' random numbers from now on."""
        self._set_method(ctypes.addressof(self._method))

    def take_away(self) -> None:
        """Restore OpenSSL's own generator."""
        self._set_method(ctypes.cast(self._own, ctypes.c_void_p))

    def use(self, context: ssl.SSLContext, user: object) -> None:
        """A connection of an internet uses a context: drop the sessions of another one.

        A session left in a context would make the next internet, which draws the same session ids, choose others.
        """
        last = self._users.get(context)
        if last is None or last() is not user:
            self._flush_sessions(pointer_of(context), 0)
            self._users[context] = ref(user)

    def _draw(self, buffer: int, count: int) -> int:
        here = present()
        if here is None:
            return int(self._own.contents.bytes(buffer, count))
        ctypes.memmove(buffer, here.entropy.tls_octets(count), count)
        return 1

    def set_validation_time(self, context: ssl.SSLContext, wall_ns: int) -> None:
        """Let new connections of a context check certificates at this time."""
        self._set_time(self._param(context), wall_ns // NS_PER_S)

    def clear_validation_time(self, context: ssl.SSLContext) -> None:
        """Let new connections of a context check certificates at the real time."""
        self._clear_flags(self._param(context), USE_CHECK_TIME)

    def _param(self, context: ssl.SSLContext) -> Any:
        return self._get_param(pointer_of(context))

    def renew(self, session: ssl.SSLSession) -> None:
        """Let a session begin now, by the real clock.  OpenSSL rounds an age below two seconds to 0."""
        self._set_session_time(pointer_of(session), int(real_time()))


def find_openssl() -> OpenSsl | None:
    """The OpenSSL that ``ssl`` uses; None, with a warning, if it cannot be reached."""
    library = find_library()
    if library is not None and all(hasattr(library, name) for name in FUNCTIONS):
        return OpenSsl(library)
    warnings.warn(
        f"the functions of {ssl.OPENSSL_VERSION} cannot be reached from Python: TLS works, but its bytes will "
        "not repeat from run to run, and certificates are checked against the real date",
        RuntimeWarning,
        stacklevel=2,
    )
    return None
