"""The client's side of SMTP and POP3.

**Guarantees** to programs: replies are complete and of bounded size, what was buffered before STARTTLS is refused, and
no argument can carry a second command.  **Requires** of the rooms below: asyncio streams.

- Read first :mod:`.connection`: commands and replies; :mod:`.transaction`: one message over a connection;
- :mod:`.submit`: hands a message to the sender's own server, with a password; :mod:`.pop`: reads a mailbox.
"""
