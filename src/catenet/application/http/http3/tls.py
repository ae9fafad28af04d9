"""TLS of QUIC with the random numbers of the host on which the program runs.

The ``cryptography`` package draws from an OpenSSL of its own, which no host replaces.  Here keys come from
``os.urandom``, and the nonces of signatures from what is signed (RFC 6979), so that a run repeats byte for byte.
"""

from __future__ import annotations

import os
from typing import Any

from aioquic.tls import Context, Group
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

KEY_BYTES = 32


class HostContext(Context):
    """A handshake whose key exchange is X25519, with keys of the host; what aioquic draws is not used."""

    @property
    def _x25519_private_key(self) -> X25519PrivateKey | None:
        return self._host_key

    @_x25519_private_key.setter
    def _x25519_private_key(self, drawn: X25519PrivateKey | None) -> None:
        self._host_key = None if drawn is None else X25519PrivateKey.from_private_bytes(os.urandom(KEY_BYTES))


def use_host_keys(context: Context) -> None:
    """Make a new context of aioquic one whose keys are the host's."""
    vars(context).pop("_x25519_private_key")
    context.__class__ = HostContext
    context._x25519_private_key = None
    context._supported_groups = [Group.X25519]


class RepeatableKey(ec.EllipticCurvePrivateKey):
    """A server's key of ECDSA whose signatures depend on the key and on what is signed only."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        return self._key.sign(data, ec.ECDSA(signature_algorithm.algorithm, deterministic_signing=True))

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> bytes:
        return self._key.exchange(algorithm, peer_public_key)

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._key.public_key()

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._key.curve

    @property
    def key_size(self) -> int:
        return self._key.key_size

    def private_numbers(self) -> ec.EllipticCurvePrivateNumbers:
        return self._key.private_numbers()

    def private_bytes(self, *arguments: Any) -> bytes:
        return self._key.private_bytes(*arguments)

    def __copy__(self) -> RepeatableKey:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> RepeatableKey:
        return self
