"""The chance that a block code fails, in closed form, where symbols err independently."""

from __future__ import annotations

from scipy.special import betainc


def symbol_error_rate(bit_error_rate: float, symbol_bits: int) -> float:
    """The chance that a symbol of independent bits has a wrong one: 1 − (1 − p)^m."""
    return float(1.0 - (1.0 - bit_error_rate) ** symbol_bits)


def word_failure_rate(length: int, correctable: int, symbol_error: float) -> float:
    """The chance of more than t wrong symbols among n: the tail of the binomial distribution.

    As the incomplete beta function I_p(t + 1, n − t) (Abramowitz and Stegun, 26.5.24): a sum of terms would lose it.
    """
    return float(betainc(correctable + 1, length - correctable, symbol_error))
