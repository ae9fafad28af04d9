"""Zones drawn from a seed, with whatever makes answers hard: wildcards, cuts, chains, loops, empty non-terminals."""

from __future__ import annotations

import random

LABELS = ("a", "b", "c", "www", "mail", "ns1", "ns2", "x", "deep", "sub", "*", "_sip", "_tcp")
TTLS = (60, 300, 3600)


class RandomZone:
    """One zone as text, and names near those that it has."""

    def __init__(self, origin: str, seed: int) -> None:
        self.origin = origin
        self._random = random.Random(seed)
        self._owners = [self._owner() for _ in range(14)]
        self.records: list[tuple[str, int, str, str]] = []
        self._aliases: set[str] = set()
        self.cuts: list[str] = []
        self._ttls: dict[tuple[str, str], int] = {}
        self._fill()

    def _owner(self) -> str:
        depth = self._random.randint(1, 4)
        labels = [self._random.choice(LABELS) for _ in range(depth)]
        labels = [label if number == 0 or label != "*" else "y" for number, label in enumerate(labels)]
        return ".".join([*labels, self.origin])

    def _target(self) -> str:
        draw = self._random.random()
        if draw < 0.7:
            return self._random.choice(self._owners).replace("*", "wild") + "."
        if draw < 0.85:
            return f"host.{self._random.choice(LABELS[:4])}.elsewhere.test."
        return f"{self._random.choice(LABELS[:8])}.{self.origin}."

    def _add(self, owner: str, rdtype: str, data: str) -> None:
        ttl = self._ttls.setdefault((owner, rdtype), self._random.choice(TTLS))
        row = (owner, ttl, rdtype, data)
        if row not in self.records:
            self.records.append(row)

    def _fill(self) -> None:
        origin, draw = self.origin, self._random
        self._add(origin, "NS", f"ns1.{origin}.")
        self._add(origin, "NS", "ns.elsewhere.test.")
        self._add(f"ns1.{origin}", "A", "192.0.2.1")
        self._add(f"ns1.{origin}", "AAAA", "2001:db8::1")
        self._add(origin, "MX", f"10 mail.{origin}.")
        self._add(origin, "CAA", '0 issue "ca.example"')
        for _ in range(draw.randint(1, 2)):
            self._cut(f"{draw.choice(('sub', 'deep', 'c'))}.{origin}")
        for owner in self._owners:
            if draw.random() < 0.3 and owner not in {row[0] for row in self.records}:
                self._add(owner, "CNAME", self._target())
                self._aliases.add(owner)
                continue
            for _ in range(draw.randint(1, 3)):
                if owner not in self._aliases:
                    self._one(owner)
        if draw.random() < 0.5:
            for number in range(60):
                self._add(f"big.{origin}", "TXT", f'"{number:03} {"z" * 40}"')

    def _cut(self, owner: str) -> None:
        self.cuts.append(owner)
        self._add(owner, "NS", f"ns.{owner}.")
        self._add(f"ns.{owner}", "A", "192.0.2.53")
        self._add(f"ns.{owner}", "AAAA", "2001:db8::53")
        self._add(owner, "NS", f"{self._random.choice(('ns1', 'ns2'))}.{self.origin}.")

    def _one(self, owner: str) -> None:
        draw = self._random
        rdtype = draw.choice(("A", "AAAA", "MX", "TXT", "SRV", "CAA", "PTR", "A", "NS"))
        if rdtype == "NS":
            if not owner.startswith("*") and owner.count(".") == self.origin.count(".") + 1 and "ns1" not in owner:
                self._cut(owner)
            return
        data = {
            "A": f"198.51.100.{draw.randint(1, 9)}",
            "AAAA": f"2001:db8:1::{draw.randint(1, 9)}",
            "MX": f"{draw.randint(1, 20)} {self._target()}",
            "TXT": f'"text {draw.randint(0, 99)}"',
            "SRV": f"1 {draw.randint(0, 9)} 5060 {self._target()}",
            "CAA": '128 iodef "mailto:a@example"',
            "PTR": self._target(),
        }[rdtype]
        self._add(owner, rdtype, data)

    def text(self) -> str:
        """The zone file."""
        soa = f"{self.origin}. 3600 IN SOA ns1.{self.origin}. hostmaster.{self.origin}. 7 3600 600 86400 900"
        rows = [f"{owner}. {ttl} IN {rdtype} {data}" for owner, ttl, rdtype, data in self.records]
        return "\n".join([soa, *rows]) + "\n"

    def names(self) -> list[str]:
        """Names that it has, their ancestors and their neighbours."""
        found: dict[str, None] = {self.origin: None, "nowhere.test": None, f"big.{self.origin}": None}
        for owner, _, _, _ in self.records:
            parts = owner.split(".")
            for start in range(len(parts) - self.origin.count(".") - 1):
                found[".".join(parts[start:])] = None
            for label in ("q", "a", "ns", "*"):
                found[f"{label}.{owner}"] = None
            found[owner.replace("*", "q.r")] = None
            found[owner.upper()] = None
        return list(found)
