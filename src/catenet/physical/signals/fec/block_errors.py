"""The probability that a block code fails, in closed form, for independent symbol errors."""

from __future__ import annotations

from scipy.special import betainc


def symbol_error_rate(bit_error_rate: float, symbol_bits: int) -> float:
    """The error probability of a symbol with m independent bits: 1 − (1 − p)^m."""
    return float(1.0 - (1.0 - bit_error_rate) ** symbol_bits)


def word_failure_rate(length: int, correctable: int, symbol_error: float) -> float:
    """The probability of more than t wrong symbols among n: the tail of the binomial distribution.

    It is the incomplete beta function I_p(t + 1, n − t) (Abramowitz and Stegun, 26.5.24); a sum of terms would lose
    precision.
    """
    return float(betainc(correctable + 1, length - correctable, symbol_error))
