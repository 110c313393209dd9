"""Terraform's functions of sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from checkov_keys.iac.hcl.conversion import convert
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.functions.calling import CallContext, Function, Parameter
from checkov_keys.iac.hcl.unification import unify
from checkov_keys.iac.hcl.value_types import DYNAMIC, SetType, Type
from checkov_keys.iac.hcl.values import Value, set_of

if TYPE_CHECKING:
    from collections.abc import Sequence


def _common_type(arguments: Sequence[Value]) -> Type:
    elements = []
    for argument in arguments:
        element = argument.type.element if isinstance(argument.type, SetType) else DYNAMIC
        if not (element == DYNAMIC and argument.is_known and not argument.members):
            elements.append(element)
    if not elements:
        return SetType(DYNAMIC)
    common = unify(tuple(elements))
    if common is None or (common == DYNAMIC and any(element != DYNAMIC for element in elements)):
        raise EvaluationError("given sets must all have compatible element types")
    return SetType(common)


def _result_type(arguments: Sequence[Value]) -> Type:
    try:
        return _common_type(arguments)
    except EvaluationError:
        return DYNAMIC


def _combine(keep: Callable[[list[Value], set[Value]], list[Value]]) -> Callable[[Sequence[Value], CallContext], Value]:
    def implementation(arguments: Sequence[Value], _context: CallContext) -> Value:
        common = _common_type(arguments)
        sets = [convert(argument, common).members for argument in arguments]
        members = list(sets[0])
        for each in sets[1:]:
            members = keep(members, set(each))
        element = common.element if isinstance(common, SetType) else DYNAMIC
        return set_of(element, members)

    return implementation


def _unite(members: list[Value], others: set[Value]) -> list[Value]:
    return [*members, *others]


def _intersect(members: list[Value], others: set[Value]) -> list[Value]:
    return [member for member in members if member in others]


def _subtract(members: list[Value], others: set[Value]) -> list[Value]:
    return [member for member in members if member not in others]


_ANY_SET = SetType(DYNAMIC)
FUNCTIONS = (
    Function(
        "setintersection",
        (Parameter("first_set", _ANY_SET),),
        _combine(_intersect),
        variadic=Parameter("other_sets", _ANY_SET),
        result_for=_result_type,
    ),
    Function(
        "setsubtract",
        (Parameter("a", _ANY_SET), Parameter("b", _ANY_SET)),
        _combine(_subtract),
        result_for=_result_type,
    ),
    Function(
        "setunion",
        (Parameter("first_set", _ANY_SET, partial=True),),
        _combine(_unite),
        variadic=Parameter("other_sets", _ANY_SET, partial=True),
        result_for=_result_type,
    ),
)
