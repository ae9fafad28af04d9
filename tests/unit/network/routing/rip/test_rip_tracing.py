"""What a row of the trace was packed of, it gives back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel.trace import Row
from catenet.network.routing.rip import tracing

WORDS = st.integers(0, 0xFFFFFFFF)


@given(WORDS, st.integers(0, 32), WORDS, st.integers(1, 16), st.sampled_from(list(tracing.CAUSES)))
def test_a_route(prefix: int, prefix_len: int, gateway: int, metric: int, cause: int) -> None:
    """Read otherwise, `show rip` and a person's trace would name networks that there are not."""
    packed = tracing.pack_prefix(prefix, prefix_len), tracing.pack_change(gateway, metric, cause)
    found = tracing.route_change(Row(7, tracing.ROUTE, 5, *packed))
    assert found == (7, 5, prefix, prefix_len, gateway, metric, cause)
    assert found.gateway == gateway


def test_each_cause_has_a_number_and_words_of_its_own() -> None:
    assert len(set(tracing.CAUSES.values())) == len(tracing.CAUSES) == 12
    assert sorted(tracing.CAUSES) == list(range(1, 13))
    assert len({tracing.PERIODIC, tracing.TRIGGERED, tracing.ANSWER}) == 3
