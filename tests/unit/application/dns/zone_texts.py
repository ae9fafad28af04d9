"""Zones that the tests share."""

from __future__ import annotations

EXAMPLE = """\
$TTL 300
@           SOA  ns1 hostmaster 5 3600 600 86400 60
            NS   ns1
            NS   ns.elsewhere.test.
            MX   10 mail
ns1         A    192.0.2.1
            AAAA 2001:db8::1
mail        A    192.0.2.2
www         CNAME web
web         A    192.0.2.3
out         CNAME www.elsewhere.test.
loop        CNAME pool
pool        CNAME loop
*.wild      TXT  "anything"
here.wild   A    192.0.2.4
a.empty     A    192.0.2.5
sub         NS   ns.sub
            NS   ns1
ns.sub      A    192.0.2.6
_sip._tcp   SRV  1 2 5060 mail
"""
"""The zone ``example.``"""
