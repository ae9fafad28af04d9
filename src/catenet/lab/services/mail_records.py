"""The records that a mail system adds to the zones of an internet: MX, and the addresses of its servers.

Imported only where dnspython is installed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from dns.rdatatype import RdataType
from dns.rdtypes.ANY.SOA import SOA

from catenet.application.dns.zones.zone import Zone
from catenet.application.dns.zones.zone_file import parse_origin, parse_zone
from catenet.errors import LabError
from catenet.lab.services.dns_zones import IpAddress, MailExchange, Plan, mail_zone

OWN: Final = "{} has {} records already; leave them to net.mail(), or leave {} out of its domains"


def check_zone(zone: Zone, host: str) -> None:
    """Raise LabError if a user's zone has what the mail system would add: its MX, and the name of its server."""
    domain = zone.origin.to_text(omit_final_dot=True)
    if RdataType.MX in zone.nodes[zone.origin]:
        raise LabError("mail: zone " + OWN.format(domain, "MX", domain))
    if parse_origin(host) in zone.nodes:
        raise LabError("mail: zone " + OWN.format(domain, host, domain))


def with_mail(
    zone: Zone | None,
    plan: Plan,
    domain: str,
    exchanges: Sequence[MailExchange],
    nodes: Mapping[str, Sequence[IpAddress]],
) -> Zone:
    """A zone of a mail domain: a new one, or the user's with the records added, newer with each of the plan's."""
    added = parse_zone(mail_zone(plan, domain, exchanges, nodes), domain, f"zone {domain}")
    if zone is None:
        return added
    merged = {name: dict(node) for name, node in zone.nodes.items()}
    for name, rdataset in added.records():
        if rdataset.rdtype not in (RdataType.SOA, RdataType.NS):
            merged.setdefault(name, {})[rdataset.rdtype] = rdataset
    soa = zone.soa
    assert isinstance(soa, SOA)
    newer = zone.soa_rdataset.copy()
    newer.clear()
    newer.add(soa.replace(serial=(zone.serial + plan.serial - 1) % (1 << 32)), zone.soa_rdataset.ttl)
    merged[zone.origin][RdataType.SOA] = newer
    return Zone(zone.origin, merged)
