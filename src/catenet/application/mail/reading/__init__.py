"""The server's side of POP3: users read their mailboxes (RFC 1939), over TLS only.

**Guarantees** to clients: a mailbox is theirs alone while they read it, and a message is removed only after QUIT.
**Requires** of the rooms below: asyncio, and :mod:`~catenet.application.mail.mailboxes`.

- Read first :mod:`.service`: listens; :mod:`.connection`: commands and replies; :mod:`.maildrop`: an open mailbox.
"""
