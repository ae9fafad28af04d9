"""Locates the errors of one word and computes their values: Berlekamp–Massey, Chien and Forney.

Lin and Costello, sections 7.4 and 7.5; Blahut, Algebraic Codes for Data Transmission, section 7.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from catenet.physical.signals.bits import Indices
from catenet.physical.signals.fec.galois_field import GaloisField, Symbols


class Errors(NamedTuple):
    """Wrong symbols: the exponent of x whose coefficient each is, and the value to add to it."""

    exponents: Indices
    values: Symbols


def corrections(field: GaloisField, syndromes: Symbols, first_root: int, length: int) -> Errors | None:
    """The errors of a word with these syndromes, or None if there are more than the code can correct."""
    locator = error_locator(field, syndromes)
    degree = locator.size - 1
    if 2 * degree > syndromes.size:
        return None
    exponents = chien_search(field, locator, length)
    if exponents.size != degree:
        return None
    return Errors(exponents, forney(field, syndromes, locator, exponents, first_root))


def error_locator(field: GaloisField, syndromes: Symbols) -> Symbols:
    """Berlekamp–Massey: the shortest shift register that generates the syndromes; lowest coefficient (1) first."""
    locator, previous = np.ones(1, np.int64), np.ones(1, np.int64)
    size, gap, old_discrepancy = 0, 1, 1
    for step in range(syndromes.size):
        terms = field.multiply(locator[: size + 1], syndromes[step - np.arange(min(size + 1, locator.size))])
        discrepancy = int(np.bitwise_xor.reduce(terms))
        if discrepancy == 0:
            gap += 1
            continue
        scale = field.divide(discrepancy, old_discrepancy)
        shifted = np.concatenate((np.zeros(gap, np.int64), field.multiply(scale, previous)))
        updated = _sum(locator, shifted)
        if 2 * size <= step:
            size, previous, old_discrepancy, gap = step + 1 - size, locator, discrepancy, 1
        else:
            gap += 1
        locator = updated
    return _trimmed(locator, size)


def chien_search(field: GaloisField, locator: Symbols, length: int) -> Indices:
    """The exponents below ``length`` whose inverse power is a root of the locator."""
    exponents = np.arange(length)
    return np.flatnonzero(field.evaluate(locator, field.power(-exponents)) == 0)


def forney(field: GaloisField, syndromes: Symbols, locator: Symbols, exponents: Indices, first_root: int) -> Symbols:
    """The value of each error: X^(1 − b) Ω(X⁻¹) / Λ′(X⁻¹), with X = α^exponent and b the first root."""
    evaluator = _product(field, syndromes, locator)[: syndromes.size]
    derivative = locator[1:].copy()
    derivative[1::2] = 0
    inverses = field.power(-exponents)
    quotients = field.divide(field.evaluate(evaluator, inverses), field.evaluate(derivative, inverses))
    return field.multiply(quotients, field.power(exponents * (1 - first_root)))


def _product(field: GaloisField, left: Symbols, right: Symbols) -> Symbols:
    product = np.zeros(left.size + right.size - 1, np.int64)
    for place, coefficient in enumerate(right):
        product[place : place + left.size] ^= field.multiply(left, coefficient)
    return product


def _sum(left: Symbols, right: Symbols) -> Symbols:
    total = np.zeros(max(left.size, right.size), np.int64)
    total[: left.size] = left
    total[: right.size] ^= right
    return total


def _trimmed(locator: Symbols, size: int) -> Symbols:
    """The locator with degree ``size``; a highest coefficient of 0 means too many errors."""
    trimmed = np.zeros(size + 1, np.int64)
    kept = min(size + 1, locator.size)
    trimmed[:kept] = locator[:kept]
    return trimmed
