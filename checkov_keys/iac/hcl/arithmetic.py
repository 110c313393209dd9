"""Arithmetic on numbers as Terraform's floating point does it."""

from __future__ import annotations

from fractions import Fraction

from checkov_keys.iac.hcl.binary_numbers import (
    BITS,
    NEGATIVE_ZERO,
    NegativeZero,
    Number,
    count_bits,
    precision_of,
    round_number,
    shorten,
)
from checkov_keys.iac.hcl.errors import EvaluationError


def _rounded(exact: Number, left: Number, right: Number) -> Number:
    return shorten(exact, max(precision_of(left), precision_of(right)))


def _is_negative(content: Number) -> bool:
    return content < 0 or isinstance(content, NegativeZero)


def add_numbers(left: Number, right: Number) -> Number:
    """Return the sum."""
    if left == 0 and right == 0:
        return NEGATIVE_ZERO if _is_negative(left) and _is_negative(right) else 0
    return _rounded(left + right, left, right)


def subtract_numbers(left: Number, right: Number) -> Number:
    """Return the difference."""
    return add_numbers(left, negate_number(right))


def multiply_numbers(left: Number, right: Number) -> Number:
    """Return the product, with as many bits as it needs up to 512."""
    if left == 0 or right == 0:
        return NEGATIVE_ZERO if _is_negative(left) != _is_negative(right) else 0
    exact = round_number(Fraction(left) * Fraction(right))
    return shorten(exact, max(precision_of(left), precision_of(right), count_bits(exact)))


def divide_numbers(left: Number, right: Number) -> Number:
    """Return the quotient; raise EvaluationError for a division by zero."""
    if right == 0:
        raise EvaluationError("Division by zero")
    if left == 0:
        return NEGATIVE_ZERO if _is_negative(left) != _is_negative(right) else 0
    return _rounded(Fraction(left) / Fraction(right), left, right)


def take_remainder(left: Number, right: Number) -> Number:
    """Return what is left of a division, with the sign of what is divided."""
    if right == 0:
        return left
    bits = precision_of(left)
    quotient = divide_numbers(left, right)
    whole = abs(quotient.numerator) // quotient.denominator * (-1 if quotient < 0 else 1)
    if whole == 0:
        return 0 if isinstance(left, NegativeZero) and right < 0 else left
    product = round_number(round_number(whole, bits) * Fraction(right), bits)
    rest = left - product
    return shorten(rest, bits) if rest else 0


def negate_number(content: Number) -> Number:
    """Return the number with its sign changed; zero has a sign, too."""
    if content == 0:
        return 0 if isinstance(content, NegativeZero) else NEGATIVE_ZERO
    bits = precision_of(content)
    return -content if bits >= BITS else shorten(-content, bits)
