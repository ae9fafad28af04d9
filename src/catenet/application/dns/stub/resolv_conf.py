"""The settings of a stub resolver, as resolv.conf(5) has them.  Does not need dnspython."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from catenet.errors import LabError, did_you_mean

NAMESERVERS_MAX: Final = 3
"""Further ones are an error here; glibc ignores them (MAXNS)."""
NUMBERS: Final = {"ndots": 15, "timeout": 30, "attempts": 5}
"""The options with a number, and their greatest values (RES_MAXNDOTS, RES_MAXRETRANS, RES_MAXRETRY)."""
FLAGS: Final = ("rotate", "use-vc", "edns0", "single-request")
KEYWORDS: Final = ("nameserver", "search", "domain", "options")
_NAME: Final = re.compile(r"(?=.{1,254}$)[A-Za-z0-9_](?:[\w-]{0,62}(?:\.[\w-]{1,63})*)\.?|\.", re.ASCII)


class ResolvConf(NamedTuple):
    """Name servers by address, search domains, and options; ``timeout`` is in seconds."""

    nameservers: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    ndots: int = 1
    timeout: int = 5
    attempts: int = 2
    rotate: bool = False
    use_vc: bool = False
    edns0: bool = False
    single_request: bool = False


def parse_resolv_conf(text: str) -> ResolvConf:
    """The settings in a text.  Raises :class:`~catenet.errors.LabError` with the line."""
    conf = ResolvConf()
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if words and words[0][0] not in "#;":
            try:
                conf = _line(conf, words[0], words[1:])
            except LabError as error:
                raise LabError(f"line {number}: {error}") from None
    return conf


def _line(conf: ResolvConf, keyword: str, words: Sequence[str]) -> ResolvConf:
    if keyword not in KEYWORDS:
        raise LabError(f"{keyword!r} is not a keyword of resolv.conf{did_you_mean(keyword, KEYWORDS)}")
    if not words:
        raise LabError(f"{keyword} needs a value")
    if keyword == "nameserver":
        return conf._replace(nameservers=check_nameservers((*conf.nameservers, words[0])))
    if keyword == "options":
        return _options(conf, words)
    for domain in words:
        if not is_domain(domain):
            raise LabError(f"{domain!r} is not a domain; write it like 'lab.example'")
    return conf._replace(search=tuple(words[:1] if keyword == "domain" else words))


def is_domain(text: str) -> bool:
    """Whether a text can be a search domain."""
    return _NAME.fullmatch(text) is not None


def check_nameservers(nameservers: Sequence[str]) -> tuple[str, ...]:
    """The addresses, checked.  Raises :class:`~catenet.errors.LabError`."""
    if len(nameservers) > NAMESERVERS_MAX:
        raise LabError(f"{len(nameservers)} name servers; a host asks at most {NAMESERVERS_MAX}")
    for address in nameservers:
        try:
            ipaddress.ip_address(address)
        except ValueError:
            raise LabError(f"{address!r} is not the address of a name server; write it like '192.0.2.53'") from None
    return tuple(nameservers)


def _options(conf: ResolvConf, words: Sequence[str]) -> ResolvConf:
    changed: dict[str, Any] = {}
    for word in words:
        name, colon, value = word.partition(":")
        if name in FLAGS and not colon:
            changed[name.replace("-", "_")] = True
        elif name in NUMBERS and value.isdecimal():
            least = 0 if name == "ndots" else 1
            changed[name] = min(max(least, int(value)), NUMBERS[name])
        else:
            known = [*(f"{number}:n" for number in NUMBERS), *FLAGS]
            raise LabError(f"{word!r} is not an option of resolv.conf{did_you_mean(word, known)}")
    return conf._replace(**changed)
