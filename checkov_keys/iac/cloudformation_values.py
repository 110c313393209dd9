"""Intrinsic functions of CloudFormation, evaluated as far as the template alone tells.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import json
import re
from itertools import product
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Union

from checkov_keys.iac.boolean_conditions import ALWAYS, NEVER, Condition, conjunction, negation
from checkov_keys.iac.cloudformation_template import Function, entries, intrinsic, plain, spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checkov_keys.iac.cloudformation_template import Template

_PLACEHOLDER = re.compile(r"\$\{(!?)([^{}]*)\}")
# More ways than this for one value to come out are not told apart.
_MOST_OUTCOMES = 64
# Deeper nesting than this is not looked into.
_DEEPEST = 60
_DEFAULT_PATH = "/"


class Reference(NamedTuple):
    """What only a deployment can tell: a reference, or a call, by its spelling."""

    spelling: str


class Text(NamedTuple):
    """A text: literal pieces and references, joined. Equal texts have equal parts, however they are spelled."""

    parts: tuple[str | Reference, ...]

    @property
    def literal(self) -> str | None:
        """Return the text itself, None where it holds a reference."""
        if not self.parts:
            return ""
        return self.parts[0] if len(self.parts) == 1 and isinstance(self.parts[0], str) else None


class Items(NamedTuple):
    """A list of values."""

    values: tuple[Value, ...]


class Other(NamedTuple):
    """Anything else: a mapping, or no value at all."""

    spelling: str


Value = Union[Text, Items, Other]
NO_VALUE = Other("AWS::NoValue")


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
            return _always(_reference(canonical(value)))
        if isinstance(value, list):
            return self._combined(value, depth + 1, lambda values: Items(tuple(v for v in values if v != NO_VALUE)))
        function = intrinsic(value)
        return _always(Other(canonical(value))) if function is None else self._called(function, depth + 1)

    def user_name(self, logical_id: str) -> list[Outcome]:
        """Return what the name of a user resource can be: literal texts, or a reference to the resource."""
        if logical_id not in self._user_names:
            itself = _reference(logical_id)
            self._user_names[logical_id] = _always(itself)  # for names that lead back to themselves
            outcomes = self.outcomes(self._template.users[logical_id].get("UserName"))
            self._user_names[logical_id] = [
                Outcome(when, value if isinstance(value, Text) and value.literal else itself)
                for when, value in outcomes
            ]
        return self._user_names[logical_id]

    def _called(self, function: Function, depth: int) -> list[Outcome]:
        name, argument = function
        if name == "Ref":
            return self._referenced(argument)
        if name == "Fn::GetAtt":
            attribute = ".".join(map(str, argument)) if isinstance(argument, list) else argument
            return _always(_reference(canonical(attribute)))
        if name == "Fn::Sub":
            return self._substituted(argument, depth)
        if name == "Fn::If" and self._condition_named is not None:
            return self._chosen(argument, self._condition_named, depth)
        evaluate = _EVALUATED.get(name) or {"Fn::Split": self._split, "Fn::FindInMap": self._found}.get(name)
        if not isinstance(argument, list) or evaluate is None:
            return self._combined([argument], depth, lambda values: _reference(f"{name}: {spelling(values[0])}"))
        return self._combined(
            argument, depth, lambda values: evaluate(values) or _reference(f"{name}: {spelling(Items(values))}")
        )

    def _referenced(self, name: object) -> list[Outcome]:
        if not isinstance(name, str):
            return _always(_reference(f"Ref: {canonical(name)}"))
        if name == NO_VALUE.spelling:
            return _always(NO_VALUE)
        if name in self._template.users:
            return self.user_name(name)
        default = self._template.parameters.get(name, {}).get("Default")
        if self._condition_named is None or isinstance(default, (list, dict, type(None))):
            return _always(_reference(name))
        return _always(text(spelled(default)))

    def _substituted(self, argument: object, depth: int) -> list[Outcome]:
        """Evaluate Fn::Sub: a text, or a list of a text and a mapping of its own variables."""
        template, variables = argument, {}
        if isinstance(argument, list) and len(argument) == 2:  # noqa: PLR2004  # text and variables
            template, variables = argument[0], entries(argument[1])
        if not isinstance(template, str):
            return _always(_reference(f"Fn::Sub: {canonical(argument)}"))
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
            pieces, depth, lambda values: _concatenated(values) or _reference(f"Fn::Sub: {spelling(Items(values))}")
        )

    def _chosen(self, argument: object, condition_named: ConditionNamed, depth: int) -> list[Outcome]:
        if not isinstance(argument, list) or len(argument) != 3:  # noqa: PLR2004  # condition, then, else
            return _always(_reference(f"Fn::If: {canonical(argument)}"))
        condition = condition_named(argument[0])
        branches = ((condition, argument[1]), (negation(condition), argument[2]))
        return _limited(
            Outcome(conjunction((when, outcome.when)), outcome.value)
            for when, branch in branches
            if when != NEVER
            for outcome in self.outcomes(branch, depth)
        )

    def _combined(
        self, arguments: Sequence[object], depth: int, function: Callable[[tuple[Value, ...]], Value]
    ) -> list[Outcome]:
        """Apply a function to every way for its arguments to come out."""
        possible = [self.outcomes(argument, depth) for argument in arguments]
        combinations = 1
        for number, outcomes in enumerate(possible):
            if combinations * len(outcomes) > _MOST_OUTCOMES:
                possible[number] = _always(_untold(outcomes))
            combinations *= len(possible[number])
        return [
            Outcome(conjunction(o.when for o in chosen), function(tuple(o.value for o in chosen)))
            for chosen in product(*possible)
        ]

    def _split(self, values: tuple[Value, ...]) -> Value | None:
        if len(values) != 2 or not (isinstance(values[0], Text) and isinstance(values[1], Text)):  # noqa: PLR2004
            return None
        delimiter, whole = values[0].literal, values[1].literal
        if delimiter and whole is not None:
            return Items(tuple(map(text, whole.split(delimiter))))
        return self._split_arn(values[1]) if delimiter == "/" else None

    def _split_arn(self, whole: Text) -> Value | None:
        """Return the pieces of a user's ARN: what comes before the path, the path, the name.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
        """
        resource, _, attribute = spelling(whole)[2:-1].partition(".")
        if attribute != "Arn" or resource not in self._template.users or len(whole.parts) != 1:
            return None
        path = self.outcomes(self._template.users[resource].get("Path", _DEFAULT_PATH))
        directory = path[0].value.literal if len(path) == 1 and isinstance(path[0].value, Text) else None
        if directory is None:
            return None
        names = self.user_name(resource)
        name = names[0].value if len(names) == 1 else _reference(resource)
        return Items((_reference(f"{resource}.Arn"), *(text(piece) for piece in directory.split("/") if piece), name))

    def _found(self, values: tuple[Value, ...]) -> Value | None:
        """Look a value up in a mapping, by literal keys only."""
        keys = [value.literal for value in values[:3] if isinstance(value, Text)]
        found: Any = self._template.mappings
        for key in keys:
            found = entries(found).get(key) if key is not None else None
        if len(keys) != 3 or found is None or isinstance(found, dict):  # noqa: PLR2004  # map, key, second key
            return None
        return Items(tuple(text(spelled(item)) for item in found)) if isinstance(found, list) else text(spelled(found))


def text(literal: str) -> Text:
    """Return a literal text."""
    return Text((literal,) if literal else ())


def spelling(value: Value) -> str:
    """Return a value in the way of Fn::Sub: `${AWS::StackName}-deploy`."""
    if isinstance(value, Items):
        return f"[{', '.join(map(spelling, value.values))}]"
    if isinstance(value, Other):
        return value.spelling
    return "".join(
        f"${{{part.spelling}}}" if isinstance(part, Reference) else part.replace("${", "${!") for part in value.parts
    )


def _always(value: Value) -> list[Outcome]:
    return [Outcome(ALWAYS, value)]


def _reference(name: str) -> Text:
    return Text((Reference(name),))


def canonical(value: object) -> str:
    """Return one text for a value, whatever its marks and the order of its names."""
    return value if isinstance(value, str) else json.dumps(plain(value), sort_keys=True, default=str)


def _limited(outcomes: Iterable[Outcome]) -> list[Outcome]:
    found = list(outcomes)
    return found if len(found) <= _MOST_OUTCOMES else _always(_untold(found))


def _untold(outcomes: Sequence[Outcome]) -> Text:
    return _reference(" or ".join(f"{spelling(value)} when {when}" for when, value in outcomes))


def _concatenated(values: Iterable[Value], delimiter: str = "") -> Text | None:
    """Return texts joined to one, None where one of them is no text."""
    parts: list[str | Reference] = []
    for number, value in enumerate(values):
        if not isinstance(value, Text):
            return None
        for part in (delimiter if number else "", *value.parts):
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            elif part:
                parts.append(part)
    return Text(tuple(parts))


def _items(value: Value) -> tuple[Value, ...] | None:
    """Return the items of a list, or of a text that is a comma-delimited list."""
    if isinstance(value, Items):
        return value.values
    literal = value.literal if isinstance(value, Text) else None
    return None if literal is None else tuple(text(item.strip()) for item in literal.split(","))


def _joined(values: tuple[Value, ...]) -> Value | None:
    if len(values) != 2 or not isinstance(values[0], Text):  # noqa: PLR2004  # delimiter, list
        return None
    delimiter, items = values[0].literal, _items(values[1])
    return None if delimiter is None or items is None else _concatenated(items, delimiter)


def _selected(values: tuple[Value, ...]) -> Value | None:
    if len(values) != 2 or not isinstance(values[0], Text):  # noqa: PLR2004  # index, list
        return None
    index, items = values[0].literal or "", _items(values[1])
    if items is None or not re.fullmatch(r"[0-9]{1,9}", index) or int(index) >= len(items):
        return None
    return items[int(index)]


_EVALUATED: dict[str, Callable[[tuple[Value, ...]], Value | None]] = {"Fn::Join": _joined, "Fn::Select": _selected}
