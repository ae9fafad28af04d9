"""The next server: which one, and the transaction with it.

**Guarantees** to the queue: each attempt ends with an outcome for each recipient.  **Requires** of the rooms below:
name servers, the client's side of SMTP.

- Read first :mod:`.relay`: an attempt; :mod:`.mx`: the servers of a domain, by MX (RFC 5321 section 5.1).
"""
