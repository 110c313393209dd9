"""Values of one CloudFormation template, evaluated as far as the template alone tells.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-reference.html
"""

from __future__ import annotations

import json
import re
from itertools import product
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from checkov_keys.iac.cloudformation.functions import (
    NO_VALUE,
    OF_TWO_VALUES,
    Items,
    Other,
    Text,
    Value,
    concatenated,
    reference,
    spelling,
    text,
)
from checkov_keys.iac.cloudformation.sections import Function, entries, intrinsic, plain, spelled
from checkov_keys.iac.common.conditions import ALWAYS, NEVER, Condition, conjunction, negation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checkov_keys.iac.cloudformation.sections import Template

_PLACEHOLDER = re.compile(r"\$\{(!?)([^{}]*)\}")
# More ways than this for one value to come out are not told apart.
_MOST_OUTCOMES = 64
# Deeper nesting than this is not looked into.
_DEEPEST = 60
_PAIR, _CHOICE, _LOOKUP = 2, 3, 3


class Outcome(NamedTuple):
    """One way for a value to come out, and the condition under which it does."""

    when: Condition
    value: Value


ConditionNamed = Callable[[object], Condition]


class Values:
    """Evaluates the values of one template.

    With `condition_named`, as properties are: defaults of parameters stand, Fn::If is followed both ways. Without, as
    conditions are: parameters are references.
    """

    def __init__(self, template: Template, condition_named: ConditionNamed | None = None) -> None:
        """Start with nothing evaluated."""
        self._template = template
        self._condition_named = condition_named
        self._user_names: dict[str, list[Outcome]] = {}

    def outcomes(self, value: object, depth: int = 0) -> list[Outcome]:
        """Return every way for a value to come out; their conditions exclude each other."""
        if isinstance(value, str):
            return _always(text(value))
        if not isinstance(value, (dict, list)):
            return _always(NO_VALUE if value is None else text(spelled(value)))
        if depth > _DEEPEST:
            return _always(reference(canonical(value)))
        if isinstance(value, list):
            return self._combined(value, depth + 1, lambda values: Items(tuple(v for v in values if v != NO_VALUE)))
        function = intrinsic(value)
        return _always(Other(canonical(value))) if function is None else self._called(function, depth + 1)

    def _called(self, function: Function, depth: int) -> list[Outcome]:
        name, argument = function
        if name == "Ref":
            return self._referenced(argument, depth)
        if name == "Fn::GetAtt":
            return _always(reference(_attribute(argument)))
        if name == "Fn::Sub":
            return self._substituted(argument, depth)
        if name == "Fn::If" and self._condition_named is not None:
            return self._chosen(argument, self._condition_named, depth)
        pieces = self._pieces_of_arn(argument, depth) if name == "Fn::Split" else None
        if pieces is not None:
            return self.outcomes(pieces, depth)
        return self._combined([argument], depth, lambda values: self._applied(name, values[0]))

    def _applied(self, name: str, argument: Value) -> Value:
        """Apply a function to its evaluated argument; what stays open is a reference."""
        arguments = argument.values if isinstance(argument, Items) else ()
        result = None
        if name == "Fn::FindInMap" and len(arguments) == _LOOKUP:
            result = self._found(arguments)
        elif name in OF_TWO_VALUES and len(arguments) == _PAIR:
            result = OF_TWO_VALUES[name](*arguments)
        return reference(f"{name}: {spelling(argument)}") if result is None else result

    def _referenced(self, name: object, depth: int) -> list[Outcome]:
        if not isinstance(name, str):
            return _always(reference(f"Ref: {canonical(name)}"))
        if name == NO_VALUE.spelling:
            return _always(NO_VALUE)
        if name in self._template.users:
            return self._user_name(name, depth)
        default = self._template.parameters.get(name, {}).get("Default")
        if self._condition_named is None or default is None or isinstance(default, (list, dict)):
            return _always(reference(name))
        return _always(text(spelled(default)))

    def _user_name(self, user: str, depth: int) -> list[Outcome]:
        """Return what the name of a user resource can be: literal texts, or a reference to the resource."""
        if user not in self._user_names:
            itself = reference(user)
            self._user_names[user] = _always(itself)  # for a name that leads back to itself
            self._user_names[user] = [
                Outcome(when, value if isinstance(value, Text) and value.literal else itself)
                for when, value in self.outcomes(self._template.users[user].get("UserName"), depth)
            ]
        return self._user_names[user]

    def _substituted(self, argument: object, depth: int) -> list[Outcome]:
        """Evaluate Fn::Sub: a text, or a list of a text and a mapping of its own variables."""
        template, variables = argument, {}
        if isinstance(argument, list) and len(argument) == _PAIR:
            template, variables = argument[0], entries(argument[1])
        if not isinstance(template, str):
            return _always(reference(f"Fn::Sub: {canonical(argument)}"))
        pieces: list[object] = []
        end = 0
        for placeholder in _PLACEHOLDER.finditer(template):
            is_literal, name = placeholder.group(1), placeholder.group(2).strip()
            pieces.append(template[end : placeholder.start()])
            end = placeholder.end()
            if is_literal:
                pieces.append(f"${{{name}}}")
            elif name in variables:
                pieces.append(variables[name])
            else:
                pieces.append({"Fn::GetAtt" if "." in name else "Ref": name})
        pieces.append(template[end:])
        return self._combined(
            pieces, depth, lambda values: concatenated(values) or reference(f"Fn::Sub: {spelling(Items(values))}")
        )

    def _chosen(self, argument: object, condition_named: ConditionNamed, depth: int) -> list[Outcome]:
        if not isinstance(argument, list) or len(argument) != _CHOICE:
            return _always(reference(f"Fn::If: {canonical(argument)}"))
        condition = condition_named(argument[0])
        found = [
            Outcome(conjunction((when, outcome.when)), outcome.value)
            for when, branch in ((condition, argument[1]), (negation(condition), argument[2]))
            if when != NEVER
            for outcome in self.outcomes(branch, depth)
        ]
        return found if len(found) <= _MOST_OUTCOMES else _always(_untold(found))

    def _combined(
        self, arguments: Iterable[object], depth: int, function: Callable[[tuple[Value, ...]], Value]
    ) -> list[Outcome]:
        """Apply a function to every way for its arguments to come out."""
        possible: list[Sequence[Outcome]] = []
        combinations = 1
        for argument in arguments:
            outcomes = self.outcomes(argument, depth)
            if combinations * len(outcomes) > _MOST_OUTCOMES:
                outcomes = _always(_untold(outcomes))
            combinations *= len(outcomes)
            possible.append(outcomes)
        return [
            Outcome(conjunction(tuple(o.when for o in chosen)), function(tuple(o.value for o in chosen)))
            for chosen in product(*possible)
        ]

    def _pieces_of_arn(self, argument: object, depth: int) -> list[object] | None:
        """Return what Fn::Split makes of a user's ARN: what comes before the path, the path, the name.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
        """
        if not isinstance(argument, list) or len(argument) != _PAIR or argument[0] != "/":
            return None
        whole = self.outcomes(argument[1], depth)
        user = spelling(whole[0].value)[2:-1].removesuffix(".Arn")
        path = self._template.users.get(user, {}).get("Path", "/")
        is_arn = len(whole) == 1 and whole[0].value == reference(f"{user}.Arn") and user in self._template.users
        if not is_arn or not isinstance(path, str):
            return None
        return [f"{user}.Arn", *(piece for piece in path.split("/") if piece), {"Ref": user}]

    def _found(self, arguments: Sequence[Value]) -> Value | None:
        """Look a value up in a mapping, by literal keys only."""
        found: Any = self._template.mappings
        for argument in arguments:
            key = argument.literal if isinstance(argument, Text) else None
            found = _entry(found, key) if key is not None else None
        if found is None or isinstance(found, dict):
            return None
        return Items(tuple(text(spelled(item)) for item in found)) if isinstance(found, list) else text(spelled(found))


def canonical(value: object) -> str:
    """Return one text for a value, whatever its marks and the order of its names."""
    return value if isinstance(value, str) else json.dumps(plain(value), sort_keys=True, default=str)


def _entry(mapping: object, key: str) -> object:
    """Return an entry of a mapping, in which keys may be numbers."""
    if isinstance(mapping, dict) and key in mapping and isinstance(mapping[key], (dict, list, str)):
        return mapping[key]  # without a copy of the mapping, since lookups may be many
    return entries(mapping).get(key)


def _attribute(argument: object) -> str:
    """Return the argument of Fn::GetAtt in its short form: `Resource.Attribute`."""
    return ".".join(map(str, argument)) if isinstance(argument, list) else canonical(argument)


def _always(value: Value) -> list[Outcome]:
    return [Outcome(ALWAYS, value)]


def _untold(outcomes: Iterable[Outcome]) -> Text:
    return reference(" or ".join(f"{spelling(value)} when {when}" for when, value in outcomes))
