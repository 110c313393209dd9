"""The Conditions section of a CloudFormation template as boolean conditions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
"""

from __future__ import annotations

import logging
from itertools import islice
from typing import TYPE_CHECKING, Any

from checkov_keys.iac.cloudformation.functions import Reference, Text, spell
from checkov_keys.iac.cloudformation.sections import find_function, spell_scalar
from checkov_keys.iac.cloudformation.values import Values, spell_canonically
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
    from checkov_keys.iac.cloudformation.sections import Sections

logger = logging.getLogger(__name__)

# Longer chains of conditions are not followed.
_LONGEST_CHAIN = 60
# AllowedValues restrict a parameter's own value, except for these types: for them, it is the name of another parameter,
# or each item of a list.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
_UNBOUND_TYPES = ("AWS::SSM::Parameter::Value<", "List<", "CommaDelimitedList")


class Conditions:
    """The conditions of one template, each built once."""

    def __init__(self, template: Sections) -> None:
        """Start with nothing built."""
        self._template = template
        self._values = Values(template)
        self._built: dict[str, Condition] = {}
        self._pending: list[str] = []
        self._cyclic: set[str] = set()

    def find(self, name: object) -> Condition:
        """Return the condition of a name; a free one, with a warning, if it cannot be built."""
        key = spell_scalar(name) if isinstance(name, (str, int)) else spell_canonically(name)
        if key in self._pending:
            self._cyclic.update(self._pending[self._pending.index(key) :])
        if key in self._cyclic or len(self._pending) > _LONGEST_CHAIN:
            return _make_free(key)
        if key not in self._built:
            self._built[key] = self._build(key)
        return self._built[key]

    def _build(self, key: str) -> Condition:
        if key not in self._template.conditions:
            return self._warn_and_free(key, "is not defined")
        self._pending.append(key)
        condition = self._build_from(self._template.conditions[key])
        self._pending.pop()
        if key in self._cyclic:
            return self._warn_and_free(key, "refers to itself")
        if len(list(islice(comparisons([condition]), LIMIT + 1))) > LIMIT:
            return self._warn_and_free(key, f"makes more than {LIMIT:,} comparisons")
        return simplified(condition)

    def _warn_and_free(self, key: str, reason: str) -> Condition:
        logger.warning("the condition %s %s, in %s: it is taken to hold or not", key, reason, self._template.path)
        return _make_free(key)

    def _build_from(self, value: object) -> Condition:
        """Build a condition from its functions; what is made of anything else is free."""
        function = find_function(value)
        name, argument = function or ("", None)
        arguments: list[Any] = argument if isinstance(argument, list) else []
        if name == "Condition":
            return self.find(argument)
        if name == "Fn::Equals" and len(arguments) == 2:  # noqa: PLR2004  # left and right
            return equality(self._read_operand(arguments[0]), self._read_operand(arguments[1]))
        if name == "Fn::Not" and len(arguments) == 1:
            return negation(self._build_from(arguments[0]))
        if name == "Fn::And" and arguments:
            return conjunction(tuple(self._build_from(part) for part in arguments))
        if name == "Fn::Or" and arguments:
            return disjunction(tuple(self._build_from(part) for part in arguments))
        return free(spell_canonically(value))

    def _read_operand(self, value: object) -> Operand:
        """Return a literal, or what varies: a parameter, or any other expression by its canonical spelling."""
        alternatives = self._values.list_alternatives(value)
        evaluated = alternatives[0].value
        if not isinstance(evaluated, Text):
            return Variable(spell(evaluated))
        if evaluated.literal is not None:
            return evaluated.literal
        only = evaluated.parts[0] if len(evaluated.parts) == 1 else None
        return Variable(
            spell(evaluated), self._get_allowed_values(only.spelling) if isinstance(only, Reference) else None
        )

    def _get_allowed_values(self, name: str) -> tuple[str, ...] | None:
        parameter = self._template.parameters.get(name, {})
        values = parameter.get("AllowedValues")
        if str(parameter.get("Type")).startswith(_UNBOUND_TYPES) or not isinstance(values, list) or not values:
            return None
        return None if any(isinstance(v, (dict, list)) for v in values) else tuple(map(spell_scalar, values))


def _make_free(name: str) -> Condition:
    return free(f"condition {name}")
