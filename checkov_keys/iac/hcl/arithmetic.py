"""Arithmetic on numbers as Terraform's floating point does it."""

from __future__ import annotations

from fractions import Fraction

from checkov_keys.iac.hcl.binary_numbers import (
    BITS,
    NEGATIVE_ZERO,
    NegativeZero,
    Number,
    precision_of,
    round_number,
    shorten,
)
from checkov_keys.iac.hcl.errors import EvaluationError


def _rounded(exact: Number, left: Number, right: Number) -> Number:
    bits = max(precision_of(left), precision_of(right))
    return round_number(exact) if bits >= BITS else shorten(exact, bits)


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
    """Return the product, which is exact up to 512 bits."""
    if left == 0 or right == 0:
        return NEGATIVE_ZERO if _is_negative(left) != _is_negative(right) else 0
    bits = max(precision_of(left), precision_of(right))
    exact = round_number(Fraction(left) * right if isinstance(right, int) else left * right)
    return exact if bits >= BITS or abs(exact.numerator).bit_length() > bits else shorten(exact, bits)


def divide_numbers(left: Number, right: Number) -> Number:
    """Return the quotient; raise EvaluationError for a division by zero."""
    if right == 0:
        raise EvaluationError("Division by zero")
    if left == 0:
        return NEGATIVE_ZERO if _is_negative(left) != _is_negative(right) else 0
    return _rounded(Fraction(left) / Fraction(right), left, right)


def take_remainder(left: Number, right: Number) -> Number:
    """Return what is left of a division, with the sign of what is divided."""
    if right == 0 or left == 0:
        return left
    quotient = divide_numbers(left, right)
    whole = abs(quotient.numerator) // quotient.denominator * (-1 if quotient < 0 else 1)
    rest = round_number(left - round_number(right * whole))
    return shorten(rest, precision_of(left)) if precision_of(left) < BITS else rest


def negate_number(content: Number) -> Number:
    """Return the number with its sign changed; zero has a sign, too."""
    if content == 0:
        return 0 if isinstance(content, NegativeZero) else NEGATIVE_ZERO
    bits = precision_of(content)
    return -content if bits >= BITS else shorten(-content, bits)
