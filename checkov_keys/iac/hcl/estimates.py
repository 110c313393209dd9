"""What can be said about the type of an expression that is in error.

The arm of a conditional that is not chosen may be in error, but its type still counts: HCL refuses
`true ? [] : !{}`, because the second arm would be a bool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.conversion import convert, unify
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.nodes import Binary, Join, Literal, Mapping, Node, Sequence, Template, Unary
from checkov_keys.iac.hcl.values import BOOL, DYNAMIC, NUMBER, STRING, Type, Value, object_of, tuple_of, unknown

if TYPE_CHECKING:
    from checkov_keys.iac.hcl.evaluation import Evaluator

_ARITHMETIC = frozenset("+-*/%")


def convert_beside_error(evaluator: Evaluator, arm: Value, other: Node) -> Value:
    """Return one arm of a conditional with the type that both have together; the other one is in error.

    Raise EvaluationError if there is no such type.
    """
    kind = _estimate(evaluator, other).type
    if kind == DYNAMIC:
        return arm
    if arm.type == DYNAMIC and arm.is_null:
        return convert(arm, kind)
    common = unify((arm.type, kind))
    if common is None:
        raise EvaluationError("The true and false result expressions must have consistent types.")
    return convert(arm, common)


def _estimate(evaluator: Evaluator, node: Node) -> Value:
    """Return something unknown of the type that HCL gives a node which is in error."""
    if isinstance(node, Sequence):
        return tuple_of([_estimate_part(evaluator, item) for item in node.items])
    if isinstance(node, Mapping) and all(isinstance(key, Literal) for key, _ in node.pairs):
        return object_of({str(key.value): _estimate_part(evaluator, part) for key, part in _literal_pairs(node)})
    return unknown(_simple_type(node), "?", "it is in error")


def _estimate_part(evaluator: Evaluator, node: Node) -> Value:
    value = evaluator.attempt(node)
    return _estimate(evaluator, node) if isinstance(value, EvaluationError) else value


def _literal_pairs(node: Mapping) -> list[tuple[Literal, Node]]:
    return [(key, member) for key, member in node.pairs if isinstance(key, Literal)]


def _simple_type(node: Node) -> Type:
    if isinstance(node, (Template, Join)):
        return STRING
    if isinstance(node, Unary):
        return BOOL if node.operator == "!" else NUMBER
    if isinstance(node, Binary):
        return NUMBER if node.operator in _ARITHMETIC else BOOL
    return DYNAMIC
