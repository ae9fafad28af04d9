"""Zones: their data, their files, and what they have under a name.

**Guarantees** to the rooms above: RFC 1034 section 4.3.2 as a pure function.  **Requires** of the rooms below:
dnspython's names and records.

- Read first :mod:`.zone`: one version of a zone; then :mod:`.lookup`: answers, referrals, wildcards;
- :mod:`.zone_file`: zones from text (RFC 1035 section 5); :mod:`.history`: the versions of a zone, for IXFR.
"""

from catenet.application.dns import need_dnspython

need_dnspython()
