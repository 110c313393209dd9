"""Splats: `source[*].name` and `source.*.name`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.loops import element_type, has_settled_members, spell_arm
from checkov_keys.iac.hcl.operations import is_certainly_not_null
from checkov_keys.iac.hcl.possibilities import spread, unknown_result
from checkov_keys.iac.hcl.values import (
    DYNAMIC,
    ListType,
    SetType,
    TupleType,
    Type,
    Value,
    canonical_text,
    list_of,
    tuple_of,
    unknown,
)

if TYPE_CHECKING:
    from checkov_keys.iac.hcl.evaluation import Evaluator
    from checkov_keys.iac.hcl.nodes import Node, Splat
    from checkov_keys.iac.hcl.operations import Arm

_SEQUENCES = (ListType, SetType, TupleType)


def evaluate_splat(evaluator: Evaluator, node: Splat) -> Value:
    """Return the list or tuple of what a splat takes of each item."""
    source = evaluator.evaluate(node.source)
    result: Value | None = None
    if not _has_settled_items(source):
        result = spread(
            lambda only: _splat(evaluator, node.each, only[0]),
            [source],
            lambda: _name_unknown(evaluator, node.each, source),
        )
    return (_splat(evaluator, node.each, source) if result is None else result).with_marks(source.marks)


def _has_settled_items(source: Value) -> bool:
    """Say whether it is known how many items a splat finds: a value that is not a sequence is one, null is none."""
    if isinstance(source.type, _SEQUENCES):
        return source.is_null or has_settled_members(source)
    return source.is_known or (source.type != DYNAMIC and is_certainly_not_null(source))


def _splat(evaluator: Evaluator, each: Node, source: Value) -> Value:
    if _has_settled_items(source):
        return _splat_known(evaluator, each, source)
    kind = _type_of_splat(evaluator, each, source)
    return unknown_result(kind, _name_unknown(evaluator, each, source), [source])


def _name_unknown(evaluator: Evaluator, each: Node, source: Value) -> str:
    member = unknown(element_type(source.type), f"{canonical_text(source)}[*]", "?")
    return spell_arm(_attempt_each(evaluator, each, member))


def _splat_known(evaluator: Evaluator, each: Node, source: Value) -> Value:
    if not isinstance(source.type, _SEQUENCES):
        if source.is_null:
            return tuple_of([])
        return tuple_of([_take_each(evaluator, each, source)])
    if source.is_null:
        raise EvaluationError("Splat expressions (with the * symbol) cannot be applied to null sequences.")
    evaluator.budget.spend_members(len(source.members))
    members = [_take_each(evaluator, each, member) for member in source.members]
    if isinstance(source.type, TupleType):
        return tuple_of(members)
    if members:
        kinds = {member.type for member in members}
        return list_of(kinds.pop() if len(kinds) == 1 else DYNAMIC, members)
    kind = _type_of_splat(evaluator, each, source)
    return list_of(kind.element if isinstance(kind, ListType) else DYNAMIC, [])


def _take_each(evaluator: Evaluator, each: Node, member: Value) -> Value:
    outer, evaluator.item = evaluator.item, member
    try:
        return evaluator.evaluate(each)
    finally:
        evaluator.item = outer


def _attempt_each(evaluator: Evaluator, each: Node, member: Value) -> Arm:
    outer, evaluator.item = evaluator.item, member
    try:
        return evaluator.attempt(each)
    finally:
        evaluator.item = outer


def _type_of_splat(evaluator: Evaluator, each: Node, source: Value) -> Type:
    kind = source.type
    if isinstance(kind, (ListType, SetType)):
        return ListType(_take_each(evaluator, each, unknown(kind.element, "?", "?")).type)
    if isinstance(kind, TupleType):
        taken = [_take_each(evaluator, each, unknown(element, "?", "?")) for element in kind.elements]
        return TupleType(tuple([one.type for one in taken]))
    return DYNAMIC
