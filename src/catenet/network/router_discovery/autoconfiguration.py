"""Stateless address autoconfiguration: addresses from advertised prefixes (RFC 4862 5.5)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.kernel.quantity import NS_PER_S
from catenet.network import addresses
from catenet.network.interface import Interface, LocalAddress
from catenet.network.ip_core import IpCore
from catenet.network.router_discovery import interface_id
from catenet.network.router_discovery.nd_options import PrefixInformation
from catenet.network.router_discovery.output import seconds_after

PREFIX_BITS: Final = 64
"""The length of a prefix that goes with an identifier of 64 bits (RFC 2464 section 4)."""
TWO_HOURS_NS: Final[i64] = 7200 * NS_PER_S
IDGEN_RETRIES: Final = 3
"""RFC 7217 section 5: other identifiers that are tried after a conflict."""
MAX_ADDRESSES: Final = 16
"""Linux's ``max_addresses`` of an interface."""


class AutoconfiguredAddress:
    """An address from a prefix: preferred, then deprecated, then gone."""

    def __init__(self, own: LocalAddress, prefix: int, attempt: int) -> None:
        self.own: Final = own
        self.prefix: Final = prefix
        self.attempt: Final = attempt
        self.preferred_until_ns: i64 = NEVER
        self.valid_until_ns: i64 = NEVER


class Autoconfiguration:
    """The addresses that one interface has formed, by prefix; ``secret`` is None for identifiers from the MAC."""

    def __init__(self, core: IpCore, interface: Interface, secret: bytes | None) -> None:
        self.core: Final = core
        self.interface: Final = interface
        self.formed: Final[dict[int, AutoconfiguredAddress]] = {}
        self._secret: Final = secret

    def learn(self, told: PrefixInformation, now_ns: i64) -> None:
        """Form or refresh the address of an autonomous prefix."""
        if addresses.is_link_local(6, told.prefix) or told.preferred_s > told.valid_s:
            return
        known = self.formed.get(told.prefix)
        if known is not None:
            self._refresh(known, told, now_ns)
        elif told.valid_s > 0 and told.prefix_len == PREFIX_BITS and len(self.formed) < MAX_ADDRESSES:
            preferred_ns = seconds_after(now_ns, told.preferred_s)
            self._form(told.prefix, 0, preferred_ns, seconds_after(now_ns, told.valid_s))

    def expire(self, now_ns: i64) -> None:
        """Remove addresses whose valid lifetime has ended, and deprecate those whose preferred lifetime has."""
        for prefix, formed in list(self.formed.items()):
            if formed.valid_until_ns <= now_ns:
                del self.formed[prefix]
                self.core.remove_address(6, formed.own.address)
            else:
                self._deprecate(formed, now_ns)

    def next_ns(self) -> i64:
        """When the next lifetime ends."""
        earliest: i64 = NEVER
        for formed in self.formed.values():
            earliest = min(earliest, formed.valid_until_ns)
            if not formed.own.deprecated:
                earliest = min(earliest, formed.preferred_until_ns)
        return earliest

    def duplicate(self, address: int) -> None:
        """Another host has an address: form another one, if identifiers do not come from the MAC."""
        for prefix, formed in list(self.formed.items()):
            if formed.own.address == address:
                del self.formed[prefix]
                if self._secret is not None and formed.attempt < IDGEN_RETRIES:
                    self._form(prefix, formed.attempt + 1, formed.preferred_until_ns, formed.valid_until_ns)

    def clear(self) -> None:
        """Remove all."""
        for formed in list(self.formed.values()):
            self.core.remove_address(6, formed.own.address)
        self.formed.clear()

    def _form(self, prefix: int, attempt: int, preferred_until_ns: i64, valid_until_ns: i64) -> None:
        address = prefix | self._identifier(prefix, attempt)
        if address in self.core.family6.own:
            return
        # the prefix may be off the link: its route is not the address's
        own = self.core.add_address(self.interface, 6, address, PREFIX_BITS, connected=False)
        formed = self.formed[prefix] = AutoconfiguredAddress(own, prefix, attempt)
        formed.preferred_until_ns = preferred_until_ns
        formed.valid_until_ns = valid_until_ns
        self._deprecate(formed, self.core.kernel.now_ns)

    def _identifier(self, prefix: int, attempt: int) -> int:
        if self._secret is None:
            return interface_id.eui64(self.interface.mac)
        return interface_id.stable(prefix, self.interface.name, attempt, self._secret)

    def _refresh(self, formed: AutoconfiguredAddress, told: PrefixInformation, now_ns: i64) -> None:
        """RFC 4862 5.5.3 (e): an advertisement cannot shorten what remains to less than two hours."""
        valid_ns = seconds_after(now_ns, told.valid_s)
        if valid_ns - now_ns > TWO_HOURS_NS or valid_ns > formed.valid_until_ns:
            formed.valid_until_ns = valid_ns
        elif formed.valid_until_ns - now_ns > TWO_HOURS_NS:
            formed.valid_until_ns = now_ns + TWO_HOURS_NS
        formed.preferred_until_ns = seconds_after(now_ns, told.preferred_s)
        self._deprecate(formed, now_ns)

    def _deprecate(self, formed: AutoconfiguredAddress, now_ns: i64) -> None:
        deprecated = formed.preferred_until_ns <= now_ns
        if deprecated != formed.own.deprecated:
            formed.own.deprecated = deprecated
            self.core.forget_destinations()
