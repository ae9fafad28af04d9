"""DNS messages and their transports.

**Guarantees** to the rooms above: requests that were checked, responses that fit, and exchanges that match.
**Requires** of the rooms below: dnspython's message format, and asyncio.

- Read first :mod:`.request`: a request from octets, or why it is refused; :mod:`.response`: responses, EDNS and
  truncation;
- :mod:`.service`: UDP and TCP of a server; :mod:`.exchange`: one query of a client.
"""

from catenet.application.dns import need_dnspython

need_dnspython()
