"""OSPF as FRR and BIRD want it told: the same wires, in their configurations' languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SECRET: Final = "secret"
KEY_ID: Final = 9
HELLO_S: Final = 1
DEAD_S: Final = 4
COST: Final = 10
OURS: Final[dict[str, object]] = {"hello": f"{HELLO_S}s", "dead": f"{DEAD_S}s", "cost": COST, "retransmit": "1s"}
OURS.update({"lsa_interval": "0s", "lsa_arrival": "0s", "spf": ["0s", "50ms", "200ms"]})
"""What our own routers are given."""
FRR_SOON: Final = ["timers throttle spf 0 50 200", "timers throttle lsa all 0", "timers lsa min-arrival 0"]
"""FRR takes and gives what is new at once, as ours do here."""

_BIRD_ALGORITHMS: Final = {
    "md5": "keyed md5",
    "hmac-sha-1": "hmac sha1",
    "hmac-sha-256": "hmac sha256",
    "hmac-sha-384": "hmac sha384",
    "hmac-sha-512": "hmac sha512",
}


@dataclass(frozen=True)
class Wire:
    """One interface of a peer."""

    device: str
    area: int = 0
    network: str = "broadcast"
    priority: int = 1
    algorithm: str = ""
    passive: bool = False

    def ours(self) -> dict[str, object]:
        """The options that our end of the link has."""
        options: dict[str, object] = {"area": self.area, "network": self.network}
        if self.algorithm:
            options.update({"authentication": self.algorithm, "key": SECRET, "key_id": KEY_ID})
        return options


def frr(router_id: str, wires: list[Wire], *more: str) -> str:
    """FRR's ospfd; ``more`` are lines of ``router ospf``."""
    lines: list[str] = []
    for wire in wires:
        lines += [f"interface {wire.device}", *(f" {line}" for line in _frr_interface(wire)), "exit"]
    lines += ["router ospf", *(f" {line}" for line in (f"ospf router-id {router_id}", *FRR_SOON, *more)), "exit"]
    return "\n".join(lines) + "\n"


def _frr_interface(wire: Wire) -> list[str]:
    lines = [f"ip ospf area {wire.area}", f"ip ospf cost {COST}", f"ip ospf network {wire.network}"]
    lines += [f"ip ospf hello-interval {HELLO_S}", f"ip ospf dead-interval {DEAD_S}"]
    lines += [f"ip ospf priority {wire.priority}", "ip ospf retransmit-interval 3"]
    if wire.passive:
        lines += ["ip ospf passive"]
    if wire.algorithm == "plain":
        lines += ["ip ospf authentication", f"ip ospf authentication-key {SECRET}"]
    elif wire.algorithm:
        lines += ["ip ospf authentication message-digest", f"ip ospf message-digest-key {KEY_ID} md5 {SECRET}"]
    return lines


def bird(router_id: str, wires: list[Wire], areas: dict[int, str] | None = None, export: str = "none") -> str:
    """BIRD's OSPF; ``areas`` are options of areas, ``export`` what it redistributes."""
    blocks: dict[int, list[str]] = {}
    for wire in wires:
        blocks.setdefault(wire.area, []).append(_bird_interface(wire))
    text = "".join(f"area {area} {{ {(areas or {}).get(area, '')} {''.join(blocks[area])} }};\n" for area in blocks)
    channel = f"ipv4 {{ import all; export {export}; }};"
    return f"router id {router_id};\nprotocol ospf v2 ours {{ {channel}\n{text}}}\n"


def _bird_interface(wire: Wire) -> str:
    if wire.passive:
        return f'interface "{wire.device}" {{ stub; cost {COST}; }};\n'
    kind = "ptp" if wire.network == "point-to-point" else "broadcast"
    options = f"type {kind}; hello {HELLO_S}; dead {DEAD_S}; wait {DEAD_S}; retransmit 2; "
    options += f"cost {COST}; priority {wire.priority};"
    if wire.algorithm == "plain":
        options += f' authentication simple; password "{SECRET}";'
    elif wire.algorithm:
        algorithm = _BIRD_ALGORITHMS[wire.algorithm]
        options += f' authentication cryptographic; password "{SECRET}" {{ id {KEY_ID}; algorithm {algorithm}; }};'
    return f'interface "{wire.device}" {{ {options} }};\n'
