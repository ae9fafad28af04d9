"""The services that an internet may have: its domain name system, the name servers of its hosts, and its mail.

**Guarantees** to the builders of internets: servers and settings are declared before the internet is built, and get
their addresses when it is.  **Requires** of the rooms below: hosts, and :mod:`catenet.application`.

- Read first :mod:`.nameservers`: the name servers that a host asks; then :mod:`.dns`: the servers of ``net.dns()``,
  with :mod:`.dns_zones`: the zones that they serve;
- :mod:`.mail`: the servers of ``net.mail()``, with :mod:`.mail_records`: what they add to the zones.

Only an internet that uses these needs ``pip install catenet[services]``.
"""
