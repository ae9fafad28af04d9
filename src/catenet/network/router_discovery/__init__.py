"""Router discovery, stateless address autoconfiguration, and redirects (RFC 4861, RFC 4862, RFC 4191, RFC 8106).

**Guarantees** to the host: with an advertising router on the link it gets addresses, routes and name servers, and
loses them when their lifetimes end.  **Requires** of the interface: Neighbour Discovery, and duplicate detection.

- Read first :mod:`.messages`: solicitation, advertisement and redirect on the wire; :mod:`.nd_options`: their options;
- :mod:`.advertiser`: a router that advertises, by :mod:`.router_settings`;
- :mod:`.host_discovery`: a host that solicits and learns; its :mod:`.host_settings`; :mod:`.learned_routes`: default
  routers; :mod:`.autoconfiguration`: addresses, with an identifier by :mod:`.interface_id`; :mod:`.learned_dns`: name
  servers;
- :mod:`.redirect_sender`, :mod:`.redirect_receiver`: redirects of IPv4 and IPv6; :mod:`.output` sends messages.
"""
