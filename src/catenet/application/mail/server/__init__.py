"""The server's side of SMTP, on aiosmtpd.

**Guarantees** to the queue: a message is complete, within the limits, and was sent by a client that keeps to RFC 5321's
line ends and waits for replies.  **Requires** of the rooms below: asyncio, aiosmtpd.

- Read first :mod:`.service`: listens; :mod:`.protocol`: a connection; :mod:`.line_guard`: refuses bare line feeds and
  pipelining before a command is read;
- :mod:`.hooks`: what all ports do; :mod:`.reception`: port 25, for other servers; :mod:`.submission`: ports 587 and
  465, for users.
"""
