"""What an ``ssl.SSLError`` says, in words that can be counted.

A failed handshake has two sides.  One refuses, and sends an alert (RFC 8446 section 6.2, RFC 5246 section 7.2.2); the
other receives it.
"""

from __future__ import annotations

import re
import ssl
from typing import Final

ALERT_PREFIXES: Final = ("TLSV1_ALERT_", "TLSV13_ALERT_", "SSLV3_ALERT_", "TLSV1_")
OWN_WORDS: Final = {
    "UNSUPPORTED_PROTOCOL": "protocol version too low",
    "NO_SHARED_CIPHER": "no cipher in common",
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": "no client certificate",
    "HTTP_REQUEST": "plain HTTP instead of TLS",
    "WRONG_VERSION_NUMBER": "no TLS",
    "NO_APPLICATION_PROTOCOL": "no application protocol in common",
}


def reason(error: ssl.SSLError) -> str:
    """Why a handshake failed, on the side where ``error`` was raised."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _verification(error)
    code = error.reason or _reason_in(str(error))
    if "ALERT" in code:
        for prefix in ALERT_PREFIXES:
            if code.startswith(prefix):
                code = code.removeprefix(prefix)
                break
        return f"received alert {_words(code)}"
    if code in OWN_WORDS:
        return OWN_WORDS[code]
    return _words(code) or str(error)


def _reason_in(text: str) -> str:
    """The reason in a message such as ``[SSL] tlsv1 alert no application protocol (_ssl.c:1006)``.

    Python knows no name for those of newer extensions.
    """
    found = re.search(r"\] (.*?) \(_ssl", text)
    return "" if found is None else found[1].upper().replace(" ", "_")


def _verification(error: ssl.SSLCertVerificationError) -> str:
    message: str = error.verify_message
    # The rest of some messages holds the name that was looked for, which would make a reason of its own for each.
    for known in ("Hostname mismatch", "IP address mismatch"):
        if message.startswith(known):
            return known.lower().replace("ip ", "IP ")
    return message


def _words(code: str) -> str:
    return code.lower().replace("_", " ")
