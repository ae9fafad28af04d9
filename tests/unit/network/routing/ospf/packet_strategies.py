"""OSPF's objects drawn at random, each legal."""

from __future__ import annotations

from hypothesis import strategies as st

from catenet.network.routing.ospf.lsa.lsa import (
    ASBR_SUMMARY,
    EXTERNAL,
    INITIAL_SEQUENCE,
    MAX_AGE_S,
    MAX_SEQUENCE,
    NETWORK,
    NSSA,
    ROUTER,
    SUMMARY,
    ExternalBody,
    Lsa,
    LsaBody,
    LsaHeader,
    NetworkBody,
    RouterBody,
    RouterLink,
    SummaryBody,
)
from catenet.network.routing.ospf.packets.authentication import ALGORITHMS, MD5, PLAIN, Key
from catenet.network.routing.ospf.packets.parse import (
    Acknowledgement,
    Description,
    Hello,
    OspfPacket,
    Request,
    Update,
)

words = st.integers(0, 0xFFFFFFFF)
router_ids = st.integers(1, 0xFFFFFFFF)
halves = st.integers(0, 0xFFFF)
octets = st.integers(0, 0xFF)
masks = st.integers(0, 32).map(lambda length: 0xFFFFFFFF ^ ((1 << 32 - length) - 1))
costs = st.integers(0, 0xFFFFFF)
ages = st.integers(0, MAX_AGE_S)
sequences = st.integers(INITIAL_SEQUENCE, MAX_SEQUENCE)

links = st.builds(RouterLink, st.integers(1, 4), words, words, halves)
bodies: dict[int, st.SearchStrategy[LsaBody]] = {
    ROUTER: st.builds(RouterBody, octets, st.lists(links, max_size=12)),
    NETWORK: st.builds(NetworkBody, masks, st.lists(words, min_size=1, max_size=12)),
    SUMMARY: st.builds(SummaryBody, masks, costs),
    ASBR_SUMMARY: st.builds(SummaryBody, st.just(0), costs),
    EXTERNAL: st.builds(ExternalBody, masks, st.booleans(), costs, words, words),
    NSSA: st.builds(ExternalBody, masks, st.booleans(), costs, words, words),
}


@st.composite
def lsas(draw: st.DrawFn) -> Lsa:
    """Any LSA of a known type."""
    ls_type = draw(st.sampled_from(list(bodies)))
    router = draw(router_ids)
    link_state_id = router if ls_type == ROUTER else draw(words)
    return Lsa(ls_type, link_state_id, router, draw(octets), draw(sequences), draw(bodies[ls_type]))


@st.composite
def updates(draw: st.DrawFn) -> Update:
    """Any update."""
    carried = draw(st.lists(lsas(), max_size=4))
    return Update(draw(router_ids), draw(words), carried, [draw(ages) for _ in carried])


headers = st.builds(LsaHeader, octets, words, words, octets, sequences, halves, ages, st.integers(20, 0xFFFF))
header_lists = st.lists(headers, max_size=5)
keys = st.lists(st.integers(0, (1 << 96) - 1), max_size=5)
hellos = st.builds(
    Hello,
    router_ids,
    words,
    words,
    halves,
    octets,
    octets,
    words,
    words,
    words,
    st.lists(words, max_size=5),
)
descriptions = st.builds(Description, router_ids, words, halves, octets, octets, words, header_lists)
requests = st.builds(Request, router_ids, words, keys)
acknowledgements = st.builds(Acknowledgement, router_ids, words, header_lists)
packets: st.SearchStrategy[OspfPacket] = st.one_of(hellos, descriptions, requests, updates(), acknowledgements)


@st.composite
def authentication_keys(draw: st.DrawFn) -> Key:
    """Any key, of any algorithm."""
    algorithm = draw(st.sampled_from(ALGORITHMS))
    extended = algorithm not in (PLAIN, MD5) and draw(st.booleans())
    max_octets = {PLAIN: 8, MD5: 16}.get(algorithm, 140)
    secret = draw(st.binary(min_size=1, max_size=max_octets))
    return Key(algorithm, secret, draw(words if extended else octets), extended)
