"""Conditionals over values, and the texts that templates make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Union

from checkov_keys.iac.hcl.conversion import convert
from checkov_keys.iac.hcl.equality import compare_equal
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.losses import LOSSES
from checkov_keys.iac.hcl.possibilities import choices_of, spread, unknown_result
from checkov_keys.iac.hcl.unification import unify
from checkov_keys.iac.hcl.value_types import BOOL, DYNAMIC, NUMBER, STRING, Type, type_name
from checkov_keys.iac.hcl.values import (
    Unknown,
    Value,
    canonical_text,
    is_certainly_not_null,
    is_of_text,
    string,
    strip_marks,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Arm = Union[Value, EvaluationError]
LONGEST_PREFIX = 128


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
        # Of the other arm the result has marks, but not what its texts are made of.
        marks = frozenset([mark for mark in marks if not is_of_text(mark)])
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
        except EvaluationError as error:  # noqa: PERF203  # two at most
            errors.append(error)
    if not results:
        raise errors[0]
    LOSSES.count += bool(errors) or not condition.content.not_null
    if len(results) == 1 or compare_same(*results):
        return results[0]
    possible = [choice.without_marks() for result in results for choice in choices_of(result) or (result,)]
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
        return "".join(('"', *[_spell_part(part) for part in parts], '"'))

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
