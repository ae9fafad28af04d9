"""Reports of failed deliveries (RFC 3464), which go to the sender and come from the null sender."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from typing import Final, NamedTuple

from catenet.application.mail.message import date_time, header, is_8bit

HEADER_OCTETS_MAX: Final = 65_536
"""What a report returns of the message at most."""
_POLICY: Final = compat32.clone(linesep="\r\n")


class Failure(NamedTuple):
    """A recipient that a message will not reach; ``remote`` is the server that refused, empty if none did."""

    recipient: str
    status: str
    text: str
    remote: str


def bounce(
    hostname: str, sender: str, failures: Sequence[Failure], content: bytes, arrived_s: float, now_s: float, name: str
) -> bytes:
    """The report on a message, with its header; ``name`` is unique, for the Message-ID.

    ``sender`` is never the null sender: a bounce that cannot be delivered is not reported (RFC 5321 section 6.1).
    """
    if not sender:
        raise ValueError("a message from the null sender gets no report")
    report = MIMEMultipart("report", report_type="delivery-status", boundary=f"=_{name}", policy=_POLICY)
    report["From"] = f"Mail Delivery System <MAILER-DAEMON@{hostname}>"
    report["To"] = sender
    report["Subject"] = "Undelivered mail returned to sender"
    report["Date"] = date_time(now_s)
    report["Message-ID"] = f"<{name}@{hostname}>"
    report["Auto-Submitted"] = "auto-replied"
    report.attach(MIMEText(_explanation(hostname, failures), policy=_POLICY))
    report.attach(_delivery_status(hostname, failures, arrived_s))
    report.attach(_original_header(content))
    return report.as_bytes()


def _explanation(hostname: str, failures: Sequence[Failure]) -> str:
    lines = [f"The mail server {hostname} could not deliver your message to:", ""]
    for failure in failures:
        lines += [f"<{failure.recipient}>: {failure.text}"]
    return "\n".join([*lines, ""])


def _delivery_status(hostname: str, failures: Sequence[Failure], arrived_s: float) -> Message:
    about = Message(_POLICY)
    about["Reporting-MTA"] = f"dns; {hostname}"
    about["Arrival-Date"] = date_time(arrived_s)
    groups: list[Message | str] = [about]
    for failure in failures:
        group = Message(_POLICY)
        group["Final-Recipient"] = f"rfc822; {failure.recipient}"
        group["Action"] = "failed"
        group["Status"] = failure.status
        if failure.remote:
            group["Remote-MTA"] = f"dns; {failure.remote}"
            group["Diagnostic-Code"] = f"smtp; {failure.text}"
        groups.append(group)
    part = MIMEBase("message", "delivery-status", policy=_POLICY)
    part.set_payload(groups)
    return part


def _original_header(content: bytes) -> Message:
    original = header(content[:HEADER_OCTETS_MAX])
    part = MIMEBase("text", "rfc822-headers", policy=_POLICY)
    if is_8bit(original):
        part["Content-Transfer-Encoding"] = "8bit"
    part.set_payload(original.decode("ascii", "surrogateescape"))
    return part
