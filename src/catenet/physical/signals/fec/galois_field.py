"""Arithmetic in a finite field of 2^m elements (Lin and Costello, Error Control Coding, chapter 2), on arrays.

An element is a number whose bits are the coefficients of a polynomial over GF(2), modulo a primitive polynomial.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Symbols: TypeAlias = NDArray[np.int64]
"""Elements of a field, 0 to 2^m − 1."""


class GaloisField:
    """GF(2^m) by tables of logarithms.  ``polynomial`` has bit k for x^k, and must be primitive: x generates the field.

    Raises ValueError if it is not.
    """

    def __init__(self, polynomial: int) -> None:
        self.polynomial: Final = polynomial
        self.width: Final = polynomial.bit_length() - 1
        if not 2 <= self.width <= 16:
            raise ValueError(f"the polynomial's degree must be from 2 to 16; {polynomial:#x} has degree {self.width}")
        self.order: Final = (1 << self.width) - 1
        powers = self._powers()
        self.power_table: Final = np.concatenate((powers, powers, np.zeros(2 * self.order + 1, np.int64)))
        logs = np.full(1 << self.width, 2 * self.order, np.int64)
        logs[powers] = np.arange(self.order)
        self.log_table: Final = logs

    def _powers(self) -> Symbols:
        powers, value = np.zeros(self.order, np.int64), 1
        for exponent in range(self.order):
            if exponent and value == 1:
                raise ValueError(f"{self.polynomial:#x} is not primitive: x^{exponent} is 1 modulo it")
            powers[exponent] = value
            value <<= 1
            if value >> self.width:
                value ^= self.polynomial
        if value != 1:
            raise ValueError(f"{self.polynomial:#x} is not primitive")
        return powers

    def power(self, exponents: ArrayLike) -> Symbols:
        """Powers of x, the field's primitive element α; exponents may be negative."""
        return self.power_table[np.asarray(exponents, np.int64) % self.order]

    def multiply(self, left: ArrayLike, right: ArrayLike) -> Symbols:
        """Products, element by element; the logarithm of 0 points to the zeros at the end of the table."""
        logs = self.log_table[np.asarray(left, np.int64)] + self.log_table[np.asarray(right, np.int64)]
        return np.asarray(self.power_table[logs], np.int64)

    def divide(self, dividend: ArrayLike, divisor: ArrayLike) -> Symbols:
        """Quotients, element by element.  Raises ZeroDivisionError if a divisor is 0."""
        below = np.asarray(divisor, np.int64)
        if (below == 0).any():
            raise ZeroDivisionError("division by 0 in a finite field")
        inverse = self.power_table[self.order - self.log_table[below]]
        return self.multiply(dividend, inverse)

    def evaluate(self, coefficients: Symbols, points: ArrayLike) -> Symbols:
        """A polynomial, lowest coefficient first, at each of ``points`` (Horner's method)."""
        places = np.asarray(points, np.int64)
        values = np.zeros_like(places)
        for coefficient in coefficients[::-1]:
            values = self.multiply(values, places) ^ coefficient
        return values
