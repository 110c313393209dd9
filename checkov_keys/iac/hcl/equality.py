"""Whether two values are equal, if that can be said at all."""

from __future__ import annotations

from checkov_keys.iac.hcl.value_types import DYNAMIC, has_dynamic
from checkov_keys.iac.hcl.values import Unknown, Value, is_wholly_known


def compare_equal(left: Value, right: Value) -> bool | None:  # noqa: PLR0911  # a case each
    """Say whether two values are equal; None if that depends on what is unknown. Marks do not matter."""
    if left is right:
        return True
    one, two = left.content, right.content
    if isinstance(one, Unknown) or isinstance(two, Unknown):
        return _compare_unknown(left, right)
    if one is None or two is None:
        return one is two
    if left.type != right.type:
        unsettled = has_dynamic(left.type) or has_dynamic(right.type)
        return None if unsettled and _might_agree(left, right) else False
    if isinstance(one, dict):
        return _compare_members(list(one), list(one.values()), list(two), list(two.values()))
    if isinstance(one, tuple):
        if is_wholly_known(left) and is_wholly_known(right):
            return _compare_members([], one, [], two)
        ordered = type(left.type).__name__ != "SetType"
        return _compare_members([], one, [], two) if ordered else None
    return bool(one == two)


def _compare_members(
    left_keys: list[str], left: list[Value] | tuple[Value, ...], right_keys: list[str], right: list[Value]
) -> bool | None:
    if left_keys != right_keys or len(left) != len(right):
        return False
    unsettled = False
    for one, two in zip(left, right):
        equal = compare_equal(one, two)
        if equal is False:
            return False
        unsettled = unsettled or equal is None
    return None if unsettled else True


def _might_agree(left: Value, right: Value) -> bool:
    """Say whether values, of types that are not wholly known, might turn out to be of the same type."""
    if DYNAMIC in (left.type, right.type):
        return True
    if type(left.type) is not type(right.type):
        return False
    one, two = left.content, right.content
    if isinstance(one, dict) and isinstance(two, dict):
        if set(one) != set(two):
            return False
        return all(_might_agree(one[name], two[name]) for name in one)
    if isinstance(one, tuple) and isinstance(two, tuple):
        return len(one) == len(two) and all(map(_might_agree, one, two))
    return left.type == right.type or has_dynamic(left.type) or has_dynamic(right.type)


def _compare_unknown(left: Value, right: Value) -> bool | None:  # noqa: PLR0911  # a case each
    one, two = left.content, right.content
    if isinstance(one, Unknown) and isinstance(two, Unknown):
        if one.symbol == two.symbol and left.type == right.type:
            return True
        shorter = min(len(one.prefix), len(two.prefix))
        apart = one.prefix[:shorter] != two.prefix[:shorter]
        certain = one.not_null or two.not_null
        return False if certain and (apart or _has_other_type(left, right)) else None
    hidden, known, other = (one, two, right) if isinstance(one, Unknown) else (two, one, left)
    if known is None:
        return False if hidden.not_null else None
    if hidden.prefix and isinstance(known, str) and not known.startswith(hidden.prefix):
        return False
    if _has_other_type(left, right):
        return False
    if hidden.possible and all(compare_equal(choice, other) is False for choice in hidden.possible):
        return False
    return None


def _has_other_type(left: Value, right: Value) -> bool:
    return left.type != right.type and not has_dynamic(left.type) and not has_dynamic(right.type)
