"""Numbers as Terraform has them: binary floating point, mostly of 512 bits, printed with the fewest digits.

A number is an int, or a Fraction with a power of two below the line. Those that functions make have fewer bits.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Union

from checkov_keys.iac.hcl.errors import LimitError

Number = Union[int, Fraction]

BITS = 512
BITS_OF_COUNTS = 64
BITS_OF_FLOATS = 53
MOST_BITS = 4000
MOST_DIGITS = 1200
_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:([eEpP])([+-]?[0-9]+))?")


class ShortInteger(int):
    """An integer of fewer than 512 bits; by default one that a function counted: two of them divide to 64 bits."""

    bits: int = BITS_OF_COUNTS


class ShortFraction(Fraction):
    """A fraction of fewer than 512 bits."""

    __slots__ = ("bits",)
    bits: int


class NegativeZero(Fraction):
    """A zero that Terraform prints as `-0`; it equals 0."""

    __slots__ = ()


NEGATIVE_ZERO = NegativeZero(0)


def precision_of(content: Number) -> int:
    """Return how many bits the mantissa of a number has."""
    return getattr(content, "bits", BITS)


def shorten(content: Number, bits: int) -> Number:
    """Return a number with the precision of so many bits, rounded to it."""
    rounded = round_number(content, bits)
    if bits >= BITS:
        return rounded
    if isinstance(rounded, int):
        integer = ShortInteger(rounded)
        integer.bits = bits
        return integer
    short = ShortFraction(rounded)
    short.bits = bits
    return short


def count_bits(content: Number) -> int:
    """Return how many bits the mantissa of a number needs."""
    top = abs(content.numerator)
    return (top // (top & -top)).bit_length() if top else 0


def round_number(content: Number, bits: int = BITS) -> Number:
    """Return the nearest number of so many bits, ties to even; raise LimitError if it is too large or too small."""
    if isinstance(content, NegativeZero):
        return content
    top, bottom = content.numerator, content.denominator
    length = abs(top).bit_length() - bottom.bit_length()
    if abs(length) > MOST_BITS:
        raise LimitError("a number is too large or too small")
    if bottom == 1 and top.bit_length() <= bits:
        return top
    shift = bits - length
    whole, rest, unit = _divide(abs(top), bottom, shift)
    if whole.bit_length() > bits:
        shift -= 1
        whole, rest, unit = _divide(abs(top), bottom, shift)
    if rest * 2 > unit or (rest * 2 == unit and whole & 1):
        whole += 1
    if top < 0:
        whole = -whole
    if shift <= 0:
        return whole << -shift
    result = Fraction(whole, 1 << shift)
    return result.numerator if result.denominator == 1 else result


def _divide(top: int, bottom: int, shift: int) -> tuple[int, int, int]:
    if shift >= 0:
        top <<= shift
    else:
        bottom <<= -shift
    whole, rest = divmod(top, bottom)
    return whole, rest, bottom


def parse_number(text: str) -> Number:
    """Return the number that a text spells; raise ValueError if it spells none, LimitError if it is too large."""
    match = _NUMBER.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        raise ValueError("a number is required")
    whole, part, power = match[2] or "", match[3] or "", match[5]
    if len(whole) + len(part) > MOST_DIGITS:
        raise LimitError("a number has too many digits")
    digits = int(whole + part)
    if digits == 0:
        return NEGATIVE_ZERO if match[1] == "-" else 0
    if power and (len(power) > len(str(MOST_DIGITS)) + 1 or abs(int(power)) > MOST_DIGITS):
        raise LimitError("a number is too large or too small")
    result: Number = Fraction(digits, 10 ** len(part)) if part else digits
    if power:
        base, exponent = (2 if match[4] in "pP" else 10), int(power)
        result = result * base**exponent if exponent >= 0 else Fraction(result) / base**-exponent
    return round_number(-result if match[1] == "-" else result)


def format_number(content: Number) -> str:
    """Return a number as Terraform converts it to a string: the fewest digits that identify it, without exponent."""
    bits = precision_of(content)
    if isinstance(content, int) and content.bit_length() <= bits:
        return int.__repr__(content)
    if isinstance(content, NegativeZero):
        return "-0"
    digits, point = shortest_digits(-content if content < 0 else content, bits)
    sign = "-" if content < 0 else ""
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if point >= len(digits):
        return f"{sign}{digits}{'0' * (point - len(digits))}"
    return f"{sign}{digits[:point]}.{digits[point:]}"


def shortest_digits(content: Number, bits: int) -> tuple[str, int]:
    """Return the fewest digits that identify a positive number, and how many stand before the point.

    That is negative for zeros after the point.
    """
    top, bottom = content.numerator, content.denominator
    power = bottom.bit_length() - 1
    widen = bits + 1 - top.bit_length()
    mantissa = top << widen if widen >= 0 else top >> -widen
    power += widen
    exact, point = _decimal(mantissa, power)
    lower, upper = _decimal(mantissa - 1, power)[0], _decimal(mantissa + 1, power)[0]
    inclusive = mantissa & 2 == 0
    for place, digit in enumerate(exact):
        low = lower[place] if place < len(lower) else "0"
        high = upper[place] if place < len(upper) else "0"
        down = low != digit or (inclusive and place + 1 == len(lower))
        up = digit != high and (inclusive or chr(ord(digit) + 1) < high or place + 1 < len(upper))
        if down or up:
            return _cut(exact, point, place + 1, down=down, up=up)
    return exact, point


def spell_exactly(content: Number) -> tuple[str, int]:
    """Return all the digits of a positive number, without zeros at the end, and how many stand before the point."""
    return _decimal(content.numerator, content.denominator.bit_length() - 1)


def _decimal(mantissa: int, power: int) -> tuple[str, int]:
    """Return mantissa / 2**power as digits without zeros at the end, and the place of the point."""
    if power <= 0:
        digits = str(mantissa << -power)
        return digits.rstrip("0"), len(digits)
    digits = str(mantissa * 5**power)
    return digits.rstrip("0"), len(digits) - power


def _cut(digits: str, point: int, length: int, *, down: bool, up: bool) -> tuple[str, int]:
    if length >= len(digits):
        return digits, point
    head, tail = digits[:length], digits[length:]
    if down and up:
        half = tail[0] == "5" and len(tail) == 1
        up = int(head[-1]) % 2 == 1 if half else tail[0] >= "5"
    if up:
        raised = str(int(head) + 1)
        point += len(raised) - len(head)
        head = raised
    return head.rstrip("0"), point
