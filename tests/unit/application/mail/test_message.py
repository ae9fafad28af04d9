from __future__ import annotations

import pytest

from catenet.application.mail.message import completed, crlf, header, received, received_count


@pytest.mark.parametrize("content", [b"a: b\n\nx\ny", b"a: b\r\n\r\nx\r\ny\r\n", b"a: b\r\rx\ry\r"])
def test_every_line_ends_with_cr_lf(content: bytes) -> None:
    assert crlf(content) == b"a: b\r\n\r\nx\r\ny\r\n"


def test_only_the_header_counts() -> None:
    content = b"Received: a\r\n by Received: b\r\nRECEIVED: c\r\nX: Received: d\r\n\r\nReceived: e\r\n"
    assert (header(content)[-2:], received_count(content)) == (b"\r\n", 2)


def test_submission_adds_what_is_missing_and_nothing_else() -> None:
    whole = b"Date: now\r\nmessage-id: <1>\r\n\r\nx\r\n"
    assert completed(whole, "mail.a.test") == whole
    lines = completed(b"Subject: x\r\n\r\nDate: in the body\r\n", "mail.a.test").split(b"\r\n")
    assert [line.partition(b":")[0] for line in lines[:3]] == [b"Date", b"Message-ID", b"Subject"]
    assert lines[1].endswith(b"@mail.a.test>")


def test_a_client_cannot_write_into_the_received_field() -> None:
    field = received("evil) by\r\nX: y", "2001:db8::1", "mail", "ESMTP", "id", ["a@a.test", "b@b.test"])
    assert field.startswith(b"Received: from evil??by??X:?y ([IPv6:2001:db8::1])\r\n\tby mail with ESMTP id id; ")
    assert b"a@a.test" not in field  # with two recipients, neither learns of the other
