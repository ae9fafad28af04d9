"""The load balancer: a handler that passes each request on to one of several backends."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Self

from catenet.application.http.balancer.backend import Backend
from catenet.application.http.balancer.ejection import FAILURES, Ejection
from catenet.application.http.balancer.health import HealthCheck
from catenet.application.http.balancer.policies import Policy, RoundRobin
from catenet.application.http.client.client import IDEMPOTENT, Client
from catenet.application.http.headers import Headers
from catenet.application.http.message import Request, Response
from catenet.application.http.proxy.forwarder import CONNECTIONS_PER_ORIGIN, Forwarder, OriginFailed
from catenet.application.http.proxy.proxy_target import as_origin

CONNECT_TIMEOUT_S = 2.0
ANSWER_TIMEOUT_S = 30.0


class Balancer:
    """Passes requests on to ``backends``: URLs by name, or Backend objects.

    ``policy`` chooses (round robin by default); ``ejection`` and ``check`` tell which are available; None turns one
    off.  A request that got no answer goes to another backend, each at most once, if its method is idempotent and its
    body has not been sent.  :attr:`counts` counts ``requests``, ``retried``, ``failed`` and ``no_backend``.
    """

    def __init__(
        self,
        backends: Mapping[str, str] | Iterable[Backend],
        policy: Policy | None = None,
        *,
        ejection: Ejection | None = Ejection(),  # noqa: B008 - it is frozen
        check: HealthCheck | None = None,
        name: str = "catenet",
        client: Client | None = None,
    ) -> None:
        named = (Backend(*one) for one in backends.items()) if isinstance(backends, Mapping) else backends
        self.backends: dict[str, Backend] = {}
        for backend in named:
            if backend.name in self.backends:
                raise ValueError(f"two backends are called {backend.name!r}")
            self.backends[backend.name] = backend
        self._all = list(self.backends.values())
        self._policy = policy if policy is not None else RoundRobin()
        self._policy.begin(self._all)
        self._ejection, self._check = ejection, check
        made = client if client is not None else _client()
        self._forwarder = Forwarder(name, made)
        self._watching: list[asyncio.Task[None]] = []
        self._ended = asyncio.Event()
        self.counts: Counter[str] = Counter()

    async def start(self) -> Balancer:
        """Begin the active checks, spread over their interval."""
        if self._check is not None and not self._watching:
            step_s = self._check.interval_s / max(1, len(self._all))
            for number, backend in enumerate(self._all):
                self._watching.append(asyncio.ensure_future(self._check.watch(backend, number * step_s)))
        return self

    async def __call__(self, request: Request) -> Response:
        """The handler.  Raises HttpError."""
        self.counts["requests"] += 1
        request = as_origin(request)
        tried: list[Backend] = []
        while True:
            now_s = asyncio.get_running_loop().time()
            left = [one for one in self._all if one.available(now_s) and one not in tried]
            if not left:
                break
            backend = self._policy.choose(request, left)
            if tried:
                self.counts["retried"] += 1
            tried.append(backend)
            try:
                return await self._forward(request, backend)
            except OriginFailed as error:
                last = error
                if request.method not in IDEMPOTENT or not error.repeatable:
                    break
        if tried:
            self.counts["failed"] += 1
            raise last
        self.counts["no_backend"] += 1
        return Response(503, Headers({"retry-after": "1"}), b"503 Service Unavailable: no backend is available\n")

    async def drain(self, name: str, timeout_s: float | None = None) -> bool:
        """Give ``name`` no more requests, and wait for those that it has; false if they have not ended in time.

        Raises KeyError if there is no such backend.
        """
        backend = self.backends[name]
        backend.draining = True
        try:
            async with asyncio.timeout(timeout_s):
                while backend.outstanding:
                    self._ended.clear()
                    await self._ended.wait()
        except TimeoutError:
            return False
        return True

    def restore(self, name: str) -> None:
        """Give ``name`` requests again.  Raises KeyError if there is no such backend."""
        self.backends[name].draining = False

    async def close(self) -> None:
        """End the checks, and the connections to the backends."""
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
        self._watching.clear()
        await self._forwarder.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _forward(self, request: Request, backend: Backend) -> Response:
        """The answer of ``backend``.  Raises HttpError."""
        backend.outstanding += 1
        backend.counts["requests"] += 1

        def ended() -> None:
            backend.outstanding -= 1
            self._ended.set()

        try:
            response = await self._forwarder.forward(request, backend.url, on_end=ended)
        except BaseException as error:
            ended()
            if isinstance(error, OriginFailed):
                self._judge(backend, good=False)
            raise
        self._judge(backend, good=response.status not in FAILURES)
        return response

    def _judge(self, backend: Backend, *, good: bool) -> None:
        if self._ejection is None:
            return
        if good:
            self._ejection.succeeded(backend)
        else:
            self._ejection.failed(backend, self._all, asyncio.get_running_loop().time())


def _client() -> Client:
    return Client(
        connections_per_origin=CONNECTIONS_PER_ORIGIN, connect_timeout_s=CONNECT_TIMEOUT_S, timeout_s=ANSWER_TIMEOUT_S
    )
