"""The classes of ``drr`` and ``wfq``: the frames that match, and their shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import ip_network
from typing import Any, Final

from catenet.errors import LabError, did_you_mean, named
from catenet.kernel.quantity import whole_number
from catenet.kernel.quoting import quoted
from catenet.link.queues.classes import ClassRule, Prefix

PROTOCOLS: Final = {"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58, "ospf": 89}
MAX_CLASSES: Final = 1024


def parse_classes(share: str, parse_share: Callable[[Any], int], otherwise: int) -> Callable[[Any], Any]:
    """A parser of a list of classes; ``share`` is the name of their weight, ``otherwise`` its default.

    It raises LabError unless the last class, and only the last, matches all remaining frames.
    """

    def parse(value: Any) -> tuple[ClassRule, ...]:
        if isinstance(value, str) or not isinstance(value, list | tuple) or not 1 <= len(value) <= MAX_CLASSES:
            raise LabError(f"a list of 1 to {MAX_CLASSES} tables is needed, not {quoted(value)}")
        rules = tuple(_rule(number, table, share, parse_share, otherwise) for number, table in enumerate(value, 1))
        for number, rule in enumerate(rules, 1):
            if rule.takes_all() != (number == len(rules)):
                raise LabError(
                    f"class {number} {_says(rule)}; frames belong to the first class that matches, "
                    f"so the last one, and no other, must match all: give it a {share} only"
                )
        return rules

    return parse


def _says(rule: ClassRule) -> str:
    return "matches all, and more follow" if rule.takes_all() else "is the last, and does not match all"


def _rule(number: int, table: Any, share: str, parse_share: Callable[[Any], int], otherwise: int) -> ClassRule:
    if not isinstance(table, Mapping):
        raise LabError(f"class {number}: a table like {{ {share} = 3, dscp = 46 }} is needed, not {quoted(table)}")
    known = {share: parse_share, **_MATCHES}
    parsed: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise LabError(f"class {number}: unknown key {key!r}{did_you_mean(str(key), known)}")
        parsed[key] = named(known[key], value, f"class {number}: {key}")
    weight = parsed.pop(share, otherwise)
    return ClassRule(weight, **{_ARGUMENTS.get(key, key): value for key, value in parsed.items()})


def _protocol(value: Any) -> int:
    if isinstance(value, str):
        if value not in PROTOCOLS:
            raise LabError(f"unknown protocol {value!r}{did_you_mean(value, PROTOCOLS)}")
        return PROTOCOLS[value]
    return whole_number(value, "a protocol", 0, 255)


def _prefix(value: Any) -> Prefix:
    if not isinstance(value, str):
        raise LabError(f'a prefix like "10.1.0.0/16" is needed, not {quoted(value)}')
    network = ip_network(value)
    return Prefix(network.version, int(network.network_address), network.prefixlen)


_MATCHES: Final[dict[str, Callable[[Any], Any]]] = {
    "dscp": lambda value: whole_number(value, "a DSCP", 0, 63),
    "protocol": _protocol,
    "source": _prefix,
    "destination": _prefix,
    "source_port": lambda value: whole_number(value, "a port", 1, 65_535),
    "destination_port": lambda value: whole_number(value, "a port", 1, 65_535),
}
_ARGUMENTS: Final = {"source": "src", "destination": "dst", "source_port": "src_port", "destination_port": "dst_port"}
