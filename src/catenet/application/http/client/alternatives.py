"""Where origins offer HTTP/3 (Alt-Svc, RFC 7838)."""

from __future__ import annotations

import re
from typing import NamedTuple

from catenet.application.http.client.url import Origin
from catenet.application.http.headers import Headers

MAX_AGE_S = 86400
"""Without ``ma`` (section 3.1)."""
BROKEN_S = 300.0
"""An alternative that could not be reached is not tried again for so long (section 2.4)."""
SERVICE = re.compile(r'\s*h3="([^":\[\]]*|\[[0-9A-Fa-f:.]+\]):(\d{1,5})"\s*((?:;[^,]*)?)')
MA = re.compile(r';\s*ma\s*=\s*"?(\d+)')


class Alternative(NamedTuple):
    """``host`` is empty for the origin's own."""

    host: str
    port: int


class Alternatives:
    """What servers have told; the clock is the caller's."""

    def __init__(self) -> None:
        self._known: dict[Origin, tuple[Alternative, float]] = {}
        self._broken: dict[Origin, float] = {}

    def learn(self, origin: Origin, headers: Headers, now_s: float) -> None:
        """From the answer of an https server."""
        for value in headers.get_all("alt-svc"):
            self._known.pop(origin, None)  # a new field replaces the old (section 3)
            for part in value.split(","):
                found = SERVICE.fullmatch(part)
                if found is not None and 0 < int(found[2]) < 65536:
                    age = MA.search(found[3])
                    until_s = now_s + (int(age[1]) if age else MAX_AGE_S)
                    self._known[origin] = Alternative(found[1].strip("[]"), int(found[2])), until_s
                    return

    def find(self, origin: Origin, now_s: float) -> Alternative | None:
        """Of ``origin``, unless it is too old, or failed of late."""
        known, until_s = self._known.get(origin, (None, 0.0))
        usable = now_s < until_s and now_s >= self._broken.get(origin, 0.0)
        return known if usable else None

    def failed(self, origin: Origin, now_s: float) -> None:
        """The alternative of ``origin`` does not answer."""
        self._broken[origin] = now_s + BROKEN_S
