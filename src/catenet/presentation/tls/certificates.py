"""Keys and certificates that depend on a random stream and their contents only (X.509 version 3, RFC 5280).

Keys are on the curve P-256; a certificate is signed by ECDSA with SHA-256 and a nonce that is derived from the message
(RFC 6979).  So the same stream and the same contents give the same bytes, in any process.
"""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from catenet.kernel import Stream

CURVE: Final = ec.SECP256R1()
CURVE_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the base point of P-256 (SEC 2, section 2.4.2): private keys are whole numbers from 1 to below it."""
SERIAL_BITS: Final = 127
"""Positive and below 20 octets (RFC 5280 section 4.1.2.2)."""
COMMON_NAME_MAX: Final = 64
"""``ub-common-name`` (RFC 5280 appendix A.1)."""


class Issued:
    """A key, its certificate, and the certificate's PEM text."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self.key: Final = key
        self.certificate: Final = certificate
        self.certificate_pem: Final = certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")
        self.key_pem: Final = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode("ascii")


def make_root(stream: Stream, name: str, not_before_s: int, not_after_s: int) -> Issued:
    """A certificate authority that signs itself.  Validity is in seconds since 1970."""
    key, serial = _draw(stream)
    builder = _builder(name, name, key, serial, not_before_s, not_after_s)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_key_usage(signs_certificates=True), critical=True)
    return Issued(key, builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True))


def issue(
    stream: Stream,
    authority: Issued,
    names: tuple[str, ...],
    addresses: tuple[str, ...],
    not_before_s: int,
    not_after_s: int,
) -> Issued:
    """A certificate for names and IP addresses, for servers and clients."""
    key, serial = _draw(stream)
    issuer = authority.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    first = (*names, *addresses)[0]
    builder = _builder(first[:COMMON_NAME_MAX], str(issuer), key, serial, not_before_s, not_after_s)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage(signs_certificates=False), critical=True)
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    subjects: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    subjects += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
    builder = builder.add_extension(x509.SubjectAlternativeName(subjects), critical=False)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = builder.add_extension(identifier, critical=False)
    return Issued(key, builder.sign(authority.key, hashes.SHA256(), ecdsa_deterministic=True))


def _draw(stream: Stream) -> tuple[ec.EllipticCurvePrivateKey, int]:
    key = ec.derive_private_key(1 + stream.below(CURVE_ORDER - 1), CURVE)
    return key, 1 + stream.bits(SERIAL_BITS)


def _builder(
    subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, serial: int, not_before_s: int, not_after_s: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(datetime.fromtimestamp(not_before_s, UTC))
        .not_valid_after(datetime.fromtimestamp(not_after_s, UTC))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
