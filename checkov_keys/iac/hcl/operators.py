"""The unary and binary operators of HCL over values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from checkov_keys.iac.hcl.arithmetic import (
    add_numbers,
    divide_numbers,
    multiply_numbers,
    negate_number,
    subtract_numbers,
    take_remainder,
)
from checkov_keys.iac.hcl.conversion import convert
from checkov_keys.iac.hcl.equality import compare_equal
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.losses import LOSSES
from checkov_keys.iac.hcl.possibilities import spread, unknown_result
from checkov_keys.iac.hcl.value_types import BOOL, NUMBER, Type
from checkov_keys.iac.hcl.values import Value, all_marks, boolean, canonical_text, is_certainly_not_null, number

if TYPE_CHECKING:
    from checkov_keys.iac.hcl.binary_numbers import Number


def apply_binary(operator: str, left: Value, right: Value) -> Value:
    """Return `left operator right` for any binary operator of HCL; raise EvaluationError if HCL would refuse it."""
    if operator in {"==", "!="}:
        return _apply_equality(operator, left, right)
    wanted = BOOL if operator in {"&&", "||"} else NUMBER
    left, right = _operand(left, wanted, "left"), _operand(right, wanted, "right")
    marks = left.marks | right.marks
    if left.is_known and right.is_known:
        if wanted == BOOL:
            both = left.content and right.content if operator == "&&" else left.content or right.content
            return boolean(both, marks)
        return _calculate(operator, left.content, right.content).with_marks(marks)
    if wanted == BOOL:
        return _settle_logic(operator, left, right)
    return _apply_unknown(operator, left, right)


def _apply_unknown(operator: str, left: Value, right: Value) -> Value:
    def name() -> str:
        return f"({canonical_text(left)} {operator} {canonical_text(right)})"

    result = spread(lambda pair: apply_binary(operator, *pair), (left, right), name)
    if result is not None:
        return result.with_marks(left.marks | right.marks)
    if operator == "*" and 0 in {left.content, right.content}:
        return number(0, left.marks | right.marks)
    kind = NUMBER if operator in {"+", "-", "*", "/", "%"} else BOOL
    return unknown_result(kind, name(), (left, right))


def _settle_logic(operator: str, left: Value, right: Value) -> Value:
    marks = left.marks | right.marks
    decisive = operator == "||"
    if decisive in {left.content, right.content}:
        LOSSES.count += not (is_certainly_not_null(left) and is_certainly_not_null(right))
        return boolean(decisive, marks)
    if left.is_known or canonical_text(left) == canonical_text(right):
        return right.with_marks(marks)
    if right.is_known:
        return left.with_marks(marks)
    return unknown_result(BOOL, f"({canonical_text(left)} {operator} {canonical_text(right)})", (left, right))


def _operand(value: Value, wanted: Type, side: str) -> Value:
    try:
        value = convert(value, wanted)
    except EvaluationError as error:
        raise EvaluationError(f"Invalid operand: unsuitable value for {side} operand: {error}") from error
    if value.is_null:
        raise EvaluationError("Invalid operand: argument must not be null")
    return value


def _apply_equality(operator: str, left: Value, right: Value) -> Value:
    marks = all_marks(left) | all_marks(right)
    equal = compare_equal(left, right)
    if equal is not None:
        return boolean(equal == (operator == "=="), marks)

    def name() -> str:
        one, two = sorted((canonical_text(left), canonical_text(right)))
        return f"({one} {operator} {two})"

    result = spread(lambda pair: _apply_equality(operator, *pair), (left, right), name)
    return unknown_result(BOOL, name(), (left, right)) if result is None else result.with_marks(marks)


def _calculate(operator: str, left: Number, right: Number) -> Value:
    if operator in _ORDER:
        return boolean(_ORDER[operator](left, right))
    return number(_ARITHMETIC[operator](left, right))


_ORDER: dict[str, Callable[[Number, Number], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


_ARITHMETIC: dict[str, Callable[[Number, Number], Number]] = {
    "+": add_numbers,
    "-": subtract_numbers,
    "*": multiply_numbers,
    "/": divide_numbers,
    "%": take_remainder,
}


def apply_unary(operator: str, value: Value) -> Value:
    """Return `-value` or `!value`; raise EvaluationError if HCL would refuse it."""
    value = _operand(value, BOOL if operator == "!" else NUMBER, "the")
    if value.is_known:
        if operator == "!":
            return boolean(not value.content, value.marks)
        return number(negate_number(value.content), value.marks)

    def name() -> str:
        return f"({operator}{canonical_text(value)})"

    result = spread(lambda only: apply_unary(operator, only[0]), (value,), name)
    return unknown_result(value.type, name(), (value,)) if result is None else result
