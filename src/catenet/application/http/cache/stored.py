"""A stored response: its octets, the request fields that select it, its age and its lifetime."""

from __future__ import annotations

from catenet.application.http.cache.directives import Directives
from catenet.application.http.cache.freshness import date_s, initial_age_s, lifetime_s
from catenet.application.http.dates import format_date
from catenet.application.http.headers import Headers
from catenet.application.http.message import Request, Response
from catenet.application.http.proxy.hops import end_to_end

OVERHEAD_BYTES = 512
"""What a stored response occupies besides its octets, about."""
FIELD_OVERHEAD_BYTES = 32
NOT_UPDATED = {"content-encoding", "content-length", "content-range", "content-type", "vary"}
"""What a 304 does not change (RFC 9111 section 3.2); ``vary`` goes with the fields that select the response."""
STALE_FORBIDDEN = ("must-revalidate", "no-cache", "proxy-revalidate", "s-maxage")
"""RFC 9111 section 4.2.4; s-maxage includes proxy-revalidate: section 5.2.2.10."""


class StoredResponse:
    """A response in the store.  ``asked_s`` and ``answered_s`` are when its request was sent and its head came."""

    def __init__(self, request: Request, response: Response, asked_s: float, answered_s: float) -> None:
        self.status: int = response.status
        self.headers: Headers = end_to_end(response.headers)  # RFC 9111 section 3.1
        self.headers.set_default("date", format_date(answered_s))  # RFC 9110 section 6.6.1
        self.body: bytes = b""
        names = dict.fromkeys(response.headers.tokens("vary"))
        self._selecting: list[tuple[str, str | None]] = [(name, _normal(request.headers, name)) for name in names]
        self._arrived(asked_s, answered_s)

    def _arrived(self, asked_s: float, answered_s: float) -> None:
        self.directives: Directives = Directives(self.headers)
        self.made_s: float = date_s(self.headers, answered_s)
        self.lifetime_s: float = lifetime_s(self.status, self.headers, self.directives, self.made_s)
        self._initial_age_s = initial_age_s(self.headers, self.made_s, asked_s, answered_s)
        self._answered_s = answered_s

    @property
    def size_bytes(self) -> int:
        """The memory that it is charged for."""
        fields = sum(len(name) + len(value) + FIELD_OVERHEAD_BYTES for name, value in self.headers)
        return len(self.body) + fields + OVERHEAD_BYTES

    @property
    def may_be_stale(self) -> bool:
        """Whether nothing in the response forbids to send it stale."""
        return not any(name in self.directives for name in STALE_FORBIDDEN)

    @property
    def etag(self) -> str | None:
        return self.headers.get("etag")

    def age_s(self, now_s: float) -> float:
        """``current_age`` of RFC 9111 section 4.2.3."""
        return self._initial_age_s + max(0.0, now_s - self._answered_s)

    def matches(self, headers: Headers) -> bool:
        """Whether a request has the fields of ``Vary`` as the stored one had them (RFC 9111 section 4.1)."""
        return all(_normal(headers, name) == value for name, value in self._selecting)

    def selects_as(self, other: StoredResponse) -> bool:
        """Whether both answer the same requests: the newer replaces the older."""
        return self._selecting == other._selecting

    def freshen(self, headers: Headers, asked_s: float, answered_s: float) -> None:
        """Take over the fields of a 304, or of a HEAD (RFC 9111 sections 3.2 and 4.3.4)."""
        given = end_to_end(headers)
        given.set_default("date", format_date(answered_s))
        new = [(name, value) for name, value in given if name not in NOT_UPDATED]
        self.headers.remove("age", *(name for name, _ in new))
        for name, value in new:
            self.headers.add(name, value)
        self._arrived(asked_s, answered_s)


def _normal(headers: Headers, name: str) -> str | None:
    """A field for comparison: white space, and how its list is divided into lines, mean nothing."""
    value = headers.get(name)
    return None if value is None else ",".join(" ".join(part.split()) for part in value.split(","))
