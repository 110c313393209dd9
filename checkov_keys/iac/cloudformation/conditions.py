"""The Conditions section of a CloudFormation template as boolean conditions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
"""

from __future__ import annotations

import logging
from itertools import islice
from typing import TYPE_CHECKING, Any

from checkov_keys.iac.cloudformation.functions import Reference, Text, spelling
from checkov_keys.iac.cloudformation.sections import intrinsic, spelled
from checkov_keys.iac.cloudformation.values import Values, canonical
from checkov_keys.iac.common.conditions import (
    LIMIT,
    Condition,
    Operand,
    Variable,
    comparisons,
    conjunction,
    disjunction,
    equality,
    free,
    negation,
    simplified,
)

if TYPE_CHECKING:
    from checkov_keys.iac.cloudformation.sections import Template

logger = logging.getLogger(__name__)

# Conditions that lead through more others than this are not followed.
_LONGEST_CHAIN = 60
# What the AllowedValues of a parameter restrict is its own value, but for these types: there it is the name of another
# parameter, or each item of a list.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
_UNBOUND_TYPES = ("AWS::SSM::Parameter::Value<", "List<", "CommaDelimitedList")


class Conditions:
    """The conditions of one template, each built once."""

    def __init__(self, template: Template) -> None:
        """Start with nothing built."""
        self._template = template
        self._values = Values(template)
        self._built: dict[str, Condition] = {}
        self._pending: list[str] = []
        self._cyclic: set[str] = set()

    def named(self, name: object) -> Condition:
        """Return the condition of a name; a free one, with a warning, where the template has none that can be built."""
        key = spelled(name) if isinstance(name, (str, int)) else canonical(name)
        if key in self._pending:
            self._cyclic.update(self._pending[self._pending.index(key) :])
        if key in self._cyclic or len(self._pending) > _LONGEST_CHAIN:
            return _free_condition(key)
        if key not in self._built:
            self._built[key] = self._build(key)
        return self._built[key]

    def _build(self, key: str) -> Condition:
        if key not in self._template.conditions:
            return self._warned(key, "is not defined")
        self._pending.append(key)
        condition = self._condition(self._template.conditions[key])
        self._pending.pop()
        if key in self._cyclic:
            return self._warned(key, "refers to itself")
        if len(list(islice(comparisons([condition]), LIMIT + 1))) > LIMIT:
            return self._warned(key, f"makes more than {LIMIT:,} comparisons")
        return simplified(condition)

    def _warned(self, key: str, reason: str) -> Condition:
        logger.warning("the condition %s %s, in %s: it is taken to hold or not", key, reason, self._template.path)
        return _free_condition(key)

    def _condition(self, value: object) -> Condition:
        """Build a condition from its functions; what is made of anything else is free."""
        function = intrinsic(value)
        name, argument = function or ("", None)
        arguments: list[Any] = argument if isinstance(argument, list) else []
        if name == "Condition":
            return self.named(argument)
        if name == "Fn::Equals" and len(arguments) == 2:  # noqa: PLR2004  # left and right
            return equality(self._operand(arguments[0]), self._operand(arguments[1]))
        if name == "Fn::Not" and len(arguments) == 1:
            return negation(self._condition(arguments[0]))
        if name == "Fn::And" and arguments:
            return conjunction(tuple(self._condition(part) for part in arguments))
        if name == "Fn::Or" and arguments:
            return disjunction(tuple(self._condition(part) for part in arguments))
        return free(canonical(value))

    def _operand(self, value: object) -> Operand:
        """Return a literal, or what varies: a parameter, or any other expression by its canonical spelling."""
        outcomes = self._values.outcomes(value)
        evaluated = outcomes[0].value
        if not isinstance(evaluated, Text):
            return Variable(spelling(evaluated))
        if evaluated.literal is not None:
            return evaluated.literal
        only = evaluated.parts[0] if len(evaluated.parts) == 1 else None
        return Variable(spelling(evaluated), self._allowed(only.spelling) if isinstance(only, Reference) else None)

    def _allowed(self, name: str) -> tuple[str, ...] | None:
        parameter = self._template.parameters.get(name, {})
        values = parameter.get("AllowedValues")
        if str(parameter.get("Type")).startswith(_UNBOUND_TYPES) or not isinstance(values, list) or not values:
            return None
        return None if any(isinstance(v, (dict, list)) for v in values) else tuple(map(spelled, values))


def _free_condition(name: str) -> Condition:
    return free(f"condition {name}")
