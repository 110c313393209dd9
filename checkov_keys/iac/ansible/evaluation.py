"""What the nodes of a Jinja expression evaluate to. What is not in the tables of this package stays unresolved.

Values keep their types, as in Ansible 2.19, and as with `jinja2_native` before that.
https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_templating.html
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Callable

from jinja2 import nodes

from checkov_keys.iac.ansible.containers import call_method, find_member
from checkov_keys.iac.ansible.filters import FILTERS, LAZY_FILTERS
from checkov_keys.iac.ansible.predicates import TESTS, TESTS_OF_THE_ABSENT
from checkov_keys.iac.ansible.values import (
    LONGEST_TEXT,
    Nothing,
    UnresolvedError,
    Value,
    check_known,
    is_expression,
    to_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkov_keys.iac.ansible.values import Effort

_BUILTIN = "ansible.builtin."


class Evaluator:
    """Evaluates expressions over the variables of one run of a task.

    A result may be a template that stays unresolved, or Nothing, unless the method's name says that it is known. All
    methods raise UnresolvedError, or what Python raises for a wrong type, if the value is not known.
    """

    def __init__(self, named: Callable[[str], Value], render: Callable[[Value], Value], effort: Effort) -> None:
        """Take what returns a variable by its name, and what renders an item of a list or a mapping."""
        self._named = named
        self.render = render
        self.effort = effort

    def evaluate(self, node: nodes.Node | None) -> Value:
        """Return the value of a node."""
        handler = _HANDLERS.get(type(node))
        if handler is None:
            raise UnresolvedError
        with self.effort:
            self.effort.spend()
            return handler(self, node)

    def evaluate_known(self, node: nodes.Node | None) -> Value:
        """Return the value of a node, a value that can be computed with."""
        return check_known(self.evaluate(node), self.effort)

    def find_variable(self, name: str) -> Value:
        """Return the value of a variable; raises UnresolvedError for one that the file does not set."""
        return self._named(name)

    def list_items(self, value: Value) -> list[Value]:
        """Return the items of a value as Python iterates over it, each rendered."""
        if not isinstance(value, (str, list, tuple, dict, range)):
            raise UnresolvedError
        self.effort.spend(len(value))
        if isinstance(value, dict) and any(map(is_expression, value)):
            raise UnresolvedError
        return [self.render(item) for item in value]

    def list_known(self, value: Value) -> list[Value]:
        """Return the items of a value, all of them known."""
        return [check_known(item, self.effort) for item in self.list_items(value)]

    def render_all(self, value: Value) -> Value:
        """Return a value with all that is in it known."""
        value = check_known(self.render(value), self.effort)
        if isinstance(value, dict):
            self.effort.spend(len(value))
            with self.effort:
                return {check_known(key, self.effort): self.render_all(item) for key, item in value.items()}
        if isinstance(value, range):
            self.effort.spend(len(value))
        if isinstance(value, (list, tuple)):
            self.effort.spend(len(value))
            with self.effort:
                return type(value)(self.render_all(item) for item in value)
        return value

    def apply_filter(self, name: str, value: Value, arguments: Sequence[Value] = (), **options: Value) -> Value:
        """Return what a filter makes of a known value."""
        function = FILTERS.get(name.removeprefix(_BUILTIN))
        if function is None:
            raise UnresolvedError
        return _check_text(function(self, value, *arguments, **options))

    def apply_test(self, name: str, value: Value, arguments: Sequence[Value] = ()) -> bool:
        """Return what a test says of a value."""
        name = name.removeprefix(_BUILTIN)
        if name in TESTS_OF_THE_ABSENT:
            if is_expression(value) or value is Nothing.OMIT:
                raise UnresolvedError
            return TESTS_OF_THE_ABSENT[name](value)
        if name not in TESTS:
            raise UnresolvedError
        return TESTS[name](self, check_known(value, self.effort), *arguments)


def _check_text(value: Value) -> Value:
    """Return what was made; raises UnresolvedError for a text that would be taken for a template."""
    if isinstance(value, str) and (len(value) > LONGEST_TEXT or is_expression(value)):
        raise UnresolvedError
    return value


def _evaluate_constant(_: Evaluator, node: nodes.Const) -> Value:
    return _check_text(node.value)


def _evaluate_name(evaluator: Evaluator, node: nodes.Name) -> Value:
    return evaluator.find_variable(node.name)


def _evaluate_attribute(evaluator: Evaluator, node: nodes.Getattr) -> Value:
    return find_member(evaluator, evaluator.evaluate(node.node), node.attr, is_attribute=True)


def _evaluate_item(evaluator: Evaluator, node: nodes.Getitem) -> Value:
    value = evaluator.evaluate(node.node)
    if not isinstance(node.arg, nodes.Slice):
        return find_member(evaluator, value, evaluator.evaluate_known(node.arg))
    parts = (node.arg.start, node.arg.stop, node.arg.step)
    limits = slice(*(part and evaluator.evaluate_known(part) for part in parts))
    value = check_known(value, evaluator.effort)
    if isinstance(value, (list, tuple, range)):
        evaluator.effort.spend(len(value))
    return value[limits]


def _evaluate_filter(evaluator: Evaluator, node: nodes.Filter) -> Value:
    if node.dyn_args or node.dyn_kwargs:
        raise UnresolvedError
    lazy = LAZY_FILTERS.get(node.name.removeprefix(_BUILTIN))
    options = {str(pair.key): pair.value for pair in node.kwargs}
    if lazy is not None:
        return lazy(evaluator, evaluator.evaluate(node.node), *node.args, **options)
    value = evaluator.evaluate_known(node.node)
    arguments = [evaluator.evaluate_known(argument) for argument in node.args]
    known = {key: evaluator.evaluate_known(option) for key, option in options.items()}
    return evaluator.apply_filter(node.name, value, arguments, **known)


def _evaluate_test(evaluator: Evaluator, node: nodes.Test) -> bool:
    if node.kwargs or node.dyn_args or node.dyn_kwargs:
        raise UnresolvedError
    arguments = [evaluator.evaluate_known(argument) for argument in node.args]
    return evaluator.apply_test(node.name, evaluator.evaluate(node.node), arguments)


def _evaluate_choice(evaluator: Evaluator, node: nodes.CondExpr) -> Value:
    # Without an `else`, Ansible 2.19 fails where older ones take a default.
    return evaluator.evaluate(node.expr1 if evaluator.evaluate_known(node.test) else node.expr2)


def _evaluate_concat(evaluator: Evaluator, node: nodes.Concat) -> Value:
    return _check_text("".join(to_text(evaluator.evaluate_known(part)) for part in node.nodes))


def _evaluate_operation(evaluator: Evaluator, node: nodes.BinExpr) -> Value:
    left, right = evaluator.evaluate_known(node.left), evaluator.evaluate_known(node.right)
    if isinstance(node, nodes.Mod) and isinstance(left, str):
        return evaluator.apply_filter("format", left, right if isinstance(right, tuple) else (right,))
    are_numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
    if isinstance(node, nodes.Mul) and not are_numbers:
        # A text or a list, as many times as the number says.
        length, times = (len(left), right) if isinstance(right, int) else (len(right), left)
        evaluator.effort.spend(max(length * times, 0))
    elif isinstance(left, (list, tuple)):
        evaluator.effort.spend(len(left) + len(right))
    return _check_text(_OPERATIONS[type(node)](left, right))


def _evaluate_negation(evaluator: Evaluator, node: nodes.Neg) -> Value:
    return -evaluator.evaluate_known(node.node)


def _evaluate_comparison(evaluator: Evaluator, node: nodes.Compare) -> bool:
    left = evaluator.render_all(evaluator.evaluate(node.expr))
    for operand in node.ops:
        right = evaluator.render_all(evaluator.evaluate(operand.expr))
        if not _COMPARISONS[operand.op](left, right):
            return False
        left = right
    return True


def _evaluate_and(evaluator: Evaluator, node: nodes.And) -> Value:
    left = evaluator.evaluate_known(node.left)
    return evaluator.evaluate(node.right) if left else left


def _evaluate_or(evaluator: Evaluator, node: nodes.Or) -> Value:
    left = evaluator.evaluate_known(node.left)
    return left or evaluator.evaluate(node.right)


def _evaluate_not(evaluator: Evaluator, node: nodes.Not) -> bool:
    return not evaluator.evaluate_known(node.node)


def _evaluate_list(evaluator: Evaluator, node: nodes.List | nodes.Tuple) -> Value:
    items = [evaluator.evaluate(item) for item in node.items]
    if any(isinstance(item, Nothing) for item in items):
        raise UnresolvedError
    return tuple(items) if isinstance(node, nodes.Tuple) else items


def _evaluate_mapping(evaluator: Evaluator, node: nodes.Dict) -> dict[Value, Value]:
    pairs = {evaluator.evaluate_known(pair.key): evaluator.evaluate(pair.value) for pair in node.items}
    if any(isinstance(item, Nothing) for item in pairs.values()):
        raise UnresolvedError
    return pairs


def _evaluate_call(evaluator: Evaluator, node: nodes.Call) -> Value:
    if node.kwargs or node.dyn_args or node.dyn_kwargs:
        raise UnresolvedError
    arguments = [evaluator.evaluate_known(argument) for argument in node.args]
    if isinstance(node.node, nodes.Getattr):
        value = evaluator.evaluate_known(node.node.node)
        return _check_text(call_method(evaluator, value, node.node.attr, arguments))
    if isinstance(node.node, nodes.Name) and node.node.name == "range":
        return range(*arguments)
    raise UnresolvedError


_OPERATIONS: dict[type[nodes.Node], Callable[[Value, Value], Value]] = {
    nodes.Add: operator.add,
    nodes.Sub: operator.sub,
    nodes.Mul: operator.mul,
    nodes.Div: operator.truediv,
    nodes.FloorDiv: operator.floordiv,
    nodes.Mod: operator.mod,
}
_COMPARISONS: dict[str, Callable[[Value, Value], Value]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
    "in": lambda item, container: item in container,
    "notin": lambda item, container: item not in container,
}
_HANDLERS: dict[type[nodes.Node | None], Callable[[Evaluator, Value], Value]] = {
    nodes.Const: _evaluate_constant,
    nodes.Name: _evaluate_name,
    nodes.Getattr: _evaluate_attribute,
    nodes.Getitem: _evaluate_item,
    nodes.Filter: _evaluate_filter,
    nodes.Test: _evaluate_test,
    nodes.CondExpr: _evaluate_choice,
    nodes.Concat: _evaluate_concat,
    nodes.Neg: _evaluate_negation,
    nodes.Compare: _evaluate_comparison,
    nodes.And: _evaluate_and,
    nodes.Or: _evaluate_or,
    nodes.Not: _evaluate_not,
    nodes.List: _evaluate_list,
    nodes.Tuple: _evaluate_list,
    nodes.Dict: _evaluate_mapping,
    nodes.Call: _evaluate_call,
    **dict.fromkeys(_OPERATIONS, _evaluate_operation),
}
