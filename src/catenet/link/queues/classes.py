"""Classification of frames for disciplines with classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mypy_extensions import i64

from catenet.link.ethernet import Frame
from catenet.link.queues.dissector import dissect
from catenet.link.queues.ip_fields import IpFields

ANY: Final[i64] = -1


class Prefix:
    """An address prefix."""

    def __init__(self, version: int, address: int, length: int) -> None:
        self.version: Final[i64] = version
        self._shift: Final = (32 if version == 4 else 128) - length
        self._bits: Final = address >> self._shift

    def holds(self, version: i64, address: int) -> bool:
        """Whether an address is within the prefix."""
        return version == self.version and address >> self._shift == self._bits


class ClassRule:
    """The rule of a class; a field that is not given matches anything.  ``weight`` is the share of the class.

    ``dscp`` is the upper six bits of the traffic class (RFC 2474).
    """

    def __init__(
        self,
        weight: int,
        dscp: int = ANY,
        protocol: int = ANY,
        src_port: int = ANY,
        dst_port: int = ANY,
        src: Prefix | None = None,
        dst: Prefix | None = None,
    ) -> None:
        self.weight: Final[i64] = weight
        self.dscp: Final[i64] = dscp
        self.protocol: Final[i64] = protocol
        self.src_port: Final[i64] = src_port
        self.dst_port: Final[i64] = dst_port
        self.src: Final = src
        self.dst: Final = dst

    def takes_all(self) -> bool:
        """Whether the rule matches every packet."""
        numbers = (self.dscp, self.protocol, self.src_port, self.dst_port)
        return self.src is None and self.dst is None and all(number == ANY for number in numbers)

    def matches(self, fields: IpFields) -> bool:
        """Whether the rule matches a packet."""
        return (
            (self.dscp == ANY or fields.traffic_class >> 2 == self.dscp)
            and (self.protocol == ANY or fields.protocol == self.protocol)
            and (self.src_port == ANY or (fields.ports != 0 and fields.ports >> 16 == self.src_port))
            and (self.dst_port == ANY or (fields.ports != 0 and fields.ports & 0xFFFF == self.dst_port))
            and (self.src is None or self.src.holds(fields.version, fields.src))
            and (self.dst is None or self.dst.holds(fields.version, fields.dst))
        )


class Classifier:
    """Finds the class of a frame: the first rule that matches; without rules, one of ``flows`` by its flow's hash.

    The last rule must take all.
    """

    def __init__(self, rules: Sequence[ClassRule], flows: int) -> None:
        self._rules: Final = list(rules)
        self._flows: Final[i64] = flows

    def place(self, frame: Frame, seed: i64) -> int:
        """The number of its class, from 0."""
        fields = dissect(frame)
        if not self._rules:
            return 0 if fields is None else int(fields.flow_hash(seed) % self._flows)
        if fields is not None:
            for place, rule in enumerate(self._rules):
                if rule.matches(fields):
                    return place
        return len(self._rules) - 1

    def weight(self, place: int, otherwise: int) -> int:
        """The weight of a class."""
        return int(self._rules[place].weight) if self._rules else otherwise
