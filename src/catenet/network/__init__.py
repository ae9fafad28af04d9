"""The network layer: from one host to any other, hop by hop, in IPv4 and in IPv6.

**Promises** to the layer above: a packet that is sent reaches the host that has the destination address, or
is dropped, and where something can be known of why, the sender's protocol hears of it
(:class:`~catenet.network.protocol.IcmpError`).  Packets may be lost, reordered and doubled; those that
arrive have passed every check there is.  **Asks** of the layer below: a port that takes frames and hands up
those for this host, and that tells when the carrier changes.

Read first :mod:`~catenet.network.stack`, the walk of a packet (:mod:`~catenet.network.protocol` is whom it
ends at), then what it meets on its way:

- in from a link: :mod:`~catenet.network.ip_interface`; what others see of it is :mod:`~catenet.network.interface`;
  ``lo`` is :mod:`~catenet.network.loopback`; what all these ask of the stack is :mod:`~catenet.network.core`;
- where it goes: :mod:`~catenet.network.forwarding.fib` (longest prefix, of very many in
  :mod:`~catenet.network.forwarding.prefix_index`), :mod:`~catenet.network.forwarding.route`,
  :mod:`~catenet.network.forwarding.destination_cache` (what is known of one address, and the choice among equal paths),
  :mod:`~catenet.network.family` (both, and the addresses, of one version),
  :mod:`~catenet.network.forwarding.source_selection` (which address to speak from), :mod:`~catenet.network.ip.pmtu`;
  :mod:`~catenet.network.configuration` is how all this is set up;
- out to a link: :mod:`~catenet.network.neighbour.neighbour` (one table-driven state machine for ARP and Neighbour
  Discovery), :mod:`~catenet.network.neighbour.arp_resolver`, :mod:`~catenet.network.neighbour.nd_resolver`,
  :mod:`~catenet.network.neighbour.duplicate_detection` (of duplicate addresses);
- too long: :mod:`~catenet.network.ip.fragment`, :mod:`~catenet.network.ip.reassembly`;
- errors and echo: :mod:`~catenet.network.icmp.icmp`, :mod:`~catenet.network.errors` (which may be sent, and
  what they mean to a socket), :mod:`~catenet.network.icmp.rate_limit`, :mod:`~catenet.network.icmp.ping`,
  :mod:`~catenet.network.icmp.counters`;
- partitions: :mod:`~catenet.network.partition_filter`;
- translation of addresses: :mod:`~catenet.network.nat.translator` (where the walk allows it),
  :mod:`~catenet.network.nat.nat` with :mod:`~catenet.network.nat.table` (who stands for whom, and for how long) and
  :mod:`~catenet.network.nat.rewrite` (packets with other endpoints);
- wire formats, one each: :mod:`~catenet.network.ip.ipv4`, :mod:`~catenet.network.ip.ipv6` (extension headers with
  it, judged in :mod:`~catenet.network.ip.options`), :mod:`~catenet.network.neighbour.arp`,
  :mod:`~catenet.network.icmp.icmpv4`, :mod:`~catenet.network.icmp.icmpv6` on :mod:`~catenet.network.icmp.message`,
  :mod:`~catenet.network.ip.checksum`; their common base is :mod:`~catenet.network.packet`;
- numbers: :mod:`~catenet.network.addresses`, :mod:`~catenet.network.counters`, :mod:`~catenet.network.ip.random_ids`,
  :mod:`~catenet.network.tracing`;
- *why* a packet goes that way: :mod:`catenet.network.routing`.

Left out: router advertisements and stateless configuration (addresses come from whoever builds the
network), redirects, IGMP and MLD (groups are joined at the receiver only; switches flood them), router
alert, IPsec.
"""
