"""The rules of RFC 9111 as tables: directives, freshness, age, what is stored, what is reused, what a 304 changes."""

from __future__ import annotations

from collections import Counter

import pytest

from catenet.application.http import Headers, Request, Response
from catenet.application.http.cache.answers import from_store
from catenet.application.http.cache.directives import DELTA_MAX_S, Directives
from catenet.application.http.cache.freshness import age_value_s, initial_age_s, lifetime_s
from catenet.application.http.cache.reuse import Reuse, assess, stale_on_error
from catenet.application.http.cache.storable import may_store
from catenet.application.http.cache.store import VARIANTS_MAX, Store
from catenet.application.http.cache.stored import OVERHEAD_BYTES, StoredResponse
from catenet.application.http.cache.target import changed_uris, target_uri
from catenet.application.http.cache.validation import confirms, same_as_head, validating
from catenet.application.http.content import PIECE_BYTES
from catenet.application.http.dates import format_date

NOW_S = 1_735_689_600.0


def fields(*lines: str) -> Headers:
    return Headers([(name, value) for name, _, value in (line.partition(": ") for line in lines)])


def stored(
    *lines: str, status: int = 200, age_s: float = 0.0, body: bytes = b"", asked: Request | None = None
) -> StoredResponse:
    """A response that came ``age_s`` before NOW_S."""
    came_s = NOW_S - age_s
    headers = fields(*lines)
    headers.set_default("date", format_date(came_s))
    made = StoredResponse(asked or Request("GET", "/"), Response(status, headers), came_s, came_s)
    made.body = body
    return made


@pytest.mark.parametrize(
    ("value", "name", "seconds"),
    [
        ("max-age=60", "max-age", 60),
        ("Max-Age=60, no-cache", "max-age", 60),
        ('max-age="60"', "max-age", 60),
        ("max-age=5, max-age=9", "max-age", 5),
        ("max-age=99999999999999999999999", "max-age", DELTA_MAX_S),
        ("max-age=-1", "max-age", 0),
        ("max-age=1.5", "max-age", 0),
        ("max-age", "max-age", 0),
        ("max-age=\u00b2", "max-age", 0),
        ('private="a, max-age=9", s-maxage=3', "max-age", None),
        ('private="a, max-age=9", s-maxage=3', "s-maxage", 3),
        (r'x="\",max-age=1", max-age=2', "max-age", 2),
        ("", "max-age", None),
    ],
)
def test_directives(value: str, name: str, seconds: int | None) -> None:
    assert Directives(fields(f"cache-control: {value}")).seconds(name) == seconds


def test_pragma_counts_only_without_cache_control() -> None:
    assert "no-cache" in Directives.of_request(fields("pragma: no-cache"))
    assert "no-cache" not in Directives.of_request(fields("pragma: no-cache", "cache-control: max-age=1"))
    assert "no-cache" not in Directives(fields("pragma: no-cache"))


@pytest.mark.parametrize(
    ("lines", "status", "expected_s"),
    [
        (["cache-control: max-age=60"], 200, 60),
        (["cache-control: max-age=60, s-maxage=5"], 200, 5),
        (["cache-control: max-age=60", "expires: " + format_date(NOW_S + 7)], 200, 60),
        (["expires: " + format_date(NOW_S + 7)], 200, 7),
        (["expires: " + format_date(NOW_S - 7)], 200, 0),
        (["expires: 0"], 200, 0),
        (["expires: 0", "last-modified: " + format_date(NOW_S - 1000)], 200, 0),
        (["last-modified: " + format_date(NOW_S - 1000)], 200, 100),
        (["last-modified: " + format_date(NOW_S - 1000)], 404, 100),
        (["last-modified: " + format_date(NOW_S - 1000)], 302, 0),
        (["last-modified: " + format_date(NOW_S - 1000), "cache-control: public"], 302, 100),
        (["last-modified: " + format_date(NOW_S - 1e8)], 200, 86400),
        (["last-modified: " + format_date(NOW_S + 1000)], 200, 0),
        ([], 200, 0),
    ],
)
def test_freshness_lifetime(lines: list[str], status: int, expected_s: float) -> None:
    headers = fields(*lines)
    assert lifetime_s(status, headers, Directives(headers), NOW_S) == expected_s


@pytest.mark.parametrize(
    ("age", "made_s", "asked_s", "expected_s"),
    [
        (None, 0, 0, 0),
        (None, -30, -1, 30),
        ("100", 0, -4, 104),
        ("10", -30, -4, 30),
        (None, 30, 0, 0),
        (None, 0, -4, 4),
    ],
)
def test_initial_age(age: str | None, made_s: float, asked_s: float, expected_s: float) -> None:
    headers = fields() if age is None else fields(f"age: {age}")
    assert initial_age_s(headers, NOW_S + made_s, NOW_S + asked_s, NOW_S) == expected_s


@pytest.mark.parametrize(("value", "expected_s"), [("7", 7), ("7, 9", 7), ("-7", 0), ("x", 0), ("9" * 30, 1 << 31)])
def test_the_field_age(value: str, expected_s: float) -> None:
    assert age_value_s(fields(f"age: {value}")) == expected_s


@pytest.mark.parametrize(
    ("asked", "status", "lines", "expected"),
    [
        ([], 200, [], True),
        ([], 302, [], False),
        ([], 302, ["cache-control: max-age=1"], True),
        ([], 404, [], True),
        ([], 500, [], False),
        ([], 206, ["cache-control: max-age=1"], False),
        ([], 304, ["cache-control: max-age=1"], False),
        ([], 302, ["expires: " + format_date(NOW_S)], True),
        ([], 200, ["cache-control: no-store, max-age=1"], False),
        ([], 200, ["cache-control: private, max-age=1"], False),
        ([], 200, ['cache-control: private="set-cookie", max-age=1'], False),
        ([], 200, ["cache-control: no-store, must-understand, max-age=1"], True),
        ([], 299, ["cache-control: no-store, must-understand, max-age=1"], False),
        ([], 200, ["vary: *"], False),
        ([], 200, ["vary: accept"], True),
        (["cache-control: no-store"], 200, ["cache-control: max-age=1"], False),
        (["authorization: Basic eA=="], 200, ["cache-control: max-age=1"], False),
        (["authorization: Basic eA=="], 200, ["cache-control: s-maxage=1"], True),
        (["authorization: Basic eA=="], 200, ["cache-control: max-age=1, must-revalidate"], True),
        (["authorization: Basic eA=="], 200, ["cache-control: public"], True),
    ],
)
def test_what_is_stored(asked: list[str], status: int, lines: list[str], expected: bool) -> None:
    assert may_store(Request("GET", "/", fields(*asked)), status, fields(*lines)) is expected
    assert not may_store(Request("POST", "/", fields(*asked)), status, fields(*lines))


@pytest.mark.parametrize(
    ("response", "age_s", "request_", "expected"),
    [
        ("max-age=60", 59, "", Reuse.FRESH),
        ("max-age=60", 60, "", Reuse.VALIDATE),
        ("max-age=60", 5, "no-cache", Reuse.VALIDATE),
        ("max-age=60, no-cache", 5, "", Reuse.VALIDATE),
        ('max-age=60, no-cache="x"', 5, "", Reuse.VALIDATE),
        ("max-age=60", 5, "max-age=4", Reuse.VALIDATE),
        ("max-age=60", 5, "max-age=5", Reuse.FRESH),
        ("max-age=60", 5, "max-age=x", Reuse.VALIDATE),
        ("max-age=60", 50, "min-fresh=10", Reuse.FRESH),
        ("max-age=60", 51, "min-fresh=10", Reuse.VALIDATE),
        ("max-age=60", 70, "max-stale", Reuse.STALE),
        ("max-age=60", 70, "max-stale=10", Reuse.STALE),
        ("max-age=60", 71, "max-stale=10", Reuse.VALIDATE),
        ("max-age=60", 70, "max-stale=x", Reuse.VALIDATE),
        ("max-age=60, must-revalidate", 70, "max-stale", Reuse.VALIDATE),
        ("max-age=60, proxy-revalidate", 70, "max-stale", Reuse.VALIDATE),
        ("s-maxage=60", 70, "max-stale", Reuse.VALIDATE),
        ("max-age=60", 70, "max-stale=20, max-age=65", Reuse.VALIDATE),
        ("max-age=60, stale-while-revalidate=10", 69, "", Reuse.STALE_WHILE_REVALIDATE),
        ("max-age=60, stale-while-revalidate=10", 70, "", Reuse.VALIDATE),
        ("max-age=60, stale-while-revalidate=10, must-revalidate", 65, "", Reuse.VALIDATE),
        ("max-age=60, stale-while-revalidate=10", 65, "max-age=100", Reuse.VALIDATE),
    ],
)
def test_reuse(response: str, age_s: float, request_: str, expected: Reuse) -> None:
    wanted = Directives(fields(f"cache-control: {request_}"))
    assert assess(stored(f"cache-control: {response}", age_s=age_s), wanted, NOW_S) is expected


@pytest.mark.parametrize(
    ("response", "request_", "expected"),
    [
        ("max-age=60, stale-if-error=11", "", True),
        ("max-age=60, stale-if-error=10", "", False),
        ("max-age=60", "stale-if-error=11", True),
        ("max-age=60", "", False),
        ("max-age=60, stale-if-error=11, must-revalidate", "", False),
        ("max-age=60, stale-if-error=11", "no-cache", False),
    ],
)
def test_stale_if_error(response: str, request_: str, expected: bool) -> None:
    wanted = Directives(fields(f"cache-control: {request_}"))
    assert stale_on_error(stored(f"cache-control: {response}", age_s=70), wanted, NOW_S) is expected


@pytest.mark.parametrize(
    ("vary", "first", "second", "expected"),
    [
        ("accept", "accept: a", "accept: a", True),
        ("accept", "accept: a", "accept: b", False),
        ("accept", "accept: a", "x: b", False),
        ("accept", "x: a", "x: b", True),
        ("Accept", "accept: a,  b", "accept: a,b", True),
        ("accept, x", "accept: a", "accept: a", True),
    ],
)
def test_vary(vary: str, first: str, second: str, expected: bool) -> None:
    one = stored(f"vary: {vary}", asked=Request("GET", "/", fields(first)))
    assert one.matches(fields(second)) is expected


def test_two_lines_of_a_field_are_a_list() -> None:
    one = stored("vary: accept", asked=Request("GET", "/", fields("accept: a", "accept: b")))
    assert one.matches(fields("accept: a, b"))


def test_a_304_updates_what_it_may() -> None:
    one = stored("cache-control: max-age=1", "content-type: a/b", 'etag: "1"', "age: 50", "x: 1", "x: 2", age_s=100)
    one.freshen(fields("cache-control: max-age=9", "content-type: c/d", "x: 3", "content-length: 0"), NOW_S, NOW_S)
    assert one.lifetime_s == 9
    assert one.headers.get("content-type") == "a/b"
    assert one.headers.get_all("x") == ["3"]
    assert "content-length" not in one.headers
    assert "age" not in one.headers


def test_fields_of_the_connection_are_not_stored() -> None:
    response = Response(200, fields("connection: x, close", "x: 1", "y: 2"))
    one = StoredResponse(Request("GET", "/"), response, NOW_S, NOW_S)
    assert one.headers == fields("y: 2", "date: " + format_date(NOW_S))
    one.freshen(fields("connection: z", "z: 1"), NOW_S, NOW_S)
    assert "z" not in one.headers


def test_without_an_entity_tag_no_tag_matches() -> None:
    one = stored(body=b"0123")
    for condition in ('if-none-match: ""', 'if-none-match: "none"', "if-none-match: none"):
        assert from_store(Request("GET", "/", fields(condition)), one, NOW_S).status == 200
    assert from_store(Request("GET", "/", fields("if-none-match: *")), one, NOW_S).status == 304


def test_conditions_are_of_a_200_only() -> None:
    one = stored('etag: "1"', status=404, body=b"no")
    made = from_store(Request("GET", "/", fields('if-none-match: "1"', "range: bytes=0-0")), one, NOW_S)
    assert (made.status, made.body) == (404, b"no")


def test_a_long_body_is_sent_in_pieces() -> None:
    made = from_store(Request("GET", "/"), stored(body=bytes(PIECE_BYTES + 1)), NOW_S)
    assert not isinstance(made.body, bytes)
    assert made.headers.get("content-length") == str(PIECE_BYTES + 1)


def test_the_age_begins_again_with_the_date_of_a_304() -> None:
    one = stored("cache-control: max-age=9", age_s=100)
    assert one.age_s(NOW_S) == 100
    one.freshen(fields("date: " + format_date(NOW_S)), NOW_S - 2, NOW_S)
    assert one.age_s(NOW_S + 3) == 5


@pytest.mark.parametrize(
    ("lines", "answer", "expected"),
    [
        (['etag: "1"'], ['etag: "1"'], True),
        (['etag: "1"'], ['etag: W/"1"'], True),
        (['etag: "1"'], ['etag: "2"'], False),
        (['etag: "1"'], [], True),
        (["last-modified: a"], ["last-modified: b"], False),
        (["last-modified: a"], ["last-modified: a"], True),
    ],
)
def test_which_304_confirms(lines: list[str], answer: list[str], expected: bool) -> None:
    assert confirms(stored(*lines), fields(*answer)) is expected


def test_validators_replace_the_conditions_of_the_client() -> None:
    request = Request("GET", "/", fields('if-none-match: "9"', "range: bytes=0-1", 'if-range: "9"', "accept: a"))
    made = validating(request, stored('etag: "1"', "last-modified: then"))
    assert made.headers == fields("accept: a", 'if-none-match: "1"', "if-modified-since: then")
    assert validating(request, stored()).headers == fields("accept: a")
    assert validating(request, None) is request


def test_a_head_tells_of_another_version() -> None:
    one = stored('etag: "1"', "content-length: 5")
    assert same_as_head(one, fields('etag: "1"', "content-length: 5"))
    assert same_as_head(one, fields())
    assert not same_as_head(one, fields('etag: "1"', "content-length: 6"))
    assert not same_as_head(one, fields('etag: "2"'))


@pytest.mark.parametrize(
    ("target", "host", "expected"),
    [
        ("/a?b", "Server:80", "http://server/a?b"),
        ("/a", "server:8080", "http://server:8080/a"),
        ("HTTP://Server:80/A", "other", "http://server/A"),
        ("https://server:443", "other", "https://server/"),
        ("http://server?q=/", "other", "http://server/?q=/"),
        ("/http://x/", "server", "http://server/http://x/"),
    ],
)
def test_the_key_of_the_store(target: str, host: str, expected: str) -> None:
    assert target_uri(Request("GET", target, fields(f"host: {host}"))) == expected


def test_what_an_unsafe_request_changes() -> None:
    uri = "http://a/x"
    assert changed_uris(uri, fields("location: /y?z", "content-location: http://A/w")) == [
        uri,
        "http://a/y?z",
        "http://a/w",
    ]
    assert changed_uris(uri, fields("location: http://b/y", "content-location: http://[")) == [uri]


@pytest.mark.parametrize(
    ("asked", "status", "body", "present", "absent"),
    [
        ([], 200, b"0123456789", ["age: 7", "content-length: 10"], []),
        (["range: bytes=2-4"], 206, b"234", ["content-range: bytes 2-4/10", "content-length: 3", "age: 7"], []),
        (["range: bytes=-2"], 206, b"89", ["content-range: bytes 8-9/10"], []),
        (["range: bytes=99-"], 416, b"", ["content-range: bytes */10"], ["etag", "content-type"]),
        (["range: bytes=0-1", 'if-range: "2"'], 200, b"0123456789", ["content-length: 10"], ["content-range"]),
        (["range: bytes=0-1", 'if-range: "1"'], 206, b"01", [], []),
        (['if-none-match: "1"'], 304, b"", ['etag: "1"', "age: 7", "x: y"], ["content-length", "content-type"]),
        (['if-none-match: "2"'], 200, b"0123456789", [], []),
        (["if-modified-since: " + format_date(NOW_S - 7)], 304, b"", [], []),
        (["if-modified-since: " + format_date(NOW_S - 8)], 200, b"0123456789", [], []),
        (['if-none-match: "2"', "if-modified-since: " + format_date(NOW_S)], 200, b"0123456789", [], []),
    ],
)
def test_answers_from_the_store(
    asked: list[str], status: int, body: bytes, present: list[str], absent: list[str]
) -> None:
    one = stored('etag: "1"', "content-type: a/b", "x: y", age_s=7, body=b"0123456789")
    for method in ("GET", "HEAD"):
        if method == "HEAD" and asked and asked[0].startswith("range"):
            continue
        made = from_store(Request(method, "/", fields(*asked)), one, NOW_S)
        assert made.status == status
        assert [line for line in present if line not in {f"{name}: {value}" for name, value in made.headers}] == []
        assert [name for name in absent if name in made.headers] == []
        if isinstance(made.body, bytes):
            assert made.body == (body if method == "GET" else b"")


def test_the_store_is_bounded_and_forgets_the_least_recently_used() -> None:
    counts: Counter[str] = Counter()
    store = Store(3 * (OVERHEAD_BYTES + 1000), counts)
    ones = {uri: stored(body=bytes(900)) for uri in "abc"}
    for uri, one in ones.items():
        assert store.put(uri, one)
    assert store.find("a", Headers()) is ones["a"]
    assert store.put("d", stored(body=bytes(900)))
    assert [uri for uri in "abcd" if store.holds(uri)] == ["a", "c", "d"]
    assert counts["evicted"] == 1
    assert store.size_bytes <= store.limit_bytes
    assert not store.put("a", stored(body=bytes(9000)))
    assert not store.holds("a")
    assert store.remove("c") + store.remove("d") + store.remove("d") == 2
    assert (store.size_bytes, len(store)) == (0, 0)


def test_variants_of_one_uri_are_bounded_and_replaced() -> None:
    store = Store(1 << 30, Counter())
    for number in range(2 * VARIANTS_MAX):
        asked = Request("GET", "/", fields(f"accept: {number}"))
        for _ in range(2):
            assert store.put("a", stored("vary: accept", asked=asked))
    assert len(store) == VARIANTS_MAX
    assert store.find("a", fields("accept: 0")) is None
    assert store.find("a", fields(f"accept: {2 * VARIANTS_MAX - 1}")) is not None


def test_of_several_that_match_the_latest_date_is_chosen() -> None:
    store = Store(1 << 20, Counter())
    newer = stored("vary: accept", age_s=1, asked=Request("GET", "/"))
    store.put("a", newer)
    store.put("a", stored("vary: x", age_s=9, asked=Request("GET", "/")))
    assert store.find("a", Headers()) is newer
