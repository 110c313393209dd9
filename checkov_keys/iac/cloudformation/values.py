"""Values of one CloudFormation template, evaluated as far as the template alone allows.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-reference.html
"""

from __future__ import annotations

import json
import re
from itertools import product
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from checkov_keys.iac.cloudformation.effort import TOO_MUCH, Effort, TooMuchError, measure
from checkov_keys.iac.cloudformation.functions import (
    NO_VALUE,
    OF_TWO_VALUES,
    Items,
    Other,
    Text,
    Value,
    concatenate,
    make_reference,
    make_text,
    spell,
)
from checkov_keys.iac.cloudformation.sections import Function, find_function, get_entries, spell_scalar, strip_marks
from checkov_keys.iac.common.conditions import ALWAYS, NEVER, Condition, conjunction, negation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checkov_keys.iac.cloudformation.sections import Sections

_PLACEHOLDER = re.compile(r"\$\{(!?)([^{}]*)\}")
# More alternatives than this for one value are not told apart.
_MOST_ALTERNATIVES = 64
# Finding an expression takes as long as going through so many texts.
_STEPS_OF_A_CALL = 5
# Deeper nesting than this is not looked into.
_DEEPEST = 60
_PAIR, _CHOICE, _LOOKUP = 2, 3, 3


class Alternative(NamedTuple):
    """One value that an expression can have, and the condition under which it does."""

    when: Condition
    value: Value


FindCondition = Callable[[object], Condition]


class Values:
    """Evaluates the values of one template.

    With `find_condition`, as in properties: parameters have their defaults, and both ways of Fn::If are followed.
    Without, as in conditions: parameters are references.
    """

    def __init__(self, template: Sections, find_condition: FindCondition | None = None) -> None:
        """Start with nothing evaluated."""
        self._template = template
        self._find_condition = find_condition
        self._user_names: dict[str, list[Alternative]] = {}
        self._effort = Effort()

    def list_alternatives(self, value: object) -> list[Alternative]:
        """Return every value that an expression can have; their conditions exclude each other.

        One that takes too much effort is TOO_MUCH.
        """
        self._effort.begin()
        try:
            return self._list(value, 0)
        except TooMuchError:
            return _hold_always(TOO_MUCH)

    def _list(self, value: object, depth: int) -> list[Alternative]:
        self._effort.spend(_STEPS_OF_A_CALL)
        if isinstance(value, str):
            return _hold_always(make_text(value))
        if not isinstance(value, (dict, list)):
            return _hold_always(NO_VALUE if value is None else make_text(spell_scalar(value)))
        if depth > _DEEPEST:
            return _hold_always(make_reference(spell_canonically(value)))
        if isinstance(value, list):
            return self._combine(value, depth + 1, lambda values: Items(tuple(v for v in values if v != NO_VALUE)))
        function = find_function(value)
        return _hold_always(Other(spell_canonically(value))) if function is None else self._call(function, depth + 1)

    def _call(self, function: Function, depth: int) -> list[Alternative]:
        name, argument = function
        if name == "Ref":
            return self._follow_reference(argument, depth)
        if name == "Fn::GetAtt":
            return _hold_always(make_reference(_spell_attribute(argument)))
        if name == "Fn::Sub":
            return self._substitute(argument, depth)
        if name == "Fn::If" and self._find_condition is not None:
            return self._choose(argument, self._find_condition, depth)
        pieces = self._split_arn(argument, depth) if name == "Fn::Split" else None
        if pieces is not None:
            return self._list(pieces, depth)
        return self._combine([argument], depth, lambda values: self._apply(name, values[0]))

    def _apply(self, name: str, argument: Value) -> Value:
        """Apply a function to its evaluated argument; what stays open is a reference."""
        arguments = argument.values if isinstance(argument, Items) else ()
        result = None
        if name == "Fn::FindInMap" and len(arguments) == _LOOKUP:
            result = self._look_up(arguments)
        elif name in OF_TWO_VALUES and len(arguments) == _PAIR:
            result = OF_TWO_VALUES[name](*arguments)
        return make_reference(f"{name}: {spell(argument)}") if result is None else result

    def _follow_reference(self, name: object, depth: int) -> list[Alternative]:
        if not isinstance(name, str):
            return _hold_always(make_reference(f"Ref: {spell_canonically(name)}"))
        if name == NO_VALUE.spelling:
            return _hold_always(NO_VALUE)
        if name in self._template.users:
            return self._name_user(name, depth)
        default = self._template.parameters.get(name, {}).get("Default")
        if self._find_condition is None or default is None or isinstance(default, (list, dict)):
            return _hold_always(make_reference(name))
        return _hold_always(make_text(spell_scalar(default)))

    def _name_user(self, user: str, depth: int) -> list[Alternative]:
        """Return what the name of a user resource can be: literal texts, or a reference to the resource."""
        if user not in self._user_names:
            itself = make_reference(user)
            self._user_names[user] = _hold_always(itself)  # for a name that leads back to itself
            self._user_names[user] = [
                Alternative(when, value if isinstance(value, Text) and value.literal else itself)
                for when, value in self._list(self._template.users[user].get("UserName"), depth)
            ]
        return self._user_names[user]

    def _substitute(self, argument: object, depth: int) -> list[Alternative]:
        """Evaluate Fn::Sub: a text, or a list of a text and a mapping of its own variables."""
        template, variables = argument, {}
        if isinstance(argument, list) and len(argument) == _PAIR:
            template, variables = argument[0], get_entries(argument[1])
        if not isinstance(template, str):
            return _hold_always(make_reference(f"Fn::Sub: {spell_canonically(argument)}"))
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
        return self._combine(
            pieces, depth, lambda values: concatenate(values) or make_reference(f"Fn::Sub: {spell(Items(values))}")
        )

    def _choose(self, argument: object, find_condition: FindCondition, depth: int) -> list[Alternative]:
        if not isinstance(argument, list) or len(argument) != _CHOICE:
            return _hold_always(make_reference(f"Fn::If: {spell_canonically(argument)}"))
        condition = find_condition(argument[0])
        found = [
            Alternative(conjunction((when, alternative.when)), alternative.value)
            for when, branch in ((condition, argument[1]), (negation(condition), argument[2]))
            if when != NEVER
            for alternative in self._list(branch, depth)
        ]
        return found if len(found) <= _MOST_ALTERNATIVES else _hold_always(_merge(found))

    def _combine(
        self, arguments: Iterable[object], depth: int, function: Callable[[tuple[Value, ...]], Value]
    ) -> list[Alternative]:
        """Apply a function to every combination of what its arguments can be."""
        possible: list[Sequence[Alternative]] = []
        combinations = 1
        for argument in arguments:
            alternatives = self._list(argument, depth)
            if combinations * len(alternatives) > _MOST_ALTERNATIVES:
                alternatives = _hold_always(_merge(alternatives))
            combinations *= len(alternatives)
            possible.append(alternatives)
        found = []
        for chosen in product(*possible):
            self._effort.spend(sum(measure(o.value) for o in chosen))
            made = function(tuple(o.value for o in chosen))
            self._effort.spend(measure(made))
            found.append(Alternative(conjunction(tuple(o.when for o in chosen)), made))
        return found

    def _split_arn(self, argument: object, depth: int) -> list[object] | None:
        """Return what Fn::Split makes of a user's ARN: what comes before the path, the path, the name.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
        """
        if not isinstance(argument, list) or len(argument) != _PAIR or argument[0] != "/":
            return None
        whole = self._list(argument[1], depth)
        user = spell(whole[0].value)[2:-1].removesuffix(".Arn")
        path = self._template.users.get(user, {}).get("Path", "/")
        is_arn = len(whole) == 1 and whole[0].value == make_reference(f"{user}.Arn") and user in self._template.users
        if not is_arn or not isinstance(path, str):
            return None
        return [f"{user}.Arn", *(piece for piece in path.split("/") if piece), {"Ref": user}]

    def _look_up(self, arguments: Sequence[Value]) -> Value | None:
        """Look a value up in a mapping, by literal keys only."""
        found: Any = self._template.mappings
        for argument in arguments:
            key = argument.literal if isinstance(argument, Text) else None
            found = _get_entry(found, key) if key is not None else None
        if found is None or isinstance(found, dict):
            return None
        return (
            Items(tuple(make_text(spell_scalar(item)) for item in found))
            if isinstance(found, list)
            else make_text(spell_scalar(found))
        )


def spell_canonically(value: object) -> str:
    """Return the same text for the same value, without its marks and in any order of its names."""
    return value if isinstance(value, str) else json.dumps(strip_marks(value), sort_keys=True, default=str)


def _get_entry(mapping: object, key: str) -> object:
    """Return an entry of a mapping, in which keys may be numbers."""
    if isinstance(mapping, dict) and key in mapping and isinstance(mapping[key], (dict, list, str)):
        return mapping[key]  # without a copy of the mapping, since lookups may be many
    return get_entries(mapping).get(key)


def _spell_attribute(argument: object) -> str:
    """Return the argument of Fn::GetAtt in its short form: `Resource.Attribute`."""
    return ".".join(map(str, argument)) if isinstance(argument, list) else spell_canonically(argument)


def _hold_always(value: Value) -> list[Alternative]:
    return [Alternative(ALWAYS, value)]


def _merge(alternatives: Iterable[Alternative]) -> Text:
    return make_reference(" or ".join(f"{spell(value)} when {when}" for when, value in alternatives))
