"""Terraform's functions of numbers."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.arithmetic import add_numbers, negate_number
from checkov_keys.iac.hcl.binary_numbers import (
    BITS,
    BITS_OF_COUNTS,
    BITS_OF_FLOATS,
    NEGATIVE_ZERO,
    NegativeZero,
    Number,
    ShortInteger,
    shorten,
)
from checkov_keys.iac.hcl.errors import EvaluationError, LimitError
from checkov_keys.iac.hcl.float_functions import go_log, go_pow
from checkov_keys.iac.hcl.functions.calling import CallContext, Function, Parameter, as_integer, text_of
from checkov_keys.iac.hcl.value_types import NUMBER, STRING, ListType
from checkov_keys.iac.hcl.values import Value, list_of, number

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_OF_RANGE = 1024
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INSENSITIVE_BASE = 36
LARGEST_BASE = 62


def _abs(arguments: Sequence[Value], _context: CallContext) -> Value:
    content: Number = arguments[0].content
    negative = content < 0 or isinstance(content, NegativeZero)
    return number(negate_number(content)) if negative else arguments[0]


def _ceil(arguments: Sequence[Value], _context: CallContext) -> Value:
    return number(math.ceil(arguments[0].content))


def _floor(arguments: Sequence[Value], _context: CallContext) -> Value:
    return number(math.floor(arguments[0].content))


def _float(content: Number) -> float:
    try:
        return -0.0 if isinstance(content, NegativeZero) else float(content)
    except OverflowError as error:
        raise EvaluationError("value must be a number that fits into 64 bits of floating point") from error


def _from_float(result: float) -> Value:
    if math.isnan(result):
        raise EvaluationError("result is not a number")
    if math.isinf(result):
        raise LimitError("the number is too large")
    if result == 0:
        return number(NEGATIVE_ZERO if math.copysign(1, result) < 0 else ShortInteger(0))
    return number(shorten(Fraction(result), BITS_OF_FLOATS))


def _log(arguments: Sequence[Value], _context: CallContext) -> Value:
    top, bottom = (go_log(_float(argument.content)) for argument in arguments)
    if bottom == 0:
        if top == 0 or math.isnan(top):
            raise EvaluationError("result is not a number")
        raise LimitError("the number is infinite")
    return _from_float(top / bottom)


def _pow(arguments: Sequence[Value], _context: CallContext) -> Value:
    base, power = (_float(argument.content) for argument in arguments)
    return _from_float(go_pow(base, power))


def _signum(arguments: Sequence[Value], _context: CallContext) -> Value:
    content = as_integer(arguments[0])
    return number(ShortInteger((content > 0) - (content < 0)))


def _max(arguments: Sequence[Value], _context: CallContext) -> Value:
    if not arguments:
        raise EvaluationError("must pass at least one number")
    return max(arguments, key=lambda argument: argument.content)


def _min(arguments: Sequence[Value], _context: CallContext) -> Value:
    if not arguments:
        raise EvaluationError("must pass at least one number")
    return min(arguments, key=lambda argument: argument.content)


def _parseint(arguments: Sequence[Value], _context: CallContext) -> Value:
    if arguments[0].type != STRING:
        raise EvaluationError("first argument must be a string")
    text, base = text_of(arguments[0]), as_integer(arguments[1], "base")
    if not 1 < base <= LARGEST_BASE:
        raise EvaluationError("base must be a whole number between 2 and 62 inclusive")
    digits = text[1:] if text[:1] in {"+", "-"} else text
    result = 0
    for digit in digits:
        found = _DIGITS.find(digit.lower() if base <= _INSENSITIVE_BASE and digit.isascii() else digit)
        if not 0 <= found < base:
            raise EvaluationError(f'cannot parse "{text}" as a base {base} integer')
        result = result * base + found
        if result.bit_length() > 2 * BITS:
            raise LimitError("the number is too large")
    if not digits:
        raise EvaluationError(f'cannot parse "{text}" as a base {base} integer')
    if result.bit_length() > BITS:
        raise LimitError("the number is too large")
    signed = -result if text[0] == "-" else result
    return number(ShortInteger(signed) if result.bit_length() <= BITS_OF_COUNTS else signed)


def _range(arguments: Sequence[Value], _context: CallContext) -> Value:
    contents = [argument.content for argument in arguments]
    if not 1 <= len(contents) <= 3:  # noqa: PLR2004  # start, end, step
        raise EvaluationError("must have one, two, or three arguments")
    start, end = (ShortInteger(0), contents[0]) if len(contents) == 1 else (contents[0], contents[1])
    step: Number = contents[2] if len(contents) > 2 else ShortInteger(-1 if end < start else 1)  # noqa: PLR2004
    if step == 0:
        raise EvaluationError("step must not be zero")
    if (end > start) if step < 0 else (end < start):
        raise EvaluationError("end must be on the side of start to which step leads")
    members: list[Value] = []
    current = start
    while current > end if step < 0 else current < end:
        if len(members) >= MOST_OF_RANGE:
            raise EvaluationError("more than 1024 values were generated")
        members.append(number(current))
        current = add_numbers(current, step)
    return list_of(NUMBER, members)


_ONE = (Parameter("num", NUMBER),)
FUNCTIONS = (
    Function("abs", _ONE, _abs, NUMBER),
    Function("ceil", _ONE, _ceil, NUMBER),
    Function("floor", _ONE, _floor, NUMBER),
    Function("log", (*_ONE, Parameter("base", NUMBER)), _log, NUMBER),
    Function("max", (), _max, NUMBER, variadic=Parameter("numbers", NUMBER)),
    Function("min", (), _min, NUMBER, variadic=Parameter("numbers", NUMBER)),
    Function("parseint", (Parameter("number"), Parameter("base", NUMBER)), _parseint, NUMBER),
    Function("pow", (*_ONE, Parameter("power", NUMBER)), _pow, NUMBER),
    Function("range", (), _range, ListType(NUMBER), variadic=Parameter("params", NUMBER)),
    Function("signum", _ONE, _signum, NUMBER),
)
