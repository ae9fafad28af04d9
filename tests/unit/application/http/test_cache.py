"""The cache in front of a handler, in virtual time: hits, validation, RFC 5861, invalidation, collapsed requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from catenet.application.http import Body, Handler, Headers, HttpError, Request, Response
from catenet.application.http.cache import Cache
from tests.unit.application.http.raw_client import in_virtual_time


class Origin:
    """Answers with ``fields`` and a body that names its version; 304 to its tag.  Counts what it is asked."""

    def __init__(self, cache_control: str = "max-age=60", **fields: str) -> None:
        self.fields = {"cache-control": cache_control, **{k.replace("_", "-"): v for k, v in fields.items()}}
        self.version = 1
        self.asked: list[Request] = []
        self.fails: int | None = None
        self.delay_s = 0.0

    async def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        version = self.version
        await asyncio.sleep(self.delay_s)
        if self.fails == 502:
            raise HttpError(502, "origin")
        if self.fails is not None:
            return Response(self.fails)
        headers = Headers({**self.fields, "etag": f'"{version}"'})
        if request.headers.get("if-none-match") == f'"{version}"':
            return Response(304, headers)
        return Response(200, headers, f"version {version}".encode())


async def body_of(response: Response) -> bytes:
    if isinstance(response.body, bytes):
        return response.body
    return b"".join([piece async for piece in response.body])


def get(method: str = "GET", target: str = "/", **fields: str) -> Request:
    headers = Headers({"host": "a", **{name.replace("_", "-"): value for name, value in fields.items()}})
    return Request(method, target, headers)


def run(
    origin: Handler,
    program: Callable[[Callable[..., Awaitable[tuple[int, bytes]]], Cache], Awaitable[Any]],
    **options: Any,
) -> Cache:
    """``program`` gets a function that asks and reads the answer."""

    async def main() -> Cache:
        async with Cache(origin, **options) as cache:

            async def ask(request: Request) -> tuple[int, bytes]:
                response = await cache(request)
                result = response.status, await body_of(response)
                await asyncio.sleep(0)
                return result

            await program(ask, cache)
        return cache

    made: Cache = in_virtual_time(main)
    return made


def test_a_fresh_response_is_sent_without_asking() -> None:
    origin = Origin()

    async def program(ask: Any, cache: Cache) -> None:
        assert await ask(get()) == (200, b"version 1")
        origin.version = 2
        await asyncio.sleep(59)
        assert await ask(get()) == (200, b"version 1")
        assert await ask(get("HEAD")) == (200, b"")
        assert await ask(get(range="bytes=0-6")) == (206, b"version")
        assert await ask(get(if_none_match='"1"')) == (304, b"")
        response = await cache(get())
        assert (response.headers.get("age"), response.headers.get("cache-status")) == ("59", "catenet; hit; ttl=1")
        await asyncio.sleep(1)
        assert await ask(get()) == (200, b"version 2")

    cache = run(origin, program)
    assert cache.counts == {"hit": 5, "miss": 1, "stored": 2}
    assert len(origin.asked) == 2


def test_a_304_makes_a_stale_response_fresh_again() -> None:
    origin = Origin()

    async def program(ask: Any, cache: Cache) -> None:
        await ask(get())
        await asyncio.sleep(61)
        assert await ask(get(if_none_match='"9"')) == (200, b"version 1")
        await asyncio.sleep(50)
        assert await ask(get(if_none_match='"1"')) == (304, b"")

    assert run(origin, program).counts == {"miss": 1, "stored": 1, "validated": 1, "hit": 1}
    assert [request.headers.get("if-none-match") for request in origin.asked] == [None, '"1"']


def test_requests_for_the_same_at_one_time_reach_the_origin_once() -> None:
    origin = Origin()
    origin.delay_s = 1.0

    async def program(ask: Any, cache: Cache) -> None:
        answers = await asyncio.gather(*(ask(get()) for _ in range(20)))
        assert set(answers) == {(200, b"version 1")}
        await asyncio.sleep(61)
        answers = await asyncio.gather(*(ask(get()) for _ in range(20)))
        assert set(answers) == {(200, b"version 1")}

    counts = run(origin, program).counts
    assert len(origin.asked) == 2
    assert counts == {"miss": 20, "stored": 1, "collapsed": 38, "validated": 1}


@pytest.mark.parametrize("control", ["private", "no-store", "max-age=0"])
def test_what_is_not_for_others_is_asked_for_each(control: str) -> None:
    origin = Origin(control)
    origin.delay_s = 1.0

    async def program(ask: Any, cache: Cache) -> None:
        begun_s = asyncio.get_running_loop().time()
        await asyncio.gather(*(ask(get()) for _ in range(5)))
        assert asyncio.get_running_loop().time() - begun_s == pytest.approx(2.0)  # not one after another

    run(origin, program)
    assert len(origin.asked) == 5


def test_vary_divides_what_is_collapsed() -> None:
    origin = Origin(vary="accept")
    origin.delay_s = 1.0

    async def program(ask: Any, cache: Cache) -> None:
        await asyncio.gather(*(ask(get(accept=kind)) for kind in ("a", "a", "b")))
        await asyncio.gather(*(ask(get(accept=kind)) for kind in ("a", "b", "b")))

    run(origin, program)
    assert len(origin.asked) == 2


def test_who_waits_gets_the_error_of_the_one_request() -> None:
    origin = Origin()
    origin.delay_s, origin.fails = 1.0, 502

    async def program(ask: Any, cache: Cache) -> None:
        answers = await asyncio.gather(*(ask(get()) for _ in range(5)), return_exceptions=True)
        assert [error.status for error in answers if isinstance(error, HttpError)] == [502] * 5

    run(origin, program)
    assert len(origin.asked) == 1


def test_the_fault_of_one_request_is_not_that_of_those_who_wait() -> None:
    async def origin(request: Request) -> Response:
        await asyncio.sleep(1)
        if "via" in request.headers:
            raise HttpError(508, "loop")
        return Response(200, Headers({"cache-control": "max-age=60"}), b"x")

    async def program(ask: Any, cache: Cache) -> None:
        requests = [get(via="1.1 a"), get(), get()]
        answers = await asyncio.gather(*(ask(request) for request in requests), return_exceptions=True)
        assert isinstance(answers[0], HttpError)
        assert answers[1:] == [(200, b"x")] * 2

    assert run(origin, program).counts["collapsed"] == 1


def test_if_the_first_leaves_the_second_asks() -> None:
    origin = Origin()
    origin.delay_s = 1.0

    async def program(ask: Any, cache: Cache) -> None:
        first = asyncio.ensure_future(ask(get()))
        others = [asyncio.ensure_future(ask(get())) for _ in range(3)]
        await asyncio.sleep(0.5)
        first.cancel()
        assert await asyncio.gather(*others) == [(200, b"version 1")] * 3

    run(origin, program)
    assert len(origin.asked) == 2


def test_stale_while_revalidate() -> None:
    origin = Origin("max-age=60, stale-while-revalidate=30")

    async def program(ask: Any, cache: Cache) -> None:
        await ask(get())
        origin.version, origin.delay_s = 2, 5.0
        await asyncio.sleep(70)
        assert await asyncio.gather(*(ask(get()) for _ in range(3))) == [(200, b"version 1")] * 3
        await asyncio.sleep(6)
        assert await ask(get()) == (200, b"version 2")
        origin.fails = 500
        await asyncio.sleep(61)
        assert await ask(get()) == (200, b"version 2")
        await asyncio.sleep(6)

    counts = run(origin, program).counts
    assert len(origin.asked) == 3
    assert (counts["stale_while_revalidate"], counts["revalidation_failed"], counts["hit"]) == (4, 1, 5)


@pytest.mark.parametrize("failure", [500, 502, 503])
def test_stale_if_error(failure: int) -> None:
    origin = Origin("max-age=60, stale-if-error=100")

    async def program(ask: Any, cache: Cache) -> None:
        await ask(get())
        origin.fails, origin.delay_s = failure, 1.0
        await asyncio.sleep(70)
        assert await asyncio.gather(*(ask(get()) for _ in range(2))) == [(200, b"version 1")] * 2
        await asyncio.sleep(100)
        try:
            status, _ = await ask(get())
        except HttpError as error:
            status = error.status
        assert status == failure
        origin.fails = None
        assert await ask(get()) == (200, b"version 1")

    counts = run(origin, program).counts
    assert counts["stale_if_error"] == 2
    assert counts["validated"] == 1


@pytest.mark.parametrize(
    ("method", "status", "asked"),
    [("POST", 200, 2), ("DELETE", 204, 2), ("PUT", 303, 2), ("POST", 500, 1), ("OPTIONS", 200, 1)],
)
def test_unsafe_methods_invalidate(method: str, status: int, asked: int) -> None:
    asked_for: list[str] = []

    async def origin(request: Request) -> Response:
        asked_for.append(request.method)
        if request.method == "GET":
            return Response(200, Headers({"cache-control": "max-age=60"}), b"x")
        return Response(status, Headers({"location": "/other"}))

    async def program(ask: Any, cache: Cache) -> None:
        for target in ("/", "/other", "/third"):
            await ask(get(target=target))
        await ask(get(method))
        for target in ("/", "/other", "/third"):
            await ask(get(target=target))

    counts = run(origin, program).counts
    assert asked_for.count("GET") == 3 + 2 * (asked - 1)
    assert counts["invalidated"] == 2 * (asked - 1)


def test_what_was_on_its_way_during_an_unsafe_request_is_not_stored() -> None:
    origin = Origin()

    async def program(ask: Any, cache: Cache) -> None:
        origin.delay_s = 1.0
        early = asyncio.ensure_future(ask(get()))
        await asyncio.sleep(0.5)
        origin.version, origin.delay_s = 2, 0.0
        await ask(get("POST"))
        assert await early == (200, b"version 1")
        assert await ask(get()) == (200, b"version 2")

    run(origin, program)


def test_only_if_cached_and_no_store_and_conditions_for_the_origin() -> None:
    origin = Origin()

    async def program(ask: Any, cache: Cache) -> None:
        with pytest.raises(HttpError) as refused:
            await ask(get(cache_control="only-if-cached"))
        assert refused.value.status == 504
        await ask(get(cache_control="no-store"))
        await ask(get(if_match='"1"'))
        assert len(cache.store) == 0
        assert await ask(get(range="bytes=0-1")) == (200, b"version 1")  # it ignores ranges
        assert len(cache.store) == 0
        await ask(get())
        assert await ask(get(cache_control="only-if-cached")) == (200, b"version 1")
        await ask(get(cache_control="no-cache"))

    counts = run(origin, program).counts
    assert (counts["bypassed"], counts["only_if_cached"], counts["validated"]) == (2, 1, 1)


def test_a_304_about_another_version_is_not_believed() -> None:
    asked: list[str | None] = []

    async def origin(request: Request) -> Response:
        asked.append(request.headers.get("if-none-match"))
        if asked[-1] is not None:
            return Response(304, Headers({"etag": '"other"'}))
        return Response(200, Headers({"etag": f'"{len(asked)}"', "cache-control": "max-age=1"}), b"%d" % len(asked))

    async def program(ask: Any, cache: Cache) -> None:
        await ask(get())
        await asyncio.sleep(2)
        assert await ask(get()) == (200, b"3")

    run(origin, program)
    assert asked == [None, '"1"', None]


def test_a_head_of_another_version_invalidates() -> None:
    origin = Origin()

    async def program(ask: Any, cache: Cache) -> None:
        await ask(get())
        await asyncio.sleep(61)
        await ask(get("HEAD"))
        assert len(cache.store) == 1
        assert await ask(get()) == (200, b"version 1")  # HEAD made it fresh
        await asyncio.sleep(61)
        origin.version = 2
        await ask(get("HEAD"))
        assert len(cache.store) == 0

    run(origin, program)
    assert len(origin.asked) == 3


def streamed(pieces: int, size: int, *, breaks: bool = False, length: int | None = None) -> Handler:
    async def pieces_of() -> AsyncIterator[bytes]:
        for _ in range(pieces):
            await asyncio.sleep(0.1)
            yield bytes(size)
        if breaks:
            raise ConnectionResetError("broken")

    async def origin(request: Request) -> Response:
        headers = Headers({"cache-control": "max-age=60"})
        if length is not None:
            headers.set("content-length", str(length))
        return Response(200, headers, pieces_of())

    return origin


def test_a_body_is_passed_on_as_it_arrives_and_stored_when_complete() -> None:
    async def program(ask: Any, cache: Cache) -> None:
        first, second = await cache(get()), asyncio.ensure_future(cache(get()))
        await asyncio.sleep(0.15)
        assert not isinstance(first.body, bytes)
        assert await first.body.__aiter__().__anext__() == bytes(10)
        assert len(cache.store) == 0
        assert await body_of(await second) == bytes(50)
        await asyncio.sleep(0)
        assert await ask(get()) == (200, bytes(50))

    assert run(streamed(5, 10), program).counts == {"miss": 2, "collapsed": 1, "stored": 1, "hit": 1}


def test_what_is_too_long_is_passed_on_with_flow_control_and_not_stored() -> None:
    async def stalls(ask: Any, cache: Cache) -> None:
        response = await cache(get())
        await asyncio.sleep(61 + 10)
        assert cache.counts["broken_off"] == 1
        with pytest.raises(ConnectionAbortedError):
            await body_of(response)

    run(streamed(10, 100), stalls, object_bytes=250)

    async def reads(ask: Any, cache: Cache) -> None:
        assert await ask(get()) == (200, bytes(1000))
        assert await ask(get()) == (200, bytes(1000))

    cache = run(streamed(10, 100), reads, object_bytes=250)
    assert cache.counts == {"miss": 2}
    cache = run(streamed(10, 100, length=1000), reads, object_bytes=250)
    assert cache.counts == {"miss": 2}


def test_the_slowest_reader_sets_the_pace_until_it_leaves() -> None:
    async def program(ask: Any, cache: Cache) -> None:
        slow, fast = await cache(get()), await cache(get())
        reading = asyncio.ensure_future(body_of(fast))
        await asyncio.sleep(10)
        assert not reading.done()
        del slow
        assert len(await reading) == 1000

    run(streamed(10, 100), program, object_bytes=250)


def test_cache_status_tells_what_was_done() -> None:
    origin = Origin(vary="accept")
    origin.delay_s = 1.0

    async def program(ask: Any, cache: Cache) -> None:
        answers = await asyncio.gather(cache(get()), cache(get()))
        told = [response.headers.get("cache-status") for response in answers]
        assert told == ["catenet; fwd=uri-miss; fwd-status=200; stored", "catenet; fwd=uri-miss; collapsed"]
        await asyncio.sleep(61)
        for request, expected in (
            (get(), "fwd=stale; fwd-status=304; ttl=59"),
            (get(accept="a"), "fwd=vary-miss; fwd-status=200; stored"),
        ):
            assert (await cache(request)).headers.get("cache-status") == f"catenet; {expected}"

    run(origin, program)


def test_when_all_readers_have_gone_a_long_body_is_dropped() -> None:
    async def program(ask: Any, cache: Cache) -> None:
        response = await cache(get())
        del response
        await asyncio.sleep(2)
        assert cache.counts["broken_off"] == 1

    run(streamed(10, 100), program, object_bytes=250)


def test_a_body_that_breaks_off_is_not_stored() -> None:
    async def program(ask: Any, cache: Cache) -> None:
        with pytest.raises(ConnectionAbortedError):
            await ask(get())
        assert len(cache.store) == 0

    assert run(streamed(3, 10, breaks=True), program).counts == {"miss": 1, "broken_off": 1}


def test_a_handler_that_fails_in_the_body_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"x"
        raise ValueError("a fault of the handler")

    async def origin(request: Request) -> Response:
        return Response(200, Headers({"cache-control": "max-age=60"}), pieces())

    async def program(ask: Any, cache: Cache) -> None:
        with pytest.raises(ConnectionAbortedError):
            await ask(get())
        await asyncio.sleep(0)

    run(origin, program)
    assert "a fault of the handler" in caplog.text


def test_a_get_with_a_body_is_not_for_the_cache() -> None:
    class Some(Body):
        pass

    origin = Origin()

    async def program(ask: Any, cache: Cache) -> None:
        request = get()
        request.body = Some()
        await ask(request)
        assert len(cache.store) == 0

    run(origin, program)
