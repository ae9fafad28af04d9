"""Ethernet: how many frames a link carries, and what CSMA/CD makes of a medium that many share.

**Guarantees** to ``catenet reproduce``: comparisons of rates, collisions and efficiency.  **Requires** of the rooms
below: links, and shared media.

- Read first :mod:`.ethernet`: all figures; :mod:`.full_duplex`: a link of 1 Gbit/s;
- :mod:`.efficiency`: the formula of Metcalfe and Boggs, and what saturated stations reach;
- :mod:`.collisions`: backoff, sixteen attempts, late collisions, capture; :mod:`.bus`: stations on a cable.
"""
