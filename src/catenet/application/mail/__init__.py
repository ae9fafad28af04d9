"""Mail as plain asyncio programs: SMTP servers with a durable queue, mailboxes, and clients that send and read.

**Guarantees** to the programs above: a message that was answered with 250 is durable, and ends in a mailbox, at the
next server, or in a bounce to its sender, although machines crash.  **Requires** of the rooms below: asyncio, a disk,
name servers for MX, and the packages of the extra ``services``.

- Read first :mod:`.mail_server`: one server, made of the other rooms; :mod:`.settings`: limits and retries;
- :mod:`.server`: the server's side of SMTP; :mod:`.queue`: messages on their way, on disk; :mod:`.relay`: MX, and the
  transaction with the next server; :mod:`.reading`: the server's side of POP3; :mod:`.client`: clients' sides;
- :mod:`.mailboxes`: delivered messages; :mod:`.bounces`: reports to senders; :mod:`.message`: header fields;
- :mod:`.address`: mailboxes' addresses; :mod:`.replies`: SMTP's replies; :mod:`.outcome`: what became of a recipient.
"""

from catenet.errors import MissingExtra, installed

if not installed("aiosmtpd", "dns"):
    raise MissingExtra("mail", "aiosmtpd and dnspython", "services")

from catenet.application.mail.client.pop import Fetched, fetch
from catenet.application.mail.client.submit import submit
from catenet.application.mail.mail_server import MailServer
from catenet.application.mail.mailboxes import Mailboxes
from catenet.application.mail.replies import PopError, Reply, SmtpError
from catenet.application.mail.settings import Limits, Ports, Retries

__all__ = [
    "Fetched",
    "Limits",
    "MailServer",
    "Mailboxes",
    "PopError",
    "Ports",
    "Reply",
    "Retries",
    "SmtpError",
    "fetch",
    "submit",
]
