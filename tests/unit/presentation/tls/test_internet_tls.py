from __future__ import annotations

import ssl
import sys

import pytest

from catenet.errors import LabError
from catenet.kernel.streams import Streams
from catenet.presentation.tls.failures import reason
from catenet.presentation.tls.host_tls import HostTls
from catenet.presentation.tls.internet_tls import InternetTls
from catenet.session.names.hosts_table import Names


def internet_tls() -> InternetTls:
    return InternetTls(Streams(1), Names(), 0)


def trusted(internet: InternetTls) -> list[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    internet.trust(context)
    return [dict(pair for (pair,) in ca["subject"])["commonName"] for ca in context.get_ca_certs()]  # type: ignore[index, misc]


def test_an_authority_is_made_when_it_is_needed() -> None:
    internet = internet_tls()
    internet.authority("Rogue", trusted=False)
    assert trusted(internet) == ["Catenet"]
    internet.authority("Second")
    assert sorted(trusted(internet)) == ["Catenet", "Second"]
    assert internet.authority() is internet.authority()


def test_trust_is_decided_once() -> None:
    internet = internet_tls()
    internet.authority("Rogue", trusted=False)
    with pytest.raises(LabError, match="'Rogue' is not trusted already"):
        internet.authority("Rogue")


def test_without_the_library_nothing_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "catenet.presentation.tls.certificates", None)
    assert trusted(internet_tls()) == []


def test_a_host_has_one_default_context_for_each_alpn() -> None:
    tls = HostTls(internet_tls(), "oslo", lambda what, text: None)
    assert tls.default_context() is tls.default_context()
    assert tls.default_context(("h2",)) is not tls.default_context()
    assert tls.counters() == {}


def error(code: str | None, text: str = "") -> ssl.SSLError:
    made = ssl.SSLError(1, text)
    made.reason = code  # type: ignore[assignment]
    return made


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        ("TLSV1_ALERT_UNKNOWN_CA", "", "received alert unknown ca"),
        ("SSLV3_ALERT_CERTIFICATE_EXPIRED", "", "received alert certificate expired"),
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "", "received alert certificate required"),
        (None, "[SSL] tlsv1 alert no application protocol (_ssl.c:1006)", "received alert no application protocol"),
        ("UNSUPPORTED_PROTOCOL", "", "protocol version too low"),
        ("DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "", "decryption failed or bad record mac"),
        (None, "something else", "something else"),
    ],
)
def test_reasons(code: str | None, text: str, words: str) -> None:
    assert reason(error(code, text)) == words
