"""Operators, access to members, conditionals and templates over values, as HCL defines them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Callable, Union

from checkov_keys.iac.hcl.binary_numbers import (
    NEGATIVE_ZERO,
    NegativeZero,
    Number,
    ShortInteger,
    precision_of,
    round_number,
    shorten,
)
from checkov_keys.iac.hcl.binary_numbers import BITS
from checkov_keys.iac.hcl.conversion import convert
from checkov_keys.iac.hcl.equality import compare_equal
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.possibilities import choices_of, spread, unknown_result
from checkov_keys.iac.hcl.unification import unify
from checkov_keys.iac.hcl.value_types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    CollectionType,
    ListType,
    MapType,
    ObjectType,
    SetType,
    TupleType,
    Type,
    type_name,
)
from checkov_keys.iac.hcl.values import (
    Unknown,
    Value,
    all_marks,
    bounded_symbol,
    boolean,
    canonical_text,
    null,
    number,
    string,
    strip_marks,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Arm = Union[Value, EvaluationError]
LONGEST_PREFIX = 128


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
    if right == 0:
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


def choose(condition: Value, if_true: Arm, if_false: Arm) -> Value:
    """Return `condition ? if_true : if_false`; an arm that cannot be evaluated is given as its error.

    The error is raised if the arm is chosen. An unknown condition leaves both arms possible, but one that is in error.
    """
    result_type = _type_of_arms(if_true, if_false)
    if condition.is_null:
        raise EvaluationError("The condition value is null. Conditions must either be true or false.")
    try:
        condition = convert(condition, BOOL)
    except EvaluationError as error:
        raise EvaluationError("The condition expression must be of type bool.") from error
    marks = condition.marks
    for arm in (if_true, if_false):
        marks = marks if isinstance(arm, EvaluationError) else marks | arm.marks
    if condition.is_known:
        return _take(if_true if condition.content else if_false, result_type).with_marks(marks)
    allowed = {choice.content for choice in choices_of(condition)}
    arms = [arm for arm, test in ((if_true, True), (if_false, False)) if test in allowed]
    return _choose_unknown(condition, arms, result_type).with_marks(marks)


def _take(arm: Arm, result_type: Type) -> Value:
    if isinstance(arm, EvaluationError):
        raise arm
    return convert(arm, result_type)


def _choose_unknown(condition: Value, arms: list[Arm], result_type: Type) -> Value:
    results, errors = [], []
    for arm in arms:
        try:
            results.append(_take(arm, result_type))
        except EvaluationError as error:
            errors.append(error)
    if not results:
        raise errors[0]
    if len(results) == 1 or compare_same(*results):
        return results[0]
    possible: list[Value] = []
    for result in results:
        choices = choices_of(result)
        if not choices:
            possible = []
            break
        possible.extend(choice.without_marks() for choice in choices)
    hidden = condition.content
    text = " : ".join(canonical_text(result) for result in results)
    kinds = {result.type for result in results}
    return unknown(
        kinds.pop() if len(kinds) == 1 else result_type,
        f"({hidden.symbol} ? {text})",
        hidden.reason,
        possible=possible,
        not_null=all(is_certainly_not_null(result) for result in results),
        prefix=_common_prefix(results),
    )


def compare_same(left: Value, right: Value) -> bool:
    """Say whether two values are surely the same, of the same type; marks do not matter."""
    return left.type == right.type and compare_equal(strip_marks(left), strip_marks(right)) is True


def is_certainly_not_null(value: Value) -> bool:
    """Say whether a value, known or not, is not null."""
    return value.content.not_null if isinstance(value.content, Unknown) else not value.is_null


def _common_prefix(values: list[Value]) -> str:
    prefixes = []
    for value in values:
        content = value.content
        text = content.prefix if isinstance(content, Unknown) else content
        if not isinstance(text, str):
            return ""
        prefixes.append(text)
    low, high = min(prefixes), max(prefixes)
    same = next((at for at, pair in enumerate(zip(low, high)) if pair[0] != pair[1]), min(len(low), len(high)))
    return trim_prefix(low[:same])


def _type_of_arms(if_true: Arm, if_false: Arm) -> Type:
    if isinstance(if_true, EvaluationError) or isinstance(if_false, EvaluationError):
        return DYNAMIC
    if if_true.type == DYNAMIC and if_true.is_null and not if_true.marks:
        return if_false.type
    if if_false.type == DYNAMIC and if_false.is_null and not if_false.marks:
        return if_true.type
    if DYNAMIC in {if_true.type, if_false.type}:
        return DYNAMIC
    common = unify((if_true.type, if_false.type))
    if common is None:
        raise EvaluationError(
            "The true and false result expressions must have consistent types. "
            f"The 'true' value is {type_name(if_true.type)}, but the 'false' value is {type_name(if_false.type)}."
        )
    return common


def trim_prefix(text: str) -> str:
    """Return the part of a text that stays as it is whatever is put after it (letters may get accents)."""
    text = text[:LONGEST_PREFIX]
    if text and (not text[-1].isascii() or text[-1].isalnum() or text[-1] in "<=>"):
        text = text[:-1]
        while text and not text[-1].isascii():
            text = text[:-1]
    return text


def concatenate(parts: Sequence[Value]) -> Value:
    """Return the text that a template makes of its parts; raise EvaluationError for null and what is not text."""
    marks = frozenset().union(*[part.marks for part in parts]) if parts else frozenset()
    texts: list[str] = []
    prefix: str | None = None
    for part in parts:
        if part.is_null:
            raise EvaluationError("The expression result is null. Cannot include a null value in a string template.")
        if part.is_known:
            texts.append(_convert_part(part))
        elif prefix is None:
            hidden = convert(part, STRING).content if part.type in {STRING, BOOL, NUMBER} else part.content
            prefix = "".join(texts) + getattr(hidden, "prefix", "")
    if prefix is None:
        return string("".join(texts), marks)

    def name() -> str:
        return "".join(("\"", *[_spell_part(part) for part in parts], "\""))

    result = spread(concatenate, parts, name)
    if result is not None:
        return result.with_marks(marks)
    return unknown_result(STRING, name(), parts, prefix=trim_prefix(prefix)).with_marks(marks)


def _convert_part(part: Value) -> str:
    try:
        text: str = convert(part, STRING).content
    except EvaluationError as error:
        raise EvaluationError(f"Cannot include the given value in a string template: {error}.") from error
    return text


def _spell_part(part: Value) -> str:
    if part.is_known:
        return canonical_text(convert(part, STRING))[1:-1].replace("${", "$${")
    return "${" + canonical_text(part) + "}"


def index_value(collection: Value, key: Value) -> Value:
    """Return `collection[key]`; raise EvaluationError if there is no such element."""
    marks = collection.marks | key.marks
    if collection.is_null:
        raise EvaluationError("This value is null, so it does not have any indices.")
    if key.is_null:
        raise EvaluationError("Can't use a null value as an indexing key.")
    kind = collection.type
    if isinstance(kind, (ListType, TupleType)):
        key = _convert_key(key, NUMBER)
    elif isinstance(kind, (MapType, ObjectType)):
        key = _convert_key(key, STRING)
    elif isinstance(kind, SetType):
        raise EvaluationError(
            "Elements of a set are identified only by their value and don't have any separate index or key."
        )
    elif kind != DYNAMIC:
        raise EvaluationError("This value does not have any indices.")
    if collection.is_known and key.is_known:
        return _find(collection, key.content).with_marks(marks)
    return _index_unknown(collection, key).with_marks(marks)


def _convert_key(key: Value, wanted: Type) -> Value:
    try:
        return convert(key, wanted)
    except EvaluationError as error:
        raise EvaluationError(f"The given key does not identify an element in this collection value: {error}.") from error


def _find(collection: Value, key: Number | str) -> Value:
    content = collection.content
    problem = "The given key does not identify an element in this collection value"
    if isinstance(key, str):
        if key not in content:
            raise EvaluationError(f"{problem}.")
        found: Value = content[key]
        return found
    if not isinstance(key, int) and key.denominator != 1:
        raise EvaluationError(f"{problem}: indexing a sequence requires a whole number.")
    if key < 0:
        raise EvaluationError(f"{problem}: a negative number is not a valid index for a sequence.")
    if key >= len(content):
        raise EvaluationError(f"{problem}: the given index is greater than or equal to the length of the collection.")
    element: Value = content[int(key)]
    return element


def _index_unknown(collection: Value, key: Value) -> Value:
    def name() -> str:
        return f"{canonical_text(collection)}[{canonical_text(key)}]"

    element = _element_type(collection, key)
    if collection.is_known:
        choices = choices_of(key)
        if not choices:
            return _any_member(collection, key, name(), element)
        result = spread(lambda pair: index_value(collection, pair[0]), (key,), name, element)
    else:
        result = spread(lambda pair: index_value(*pair), (collection, key), name, element)
    if result is not None:
        return result
    return unknown_result(element, name(), (collection, key), not_null=False)


def _any_member(collection: Value, key: Value, symbol: str, element: Type) -> Value:
    """Return what an unknown key finds: one of the members, if it finds anything."""
    if not collection.members:
        raise EvaluationError("The given key does not identify an element: the collection has no elements.")
    possible: list[Value] = []
    for member in collection.members:
        choices = choices_of(member)
        if not choices:
            possible = []
            break
        possible.extend(choices)
    certain = all(is_certainly_not_null(member) for member in collection.members)
    return unknown(element, symbol, key.content.reason, not_null=certain, possible=possible)


def _element_type(collection: Value, key: Value) -> Type:
    kind = collection.type
    if isinstance(kind, CollectionType):
        return kind.element
    if isinstance(kind, TupleType) and isinstance(key.content, int):
        if not 0 <= key.content < len(kind.elements):
            raise EvaluationError("The given key does not identify an element in this collection value.")
        return kind.elements[key.content]
    if isinstance(kind, ObjectType) and isinstance(key.content, str):
        if key.content not in kind.by_name:
            raise EvaluationError("The given key does not identify an element in this collection value.")
        return kind.by_name[key.content]
    return DYNAMIC


def get_attribute(value: Value, name: str) -> Value:
    """Return `value.name`; raise EvaluationError if there is no such attribute."""
    if value.is_null:
        raise EvaluationError("This value is null, so it does not have any attributes.")
    kind = value.type
    if isinstance(kind, ObjectType) and name not in kind.by_name:
        raise EvaluationError(f'This object does not have an attribute named "{name}".')
    if not isinstance(kind, (ObjectType, MapType)) and kind != DYNAMIC:
        raise EvaluationError(f"Can't access attributes on a value of type {type_name(kind)}.")
    if value.is_known:
        if name not in value.content:
            raise EvaluationError(f'This map does not have an element with the key "{name}".')
        found: Value = value.content[name]
        return found.with_marks(value.marks)
    element = DYNAMIC
    if isinstance(kind, ObjectType):
        element = kind.by_name[name]
    elif isinstance(kind, MapType):
        element = kind.element
    symbol = bounded_symbol(f"{value.content.symbol}.{name}")
    result = spread(lambda only: get_attribute(only[0], name), (value,), lambda: symbol, element)
    if result is not None:
        return result.with_marks(value.marks)
    return unknown(element, symbol, value.content.reason, marks=value.marks)


def count(size: int) -> Value:
    """Return a number that something counted (see `ShortInteger`)."""
    return number(ShortInteger(size))


__all__ = [
    "Arm", "apply_binary", "apply_unary", "choose", "compare_same", "concatenate", "count", "get_attribute",
    "index_value", "is_certainly_not_null", "null",
]  # fmt: skip
