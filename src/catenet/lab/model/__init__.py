"""The parts of an internet: nodes, links, LANs, addresses, names, programs.

**Guarantees** to the builder and to reports: each part is found by name or by object, and knows its devices in the
layers below.  **Requires** of the rooms below: hosts, stacks, switches, ports and wires.

- Read first :mod:`.nodes` (hosts, routers, switches, and the ends of links at them), then :mod:`.link`;
  :mod:`.link_medium`: its PHY;
- :mod:`.registry`: finds nodes and links; :mod:`.names`: valid names in any script (IDNA, RFC 3490);
- :mod:`.host`: a host as the lab knows it; :mod:`.processes`: the programs of all hosts, and how they ended;
- :mod:`.devices`: makes ports, stacks and switches; :mod:`.lans`: what switches join, without loops;
  :mod:`.broadcast_domain`: who hears whom across switches and VLANs; :mod:`.switching`: ports of switches;
  :mod:`.segment`: shared media; :mod:`.lldp`; :mod:`.group_reports`: of hosts at switches that snoop;
  :mod:`.attachment`: where Linux is attached; :mod:`.geography`: distances on the earth, the delay of fibre;
- :mod:`.address_plan`: blocks and prefixes by order of declaration; :mod:`.address_assignment`: gives every node its
  addresses and names; :mod:`.hosts_table`: names and addresses of all nodes.
"""
