"""Nodes and a scope → a value.

What Terraform would refuse raises EvaluationError. Nothing else is raised: what takes too much is an unknown value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from checkov_keys.iac.hcl.binary_numbers import parse_number
from checkov_keys.iac.hcl.calls import evaluate_call
from checkov_keys.iac.hcl.conversion import convert
from checkov_keys.iac.hcl.errors import EvaluationError, LimitError
from checkov_keys.iac.hcl.estimates import convert_beside_error
from checkov_keys.iac.hcl.limits import EXCEEDED, Budget
from checkov_keys.iac.hcl.loops import evaluate_for, evaluate_join
from checkov_keys.iac.hcl.losses import LOSSES
from checkov_keys.iac.hcl.nodes import (
    Access,
    Binary,
    Call,
    Conditional,
    For,
    Item,
    Join,
    Literal,
    Mapping,
    Member,
    Name,
    Node,
    Number,
    Parentheses,
    Sequence,
    Splat,
    Template,
    Unary,
)
from checkov_keys.iac.hcl.operations import (
    Arm,
    apply_binary,
    apply_unary,
    choose,
    concatenate,
    get_attribute,
    index_value,
)
from checkov_keys.iac.hcl.possibilities import spread, unknown_object
from checkov_keys.iac.hcl.splats import evaluate_splat
from checkov_keys.iac.hcl.values import (
    BOOL,
    DYNAMIC,
    NO_MARKS,
    NUMBER,
    STRING,
    Value,
    boolean,
    canonical_text,
    forget_text_marks,
    null,
    number,
    object_of,
    string,
    tuple_of,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.iac.hcl.scopes import Meaning, Scope

_NULL = null()
_CONTAINERS = frozenset((tuple, dict))
_NO_TEXTS = frozenset((BOOL, NUMBER))
_TRUE = boolean(True)  # noqa: FBT003  # it is the value
_FALSE = boolean(False)  # noqa: FBT003  # it is the value


def evaluate(node: Node, scope: Scope, budget: Budget | None = None) -> Value:
    """Return what an expression means in a scope; raise EvaluationError if Terraform would refuse it.

    Evaluations that are made because of each other share a budget. One that reaches a limit is an unknown value.
    """
    budget = budget or Budget()
    depth, losses = budget.depth, LOSSES.count
    try:
        return Evaluator(scope, budget).evaluate(node)
    except LimitError as error:
        reason = str(error)
    except RecursionError:
        reason = "the expression nests too deep"
    finally:
        # A `try` around a reference does not catch what is wrong with the expression that the reference leads to.
        budget.depth, LOSSES.count = depth, losses
    return unknown(DYNAMIC, f"{scope.call_site_prefix}@{node.at}!", reason, marks=frozenset([EXCEEDED]))


class Evaluator:
    """Evaluates the nodes of one expression.

    names      what the names of the loops around the current node mean
    item       what the splat around the current node is looking at
    forbidden  the functions that may not be called here
    """

    __slots__ = ("_calls", "budget", "forbidden", "item", "names", "scope")

    def __init__(self, scope: Scope, budget: Budget, forbidden: frozenset[str] = frozenset()) -> None:
        self.scope = scope
        self.budget = budget
        self.forbidden = forbidden
        self.names: dict[str, Value] = {}
        self.item: Value = _NULL
        self._calls = 0

    def evaluate(self, node: Node) -> Value:
        """Return the value of a node; raise EvaluationError or LimitError."""
        self.budget.enter()
        value: Value = _HANDLERS[type(node)](self, node)
        self.budget.leave()
        if type(value.content) in _CONTAINERS:
            self.budget.check_extent(value.extent)
        elif value.marks and value.type in _NO_TEXTS:
            value = forget_text_marks(value)
        return value

    def attempt(self, node: Node) -> Arm:
        """Return the value of a node, or its EvaluationError."""
        depth = self.budget.depth
        try:
            return self.evaluate(node)
        except EvaluationError as error:
            self.budget.depth = depth
            return error

    def name_call_site(self, at: int) -> str:
        """Return a text that no other call has, and that is the same when the expression is evaluated again."""
        self._calls += 1
        return f"{self.scope.call_site_prefix}@{at}#{self._calls}"

    def find(self, node: Node) -> Meaning:
        """Return what a node means, which may be a namespace if it is a name."""
        if type(node) is not Name:
            return self.evaluate(node)
        found: Meaning | None = self.names.get(node.name)
        if found is None:
            found = self.scope.lookup(node.name)
        if found is None:
            raise EvaluationError(f"{node.name} is not declared here.")
        return found


def _evaluate_literal(_: Evaluator, node: Literal) -> Value:
    value = node.value
    if isinstance(value, str):
        return string(value)
    if value is None:
        return _NULL
    return _TRUE if value else _FALSE


def _evaluate_number(_: Evaluator, node: Number) -> Value:
    return number(parse_number(node.text))


def _evaluate_item(evaluator: Evaluator, _: Item) -> Value:
    return evaluator.item


def _evaluate_name(evaluator: Evaluator, node: Name) -> Value:
    found = evaluator.find(node)
    return found if isinstance(found, Value) else found.value()


def _evaluate_access(evaluator: Evaluator, node: Access) -> Value:
    current = evaluator.find(node.source)
    for step in node.steps:
        if type(step) is Member:
            if isinstance(current, Value):
                current = get_attribute(current, step.name)
            else:
                current = current.member(string(step.name))
        else:
            key = evaluator.evaluate(step.key)  # type: ignore[union-attr]  # a step that is not a Member is an Index
            current = index_value(current, key) if isinstance(current, Value) else current.member(key)
    return current if isinstance(current, Value) else current.value()


def _evaluate_unary(evaluator: Evaluator, node: Unary) -> Value:
    return apply_unary(node.operator, evaluator.evaluate(node.operand))


def _evaluate_binary(evaluator: Evaluator, node: Binary) -> Value:
    """Evaluate a chain like `a + b + c`, which nests to the left, without nesting calls as deep."""
    chain = [node]
    left = node.left
    while type(left) is Binary:
        chain.append(left)
        left = left.left
    value = evaluator.evaluate(left)
    while chain:
        operation = chain.pop()
        right = evaluator.evaluate(operation.right)
        evaluator.budget.spend(value.extent[0] + right.extent[0])
        value = apply_binary(operation.operator, value, right)
    return value


def _evaluate_conditional(evaluator: Evaluator, node: Conditional) -> Value:
    """Evaluate a chain like `a ? b : c ? d : e`, which nests to the right; all arms decide about the type."""
    chain = [node]
    while type(chain[-1].no) is Conditional:
        chain.append(chain[-1].no)
    pairs = [(evaluator.attempt(link.test), evaluator.attempt(link.yes)) for link in chain]
    result = evaluator.attempt(chain[-1].no)
    while chain:
        link = chain.pop()
        test, arm = pairs.pop()
        try:
            result = _choose(evaluator, link, test, (arm, result))
        except EvaluationError as error:
            result = error
    if isinstance(result, EvaluationError):
        raise result
    return result


def _choose(evaluator: Evaluator, node: Conditional, test: Arm, arms: tuple[Arm, Arm]) -> Value:
    yes, no = arms
    if isinstance(test, EvaluationError):
        raise test
    if isinstance(no, EvaluationError) and isinstance(yes, Value):
        yes = convert_beside_error(evaluator, yes, node.no)
    elif isinstance(yes, EvaluationError) and isinstance(no, Value):
        no = convert_beside_error(evaluator, no, node.yes)
    return choose(test, yes, no)


def _evaluate_template(evaluator: Evaluator, node: Template) -> Value:
    value = concatenate([evaluator.evaluate(part) for part in node.parts])
    if isinstance(value.content, str):
        evaluator.budget.spend(len(value.content))
    return value


def _evaluate_sequence(evaluator: Evaluator, node: Sequence) -> Value:
    return tuple_of([evaluator.evaluate(item) for item in node.items])


def _evaluate_parentheses(evaluator: Evaluator, node: Parentheses) -> Value:
    return evaluator.evaluate(node.inner)


def _evaluate_mapping(evaluator: Evaluator, node: Mapping) -> Value:
    keys: list[Value] = []
    members: list[Value] = []
    marks = NO_MARKS
    for key_node, member_node in node.pairs:
        if isinstance(key_node, Access) and isinstance(key_node.source, Name):
            raise EvaluationError("A key with dots must be in quotes, or in parentheses if it is a reference.")
        key = _convert_key(evaluator.evaluate(key_node))
        marks |= key.marks
        keys.append(key)
        members.append(evaluator.evaluate(member_node))
    result: Value | None = None
    if not all(key.is_known for key in keys):
        result = spread(lambda chosen: _make_object(chosen, members), keys, lambda: _name_object(keys, members))
    return (_make_object(keys, members) if result is None else result).with_marks(marks)


def _make_object(keys: Iterable[Value], members: list[Value]) -> Value:
    names = [_convert_key(key) for key in keys]
    if all(name.is_known for name in names):
        return object_of({name.content: member for name, member in zip(names, members)})
    return unknown_object(_name_object(names, members), names, members)


def _name_object(keys: Iterable[Value], members: list[Value]) -> str:
    pairs = [f"{canonical_text(key)}={canonical_text(member)}" for key, member in zip(keys, members)]
    return "{" + ",".join(pairs) + "}"


def _convert_key(key: Value) -> Value:
    if key.is_null:
        raise EvaluationError("Can't use a null value as a key.")
    try:
        return convert(key, STRING)
    except EvaluationError as error:
        raise EvaluationError(f"Can't use this value as a key: {error}.") from error


# Each handler is only given nodes of its class.
_HANDLERS: dict[type, Callable[..., Value]] = {
    Literal: _evaluate_literal,
    Number: _evaluate_number,
    Item: _evaluate_item,
    Name: _evaluate_name,
    Access: _evaluate_access,
    Splat: evaluate_splat,
    Call: evaluate_call,
    Unary: _evaluate_unary,
    Binary: _evaluate_binary,
    Conditional: _evaluate_conditional,
    Template: _evaluate_template,
    Join: evaluate_join,
    Sequence: _evaluate_sequence,
    Parentheses: _evaluate_parentheses,
    Mapping: _evaluate_mapping,
    For: evaluate_for,
}
