"""``catenet bench phy`` runs both, and the dumbbell with PHYs carries what it carries without."""

from __future__ import annotations

from catenet.bench.dumbbell import dumbbell
from catenet.bench.phy import phy


def test_the_dumbbell_is_the_same_with_phys_that_make_no_errors() -> None:
    """The PHYs' links have the rates and delays of the ideal ones, and lengths of nothing: no frame is damaged."""
    ideal, model = dumbbell(1, 0.5), dumbbell(1, 0.5, phy=True)
    same = ("segments", "retransmitted", "events", "goodput_bit_s")
    assert [ideal[key] for key in same] == [model[key] for key in same]


def test_bench_phy_says_what_both_cost() -> None:
    found = phy(1, 0.2)
    assert found["bench"] == "phy"
    assert all(float(str(found[key])) > 0 for key in ("model_ratio", "signal_bit_s"))
