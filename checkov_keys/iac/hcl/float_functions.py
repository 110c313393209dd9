"""Logarithms and powers of 64-bit floating point, to the last digit as Go computes them on most machines."""

from __future__ import annotations

import math

from checkov_keys.iac.hcl.errors import UndecidedError

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_ODD = (6.666666666666735130e-01, 2.857142874366239149e-01, 1.818357216161805012e-01, 1.479819860511658591e-01)
_EVEN = (3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01)
_LARGEST_POWER = 1 << 63
_LARGEST_EXPONENT = 1 << 12
_HALF = 0.5


def go_log(content: float) -> float:
    """Return the natural logarithm; that of 0 is infinite, that of a negative number is not a number."""
    if content < 0:
        return math.nan
    if content == 0:
        return -math.inf
    mantissa, exponent = math.frexp(content)
    if mantissa < math.sqrt(2) / 2:
        mantissa *= 2
        exponent -= 1
    rest = mantissa - 1
    ratio = rest / (2 + rest)
    square = ratio * ratio
    fourth = square * square
    odd = square * (_ODD[0] + fourth * (_ODD[1] + fourth * (_ODD[2] + fourth * _ODD[3])))
    even = fourth * (_EVEN[0] + fourth * (_EVEN[1] + fourth * _EVEN[2]))
    half = _HALF * rest * rest
    return exponent * _LN2_HIGH - ((half - (ratio * (half + (odd + even)) + exponent * _LN2_LOW)) - rest)


def go_pow(base: float, power: float) -> float:  # noqa: PLR0911  # a case each
    """Return a power; raise UndecidedError if its last digits depend on the machine."""
    if power == 0 or base == 1:
        return 1.0
    if power == 1:
        return base
    if base == 0:
        odd = power.is_integer() and power % 2 == 1
        if power < 0:
            return math.inf
        return base if odd else 0.0
    if abs(power) == _HALF and base > 0:
        return math.sqrt(base) if power > 0 else 1 / math.sqrt(base)
    part, whole = math.modf(abs(power))
    if part and base < 0:
        return math.nan
    if part:
        raise UndecidedError("the last digits of such a power depend on the machine")
    if whole >= _LARGEST_POWER:
        if base == -1:
            return 1.0
        return 0.0 if (abs(base) < 1) == (power > 0) else math.inf
    return _multiply(base, int(whole), inverse=power < 0)


def _multiply(base: float, power: int, *, inverse: bool) -> float:
    result, exponent = 1.0, 0
    factor, step = math.frexp(base)
    while power:
        if abs(step) > _LARGEST_EXPONENT:
            exponent += step
            break
        if power & 1:
            result *= factor
            exponent += step
        factor *= factor
        step <<= 1
        if factor < _HALF:
            factor += factor
            step -= 1
        power >>= 1
    if inverse:
        result, exponent = 1 / result, -exponent
    try:
        return math.ldexp(result, exponent)
    except OverflowError:
        return math.inf
