"""Messages of IGMP (RFC 1112, 2236, 3376) and MLD (RFC 2710, 3810): hosts send them, switches listen to them.

**Guarantees** to hosts and switches: one form for all versions of both protocols, as octets and as objects; octets that
are malformed give nothing.  **Requires** of the caller that it checks and fills in the checksum, which in ICMPv6 covers
addresses of the packet.

- Read first :mod:`.message`: what octets say; :mod:`.query`: queries and their codes of time; :mod:`.report`: reports
  and leave messages; :mod:`.group_record`: what a report says of one group.
"""
