"""A recursive resolver, and what its clients get."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final

import dns.edns
import dns.flags
import dns.opcode
import dns.rdatatype
from dns.name import Name
from dns.rcode import Rcode
from dns.rdataclass import RdataClass
from dns.rdataset import Rdataset, from_text
from dns.rdatatype import RdataType

from catenet.application.dns.protocol.request import Refusal, Request, parse_request
from catenet.application.dns.protocol.response import Response, response_of
from catenet.application.dns.protocol.service import PORT, Handler
from catenet.application.dns.resolver.cache import Cache
from catenet.application.dns.resolver.hints import Hints
from catenet.application.dns.resolver.iteration import Answer, Iteration
from catenet.application.dns.resolver.limits import LimitReached, Limits, Unanswered, Work
from catenet.application.dns.resolver.round_trips import RoundTrips
from catenet.application.dns.resolver.zone_servers import ZoneServers

ANY_ANSWER: Final = from_text("IN", "HINFO", 3_789, '"RFC8482" ""')
"""The answer to questions of type ANY (RFC 8482 section 4.2)."""
FAILURES_MAX: Final = 10_000

Question = tuple[Name, RdataType]


class Failed(Exception):
    """A question has no answer: the servers do not answer, or a limit was reached."""


class RecursiveResolver(Handler):
    """Answers by asking the servers of the zones, from the root on; :attr:`counters` tells what it did.

    ``port`` is where it asks servers.
    """

    def __init__(self, hints: Hints, limits: Limits | None = None, *, port: int = PORT) -> None:
        super().__init__()
        self.limits: Final = limits or Limits()
        self.cache: Final = Cache(self.limits)
        servers = ZoneServers(RoundTrips(self.limits.servers_max), self.counters, port)
        self._iteration: Final = Iteration(hints, self.cache, servers, self.limits, self.counters)
        self._running: Final[dict[Question, asyncio.Task[Answer]]] = {}
        self._failures: Final[dict[Question, float]] = {}

    async def resolve(self, name: Name, rdtype: RdataType) -> Answer:
        """The answer to a question.  Raises :class:`Failed`.

        A client that already has a stale answer waits for the servers no longer than ``stale_after_s``.
        """
        fresh = self._from_cache(name, rdtype)
        if fresh is not None:
            self.counters.add("cache-hits")
            return fresh
        self.counters.add("cache-misses")
        stale = self._from_cache(name, rdtype, stale=True) if self.limits.stale_max else None
        if self._failed_lately((name, rdtype)):
            self.counters.add("failures-remembered")
            return self._stale_or_fail(stale)
        task = self._task((name, rdtype))
        try:
            async with asyncio.timeout(None if stale is None else self.limits.stale_after_s):
                return await asyncio.shield(task)
        except (TimeoutError, Failed):
            return self._stale_or_fail(stale)

    def _stale_or_fail(self, stale: Answer | None) -> Answer:
        if stale is None:
            raise Failed
        self.counters.add("stale-answers")
        return stale._replace(stale=True)

    def _from_cache(self, name: Name, rdtype: RdataType, *, stale: bool = False) -> Answer | None:
        """The whole chain, if the cache has it."""
        found: list[tuple[Name, Rdataset]] = []
        for _ in range(self.limits.chain_max):
            link = self._iteration.cached(name, rdtype, stale=stale)
            if link is None:
                return None
            if link.rdataset is not None:
                found.append((name, link.rdataset))
            if link.target is None:
                return Answer(link.rcode, found, link.soa)
            name = link.target
        return None

    # -- work

    def _task(self, question: Question) -> asyncio.Task[Answer]:
        """The task that finds an answer: one for all clients with the same question."""
        task = self._running.get(question)
        if task is not None:
            self.counters.add("questions-joined")
            return task
        if len(self._running) >= self.limits.resolutions_max:
            self.counters.add("limit-resolutions_max")
            raise Failed
        task = asyncio.get_running_loop().create_task(self._work(question), name=f"resolve {question[0]}")
        self._running[question] = task
        task.add_done_callback(_ignore_failure)
        return task

    async def _work(self, question: Question) -> Answer:
        try:
            async with asyncio.timeout(self.limits.time_s):
                return await self._iteration.resolve(*question, Work(self.limits))
        except LimitReached as reached:
            self.counters.add(f"limit-{reached}")
        except TimeoutError:
            self.counters.add("limit-time_s")
        except Unanswered:
            self.counters.add("no-answer")
        finally:
            del self._running[question]
        self._remember_failure(question)
        raise Failed

    def _remember_failure(self, question: Question) -> None:
        self._failures.pop(question, None)
        self._failures[question] = asyncio.get_running_loop().time() + self.limits.failure_ttl
        if len(self._failures) > FAILURES_MAX:
            del self._failures[next(iter(self._failures))]

    def _failed_lately(self, question: Question) -> bool:
        return self._failures.get(question, 0.0) > asyncio.get_running_loop().time()

    def close(self) -> None:
        """Give up what is in work."""
        for task in list(self._running.values()):
            task.cancel()

    # -- requests

    def takes_time(self, octets: bytes) -> bool:
        return True

    async def answers(self, octets: bytes, peer: str, *, tcp: bool) -> Iterable[bytes]:
        request = parse_request(octets, tcp=tcp)
        if isinstance(request, Refusal):
            self.counters.add(f"refused-{request.reason}")
            return () if request.response is None else (request.response,)
        self.counters.add("queries-tcp" if tcp else "queries-udp")
        rcode = _check(request)
        if rcode != Rcode.NOERROR:
            self.counters.add(f"rcode-{rcode.name.lower()}")
            return (response_of(request, rcode),)
        response = await self._respond(request)
        self.counters.add(f"rcode-{Rcode(response.rcode).name.lower()}")
        return (response.octets(request),)

    async def _respond(self, request: Request) -> Response:
        response = Response()
        response.recursion = True
        if request.rdtype == RdataType.ANY:
            response.answer.append((request.name, ANY_ANSWER))
            return response
        try:
            answer = await self.resolve(request.name, request.rdtype)
        except Failed:
            response.rcode = Rcode.SERVFAIL
            return response
        if answer.stale:
            response.options.append(dns.edns.EDEOption(dns.edns.EDECode.STALE_ANSWER))
        response.rcode = answer.rcode
        response.answer.extend(answer.rdatasets)
        if answer.soa is not None:
            response.authority.append(answer.soa)
        return response


def _check(request: Request) -> Rcode:
    """The error of a request that is not worked on."""
    if request.message.opcode() != dns.opcode.QUERY:
        return Rcode.NOTIMP
    if request.message.edns > 0:
        return Rcode.BADVERS
    if request.rdclass != RdataClass.IN or not request.message.flags & dns.flags.RD:
        return Rcode.REFUSED
    if dns.rdatatype.is_metatype(request.rdtype) and request.rdtype != RdataType.ANY:
        return Rcode.REFUSED
    return Rcode.NOERROR


def _ignore_failure(task: asyncio.Task[Answer]) -> None:
    """Every client may have left: nobody asks for the outcome then."""
    if not task.cancelled():
        task.exception()
