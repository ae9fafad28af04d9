"""The resolver among servers that lie, loop, multiply work or guess."""

from __future__ import annotations

import asyncio
import base64
import itertools
from typing import Any

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataset
import pytest
from dns.rdatatype import RdataType

from catenet.application.dns.resolver.cache import Cache, Rank
from catenet.application.dns.resolver.limits import Limits

from .counted_calls import counted_calls
from .hostile_lab import HostileLab, add

pytestmark = pytest.mark.slow


def authoritative(response: Any) -> None:
    response.flags |= dns.flags.AA


def test_a_server_is_not_believed_about_other_zones() -> None:
    def script(query: Any, response: Any) -> None:
        authoritative(response)
        name = str(query.question[0].name)
        add(response.answer, name, 600, "A", "203.0.113.1")
        add(response.answer, "www.good.", 600, "A", "203.0.113.66")
        add(response.authority, "good.", 600, "NS", "ns.evil.")
        add(response.additional, "ns.good.", 600, "A", "203.0.113.66")
        add(response.additional, "www.good.", 600, "A", "203.0.113.66")

    lab = HostileLab(script)

    async def main() -> Any:
        return await lab.ask("a.evil"), await lab.ask("www.good"), await lab.ask("ns.good")

    assert lab.run(main) == (["203.0.113.1"], ["192.0.2.80"], [lab.addresses["honest"]])


def test_a_referral_brings_no_addresses_from_outside_the_zone() -> None:
    def script(query: Any, response: Any) -> None:
        add(response.authority, "sub.evil.", 600, "NS", "www.good.")
        add(response.additional, "www.good.", 600, "A", "203.0.113.66")

    lab = HostileLab(script)

    async def main() -> Any:
        return await lab.ask("a.sub.evil"), await lab.ask("www.good")

    assert lab.run(main)[1] == ["192.0.2.80"]


def test_upward_and_sideward_referrals_are_lame() -> None:
    for owner in (".", "evil.", "good.", "other.evil."):

        def script(query: Any, response: Any, owner: str = owner) -> None:
            add(response.authority, owner, 600, "NS", "ns.evil.")

        lab = HostileLab(script)
        assert lab.run(lambda lab=lab: lab.ask("a.b.evil")) == "failed"  # type: ignore[misc]
        assert lab.resolver.counters["lame"] == Limits().tries_max
        assert len(lab.evil.asked) <= Limits().tries_max


def test_a_delegation_to_many_names_costs_few_queries() -> None:
    """NXNS (CVE-2020-12662): each of them is at a victim, and none of them exists."""

    def script(query: Any, response: Any) -> None:
        number = str(query.question[0].name).split(".")[0]
        add(response.authority, f"{number}.evil.", 600, "NS", *(f"{number}{one}.victim.good." for one in range(100)))

    lab = HostileLab(script)
    assert lab.run(lambda: lab.ask("x.evil")) == "failed"
    limits = Limits()
    assert lab.honest.counters["queries-udp"] <= 2 * limits.targets_max * 2
    assert lab.resolver.counters["queries-sent"] <= limits.queries_max
    assert lab.resolver.counters["limit-targets_max"] >= 1


def test_delegations_that_delegate_for_ever_reach_a_limit() -> None:
    numbers = itertools.count()

    def script(query: Any, response: Any) -> None:
        add(response.authority, str(query.question[0].name), 600, "NS", f"a.n{next(numbers)}.evil.")

    lab = HostileLab(script)
    answer, took = lab.run(lambda: lab.seconds("x.evil"))
    assert answer == "failed"
    assert took <= Limits().time_s
    assert len(lab.evil.asked) <= Limits().queries_max
    counts = lab.resolver.counters.as_dict()
    assert any(name.startswith("limit-") for name in counts)


def test_chains_and_loops_of_aliases_end() -> None:
    def script(query: Any, response: Any) -> None:
        authoritative(response)
        name = str(query.question[0].name).lower()
        if name.startswith("loop"):
            add(response.answer, name, 600, "CNAME", "pool.evil." if name == "loop.evil." else "loop.evil.")
        elif name == "pool.evil.":
            add(response.answer, name, 600, "CNAME", "loop.evil.")
        elif name != "evil.":
            number = int(name.split(".")[0][1:])
            add(response.answer, name, 600, "CNAME", f"c{number + 1}.evil.")

    lab = HostileLab(script)

    async def main() -> Any:
        return await lab.ask("loop.evil"), await lab.ask("c0.evil")

    assert lab.run(main) == ("failed", "failed")
    assert lab.resolver.counters["limit-chain_max"] == 1
    assert len(lab.evil.asked) <= 2 + Limits().chain_max


def test_answers_that_do_not_match_are_ignored_and_many_lead_to_tcp() -> None:
    """A forger does not know id, port and the letters' case; the honest answer comes over TCP."""

    def script(query: Any, response: Any) -> Any:
        authoritative(response)
        add(response.answer, str(query.question[0].name), 600, "A", "192.0.2.7")
        honest = response.to_wire()
        if len(lab.evil.asked) > 1:
            return [honest]
        forged = [bytes([number, number]) + honest[2:] for number in range(20) if honest[:2] != bytes([number] * 2)]
        lower = dns.message.from_wire(honest)
        lower.question[0].name = lower.question[0].name.canonicalize()
        return [lower.to_wire(), b"garbage", *forged, honest]

    lab = HostileLab(script)
    assert lab.run(lambda: lab.ask("AbCdEfGhIjKl.evil")) == ["192.0.2.7"]
    counts = lab.resolver.counters
    assert counts["responses-malformed"] == 1
    assert counts["responses-unmatched"] >= 18


class Listener(asyncio.DatagramProtocol):
    """Keeps queries with their ports; ``told`` may answer."""

    def __init__(self, told: Any) -> None:
        self.told = told

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.told(self.transport, data, addr)


async def listen(told: Any) -> None:
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: Listener(told), local_addr=("0.0.0.0", 53))
    await loop.create_future()


def the_answer(data: bytes, address: str) -> bytes:
    response = dns.message.make_response(dns.message.from_wire(data))
    authoritative(response)
    add(response.answer, str(response.question[0].name), 600, "A", address)
    return response.to_wire()


def test_port_id_and_case_of_a_query_are_drawn_at_random() -> None:
    """What a forger must guess (RFC 5452, 0x20)."""
    lab = HostileLab(lambda query, response: None)
    seen: list[tuple[int, int, bytes]] = []

    def told(transport: Any, data: bytes, addr: Any) -> None:
        seen.append((addr[1], int.from_bytes(data[:2], "big"), data[12:]))
        transport.sendto(the_answer(data, "192.0.2.7"), addr)

    lab.hosts["spare"].run(listen, told, service=True)
    lab.delegate("spare.good", "spare")

    async def main() -> None:
        for number in range(60):
            assert await lab.ask(f"abcdefghijklmnop{number}.spare.good") == ["192.0.2.7"]

    lab.run(main)
    ports, ids, names = zip(*seen, strict=True)
    assert len(seen) == 60
    assert min(len(set(ports)), len(set(ids)), len(set(names))) >= 59
    assert min(ports) >= 1_024
    assert max(ports) - min(ports) > 40_000
    assert max(ids) - min(ids) > 40_000
    letters = [letter for name in names for letter in name if letter < 128 and chr(letter).isalpha()]
    upper = sum(chr(letter).isupper() for letter in letters)
    assert 0.45 < upper / len(letters) < 0.55


def test_a_forger_that_has_seen_the_query_must_also_have_the_servers_address() -> None:
    lab = HostileLab(lambda query, response: None)
    forged: list[Any] = []

    def told(transport: Any, data: bytes, addr: Any) -> None:
        forged[0].sendto(the_answer(data, "203.0.113.66"), addr)
        asyncio.get_running_loop().call_later(0.1, transport.sendto, the_answer(data, "192.0.2.7"), addr)

    async def forge() -> None:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("0.0.0.0", 53))
        forged.append(transport)
        await loop.create_future()

    lab.hosts["forger"].run(forge, service=True)
    lab.hosts["spare"].run(listen, told, service=True)
    lab.delegate("spare.good", "spare")
    assert lab.run(lambda: lab.ask("www.spare.good")) == ["192.0.2.7"]


def test_a_server_that_is_silent_or_broken_costs_bounded_time() -> None:
    for script in (lambda q, r: [], lambda q, r: [b"\0" * 5], lambda q, r: r.set_rcode(dns.rcode.SERVFAIL)):
        lab = HostileLab(script)

        async def main(lab: Any = lab) -> Any:
            first = await lab.seconds("a.evil")
            return first, await lab.seconds("a.evil")

        (answer, took), (again, took_again) = lab.run(main)
        assert answer == again == "failed"
        assert took <= Limits().time_s
        assert took_again == 0  # RFC 9520: a failure is remembered
        assert lab.resolver.counters["failures-remembered"] == 1


def test_a_server_without_edns_is_asked_without() -> None:
    def script(query: Any, response: Any) -> None:
        if query.edns >= 0:
            response.use_edns(-1)
            response.set_rcode(dns.rcode.FORMERR)
            return
        authoritative(response)
        add(response.answer, str(query.question[0].name), 600, "A", "192.0.2.9")

    lab = HostileLab(script)

    async def main() -> Any:
        return await lab.ask("a.evil"), await lab.ask("b.evil")

    assert lab.run(main) == (["192.0.2.9"], ["192.0.2.9"])
    assert len(lab.evil.asked) == 3


def test_a_flood_of_absent_names_is_answered_from_one_denial() -> None:
    """RFC 8020: nothing is below a name that does not exist."""
    lab = HostileLab(lambda query, response: None)

    async def main() -> Any:
        await lab.ask("nothing.good")
        return {await lab.ask(f"{number}.nothing.good") for number in range(200)}

    assert lab.run(main) == {"NXDOMAIN"}
    assert lab.honest.counters["queries-udp"] <= 2


def test_clients_with_one_question_share_the_work_and_too_many_questions_fail() -> None:
    lab = HostileLab(lambda query, response: [], Limits(resolutions_max=5))

    async def main() -> Any:
        same = [lab.ask("same.evil") for _ in range(20)]
        others = [lab.ask(f"{number}.evil") for number in range(20)]
        return await asyncio.gather(*same, *others)

    assert set(lab.run(main)) == {"failed"}
    assert lab.resolver.counters["questions-joined"] == 19
    assert lab.resolver.counters["limit-resolutions_max"] == 16


def test_a_zone_that_names_dead_servers_is_still_asked_at_those_of_its_parent() -> None:
    def script(query: Any, response: Any) -> None:
        authoritative(response)
        name, rdtype = str(query.question[0].name), query.question[0].rdtype
        if rdtype == RdataType.NS:
            add(response.answer, name, 600, "NS", "ns.nowhere.good.", "ns2.evil.")
        else:
            add(response.answer, name, 600, "A", "192.0.2.9")

    lab = HostileLab(script)

    async def main() -> Any:
        return sorted(await lab.ask("evil", "NS")), await lab.ask("a.evil")

    assert lab.run(main) == (["ns.nowhere.good.", "ns2.evil."], ["192.0.2.9"])


def test_names_are_minimised() -> None:
    lab = HostileLab(lambda query, response: authoritative(response))
    lab.run(lambda: lab.ask("a.b.c.d.e.evil", "TXT"))
    assert lab.evil.asked[:4] == ["e.evil. a", "d.e.evil. a", "c.d.e.evil. a", "b.c.d.e.evil. a"]
    assert lab.evil.asked[-1] == "a.b.c.d.e.evil. txt"


def test_a_flood_of_random_names_leaves_what_is_in_use_in_a_bounded_cache() -> None:
    """Each name has to be asked for; what others ask for all the time stays."""
    lab = HostileLab(lambda query, response: None, Limits(entries_max=40))

    async def main() -> Any:
        found = []
        for number in range(300):
            found.append(await lab.ask(f"x{number * 7919}.good"))
            if number % 10 == 0:
                found.append(await lab.ask("www.good"))
        return found

    found = lab.run(main)
    assert found.count("NXDOMAIN") == 300
    assert found.count(["192.0.2.80"]) == 30
    assert len(lab.resolver.cache) <= 40
    assert lab.honest.counters["queries-udp"] <= 303
    assert lab.root.counters["queries-udp"] <= 3


def test_many_keys_and_signatures_cost_no_more_than_their_octets() -> None:
    """KeyTrap (CVE-2023-50387) has each key tried on each signature; here nothing is validated, and work is linear."""

    def costs(count: int) -> tuple[Any, int, int]:
        keys = [f"257 3 13 {base64.b64encode(number.to_bytes(64, 'big')).decode()}" for number in range(count)]
        signatures = [f"DNSKEY 13 1 600 20300101000000 20200101000000 {number} evil. AAAA" for number in range(count)]

        def script(query: Any, response: Any) -> None:
            authoritative(response)
            name = str(query.question[0].name)
            if query.question[0].rdtype == RdataType.DNSKEY:
                add(response.answer, name, 600, "DNSKEY", *keys)
                add(response.answer, name, 600, "RRSIG", *signatures)

        lab = HostileLab(script)

        async def main() -> Any:
            await lab.ask("evil")
            with counted_calls() as calls:
                found = await lab.ask("evil", "DNSKEY")
            return found, calls.count

        found, calls = lab.run(main)
        return len(found), calls, len(lab.evil.asked)

    (few, few_calls, asked), (many, many_calls, asked_more) = costs(50), costs(150)
    assert (few, many) == (50, 150)
    assert asked == asked_more
    assert many_calls < 3.3 * few_calls


def test_a_cache_is_bounded_in_octets() -> None:
    """Few RRsets can be long: 64 kB each."""
    cache = Cache(Limits(octets_max=100_000))
    text = " ".join(f'"{"x" * 250}"' for _ in range(36))
    for number in range(50):
        rdataset = dns.rdataset.from_text("IN", "TXT", 60, text)
        cache.put(dns.name.from_text(f"n{number}."), rdataset, Rank.ANSWER, 0)
        assert cache.octets <= 100_000
    assert 9 <= len(cache) <= 11
    for number in range(50):
        assert cache.get(dns.name.from_text(f"n{number}."), RdataType.TXT, 1e9) is None
    assert (len(cache), cache.octets) == (0, 0)


def test_a_cache_is_bounded_and_a_delegation_does_not_live_by_repetition() -> None:
    cache = Cache(Limits(entries_max=10))
    for number in range(50):
        cache.put(dns.name.from_text(f"n{number}."), dns.rdataset.from_text("IN", "A", 60, "192.0.2.1"), Rank.ANSWER, 0)
    assert len(cache) == 10
    zone, servers = dns.name.from_text("gone."), dns.rdataset.from_text("IN", "NS", 60, "ns.gone.")
    cache.put(zone, servers, Rank.GLUE, 0.0)
    for now in (30.0, 50.0, 59.0):
        cache.put(zone, servers, Rank.AUTHORITATIVE, now)
    assert cache.get(zone, RdataType.NS, 61.0) is None
    assert cache.get(zone, RdataType.NS, 61.0, stale=True) is not None
