"""The certificate authorities of one internet, and which of them its hosts trust."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final

from catenet.errors import LabError, MissingExtra
from catenet.kernel.streams import Streams
from catenet.presentation.tls.authority import Authority
from catenet.session.names.hosts_table import Names

AUTHORITY_NAME: Final = "Catenet"


def no_key_log() -> Path | None:
    """There are no captures to decrypt."""
    return None


class InternetTls:
    """The authorities by name.  ``key_log()`` is the file for the secrets of connections, or None without captures.

    The first authority, which all hosts trust, is made when it is first needed.
    """

    def __init__(
        self, streams: Streams, names: Names, epoch_ns: int, key_log: Callable[[], Path | None] = no_key_log
    ) -> None:
        self.key_log: Final = key_log
        self._streams: Final = streams
        self._names: Final = names
        self._epoch_ns: Final = epoch_ns
        self._authorities: Final[dict[str, tuple[Authority, bool]]] = {}

    def authority(self, name: str = AUTHORITY_NAME, *, trusted: bool = True) -> Authority:
        """The authority of that name, which is made if there is none.  Raises LabError if ``trusted`` differs."""
        known = self._authorities.get(name)
        if known is None:
            made = Authority(self._streams, self._names, self._epoch_ns, name)
            known = self._authorities[name] = made, trusted
        if known[1] != trusted:
            raise LabError(f"authority {name!r} is {'' if known[1] else 'not '}trusted already; use another name")
        return known[0]

    def trust(self, context: ssl.SSLContext) -> None:
        """Load the certificates that a host trusts into a context, as ``load_default_certs`` does on a real machine.

        Without the ``cryptography`` package there are none.
        """
        if not any(trusted for _, trusted in self._authorities.values()):
            try:
                self.authority()
            except MissingExtra:
                return
        for authority, trusted in self._authorities.values():
            if trusted:
                context.load_verify_locations(cadata=authority.certificate_pem)
