from __future__ import annotations

import ssl
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from catenet.errors import LabError, MissingExtra
from catenet.kernel.streams import Streams
from catenet.presentation.tls import authority as module
from catenet.presentation.tls.authority import Authority
from catenet.session.names.hosts_table import Names

EPOCH_NS = 1_735_689_600 * 10**9
START = datetime(2025, 1, 1, tzinfo=UTC)


def authority(seed: int = 1, name: str = "Catenet") -> Authority:
    names = Names()
    names.add("oslo", "192.0.2.1")
    names.add("oslo", "2001:db8::1")
    return Authority(Streams(seed), names, EPOCH_NS, name)


def parsed(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def test_the_same_seed_gives_the_same_certificates_in_any_order() -> None:
    one, other = authority(), authority()
    first = one.certificate("oslo").certificate_pem, one.certificate("rome").key_pem
    rome = other.certificate("rome").key_pem
    assert first == (other.certificate("oslo").certificate_pem, rome)
    assert one.certificate_pem == other.certificate_pem


@pytest.mark.parametrize(("seed", "name"), [(2, "Catenet"), (1, "Other")])
def test_another_seed_or_authority_gives_others(seed: int, name: str) -> None:
    one, other = authority(), authority(seed, name)
    assert one.certificate_pem != other.certificate_pem
    assert one.certificate("oslo").key_pem != other.certificate("oslo").key_pem


def test_usage_makes_another_key() -> None:
    made = authority()
    assert made.certificate("oslo").key_pem != made.certificate("oslo", usage="client").key_pem
    assert made.certificate("oslo") is made.certificate("oslo")


def test_a_name_stands_for_its_addresses() -> None:
    made = authority().certificate("Oslo.", "192.0.2.9", "*.example")
    assert made.names == ("oslo", "*.example", "192.0.2.1", "2001:db8::1", "192.0.2.9")


def test_another_implementation_verifies_it() -> None:
    """``cryptography`` has a verifier of its own, in Rust, that follows RFC 5280 and the rules of browsers."""
    made = authority()
    root, leaf = parsed(made.certificate_pem), parsed(made.certificate("oslo.example").certificate_pem)
    builder = PolicyBuilder().store(Store([root])).time(datetime(2025, 6, 1))
    assert builder.build_server_verifier(x509.DNSName("oslo.example")).verify(leaf, [])[-1] == root
    with pytest.raises(VerificationError):
        builder.build_server_verifier(x509.DNSName("rome.example")).verify(leaf, [])


@pytest.mark.slow
def test_openssl_verifies_it_strictly(tmp_path: Path) -> None:
    made = authority()
    (tmp_path / "root.pem").write_text(made.certificate_pem)
    certificate, _ = made.certificate("oslo").write(tmp_path)
    time = str(EPOCH_NS // 10**9)
    command = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "oslo"]
    command += ["-attime", time, "-CAfile", str(tmp_path / "root.pem"), str(certificate)]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.endswith(": OK\n")


def test_validity_is_dated_in_the_internets_time() -> None:
    made = parsed(authority().certificate("oslo").certificate_pem)
    assert (made.not_valid_before_utc - START).days == -1
    assert (made.not_valid_after_utc - START).days == 3650
    other = parsed(authority().certificate("oslo", not_before="90s", not_after=datetime(2026, 1, 1)).certificate_pem)
    assert (other.not_valid_before_utc - START).total_seconds() == 90
    assert other.not_valid_after_utc == datetime(2026, 1, 1, tzinfo=UTC)
    iso = parsed(authority().certificate("oslo", not_after="2025-02-01T00:00:00Z").certificate_pem)
    assert iso.not_valid_after_utc == datetime(2025, 2, 1, tzinfo=UTC)


def test_it_can_be_written_and_never_overwrites(tmp_path: Path) -> None:
    made = authority().certificate("*.oslo")
    certificate, key = made.write(tmp_path)
    assert (certificate.name, key.name) == ("any.oslo.pem", "any.oslo.key")
    assert key.stat().st_mode & 0o777 == 0o600
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    with pytest.raises(FileExistsError):
        made.write(tmp_path)


def test_wrong_arguments() -> None:
    made = authority()
    with pytest.raises(LabError, match="at least one name or address"):
        made.certificate()
    with pytest.raises(LabError, match="not_after is before not_before"):
        made.certificate("oslo", not_before="2s", not_after="1s")
    with pytest.raises(LabError, match="'2025-13-01' is not a time; write it like"):
        made.certificate("oslo", not_after="2025-13-01")
    with pytest.raises(LabError, match=r"TLS version '1.1' is not one of 1.2, 1.3"):
        made.server_context("oslo", versions=["1.1"])  # type: ignore[list-item]
    with pytest.raises(LabError, match="at least one of 1.2, 1.3"):
        made.client_context(versions=[])
    with pytest.raises(LabError, match="1 to 255 ASCII characters"):
        made.server_context("oslo", alpn=[""])


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "catenet.presentation.tls.certificates", None)
    with pytest.raises(MissingExtra, match=r"pip install 'catenet\[services\]'"):
        module._certificates()
