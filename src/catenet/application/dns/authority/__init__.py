"""The authoritative server: answers from its zones, and passes them on to secondary servers.

**Guarantees** to programs: the answers of RFC 1034, 1035, 2181, 2308, 4592, 6891 and 8482, as bind9 gives them.
**Requires** of the rooms below: zones, and the transports of messages.

- Read first :mod:`.server`: a server, its zones and its limits; :mod:`.answer`: the response to one question;
- :mod:`.transfer`: AXFR and IXFR to secondaries (RFC 5936, 1995); :mod:`.secondary`: a zone that is fetched, by the
  timers of its SOA record and by NOTIFY (RFC 1996, :mod:`.notify`); :mod:`.fetch`: the transfer itself.

DNSSEC is not implemented: nothing is signed, and DNSSEC's types are answered like others.
"""

from catenet.application.dns import need_dnspython

need_dnspython()
