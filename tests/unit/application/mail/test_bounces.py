"""A bounce, read back by the standard parser."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import SMTP

import pytest

from catenet.application.mail.bounces import Failure, bounce

CONTENT = "Subject: grüße\r\nFrom: alice@a.test\r\n\r\nsecret text\r\n".encode()
FAILURES = [
    Failure("bob@b.test", "5.1.1", "550 5.1.1 no such mailbox", "mail.b.test"),
    Failure("eve@nowhere.test", "5.1.2", "the domain nowhere.test does not exist", ""),
]


def test_the_report_has_the_fields_of_rfc_3464_for_each_recipient() -> None:
    octets = bounce("mail.a.test", "alice@a.test", FAILURES, CONTENT, 0, 86_400, "idb0")
    assert octets.count(b"\n") == octets.count(b"\r\n")
    report = message_from_bytes(octets, policy=SMTP)
    assert (report.get_content_type(), report.get_param("report-type")) == ("multipart/report", "delivery-status")
    assert (report["To"], report["Auto-Submitted"]) == ("alice@a.test", "auto-replied")
    text, status, original = report.get_payload()  # type: ignore[misc]
    assert "bob@b.test" in str(text)
    about, bob, eve = status.get_payload()  # type: ignore[union-attr]
    assert about.items() == [("Reporting-MTA", "dns; mail.a.test"), ("Arrival-Date", "Thu, 01 Jan 1970 00:00:00 +0000")]
    assert bob.items() == [
        ("Final-Recipient", "rfc822; bob@b.test"), ("Action", "failed"), ("Status", "5.1.1"),
        ("Remote-MTA", "dns; mail.b.test"), ("Diagnostic-Code", "smtp; 550 5.1.1 no such mailbox"),
    ]  # fmt: skip
    assert eve.items() == [("Final-Recipient", "rfc822; eve@nowhere.test"), ("Action", "failed"), ("Status", "5.1.2")]
    assert original.get_content_type() == "text/rfc822-headers"  # type: ignore[union-attr]
    assert "grüße".encode() in octets
    assert b"secret text" not in octets


def test_the_null_sender_gets_no_report() -> None:
    with pytest.raises(ValueError, match="null sender"):
        bounce("mail.a.test", "", FAILURES, CONTENT, 0, 0, "idb0")
