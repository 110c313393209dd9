"""Which secrets of access keys flow into a value of a CloudFormation template, under which condition, by which way.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-accesskey.html
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.domain.exposures import SecretStep
from checkov_keys.iac.cloudformation.functions import Text
from checkov_keys.iac.cloudformation.sections import KEY_TYPE, find_function, get_entries, spell_scalar
from checkov_keys.iac.cloudformation.template_file import SECRET
from checkov_keys.iac.cloudformation.values import Values
from checkov_keys.iac.common.conditions import ALWAYS, NEVER, Condition, conjunction, negation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.iac.cloudformation.conditions import Conditions
    from checkov_keys.iac.cloudformation.template_file import Template

_SECRETS_MANAGER, _PARAMETER = "AWS::SecretsManager::Secret", "AWS::SSM::Parameter"
# Attributes that are what a property is.
_KEPT = {(_PARAMETER, "Value"): "Value"}
# Functions that hold what they are given, in another form; so do loops.
_WRAPPERS = ("Fn::Base64", "Fn::Split", "Fn::ToJsonString")
_PLACEHOLDER = re.compile(r"\$\{(!?)([^{}]*)\}")
# The place of a part in a text that is looked at as a whole.
_PART = re.compile("\0([0-9]+)\0")
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
_RESOLVED = re.compile("\\{\\{resolve:(ssm|secretsmanager):\0([0-9]+)\0(?::([^{}\0]*))?\\}\\}")
_DIGITS, _UPPER, _LOWER = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
# The letters of values that are known in part. https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html
_OF_SECRET, _OF_KEY_ID = frozenset(_DIGITS + _UPPER + _LOWER + "/+"), frozenset(_DIGITS + _UPPER)
_OF_PSEUDO = {
    "AWS::AccountId": frozenset(_DIGITS),
    "AWS::Partition": frozenset(_LOWER + "-"),
    "AWS::Region": frozenset(_LOWER + _DIGITS + "-"),
    "AWS::StackName": frozenset(_DIGITS + _UPPER + _LOWER + "-"),
}
# Deeper nesting, longer ways and more secrets in one value than these are not followed, nor texts of more parts.
_DEEPEST, _LONGEST_WAY, _MOST_FLOWS, _MOST_PARTS, _MOST_INNER_PARTS = 60, 20, 1_000, 1_000, 100
_PAIR, _CHOICE = 2, 3


class Flow(NamedTuple):
    """The secret of a key, by the key's logical id, in a value: when it is there, and the way that it took so far."""

    key: str
    when: Condition
    way: tuple[SecretStep, ...]


class _Part(NamedTuple):
    """A part of a text that is known only when it is deployed.

    `reference` is the logical id if it is a Ref, and `letters` are all that it can consist of, None if they may be any.
    """

    flows: tuple[Flow, ...]
    reference: str = ""
    letters: frozenset[str] | None = None


class SecretFlows:
    """Follows the secrets of one template, each value once, however often it is asked for."""

    def __init__(self, template: Template, conditions: Conditions) -> None:
        """Start with nothing followed."""
        self._template = template
        self._conditions = conditions
        self._values = Values(template.sections, conditions.find)
        # Values by their identity: the template keeps all of them.
        self._traced: dict[int, tuple[Flow, ...]] = {}
        self._parts: dict[int, list[str | _Part]] = {}
        self._inner: dict[int, list[str | _Part]] = {}
        self._followed: dict[tuple[str, str, str], tuple[Flow, ...]] = {}

    def find_condition(self, body: dict[str, Any]) -> Condition:
        """Return the condition under which a resource or an output exists."""
        return self._conditions.find(body["Condition"]) if "Condition" in body else ALWAYS

    def choose(self, argument: object) -> list[tuple[Condition, Any]] | None:
        """Return both ways of an Fn::If with their conditions, None if it is malformed; a way that never is, is not."""
        if not isinstance(argument, list) or len(argument) != _CHOICE:
            return None
        condition = self._conditions.find(argument[0])
        ways = ((condition, argument[1]), (negation(condition), argument[2]))
        return [(when, way) for when, way in ways if when != NEVER]

    def find_text(self, value: object) -> str | None:
        """Return the literal text of a value, "" if there is none, None if it is not known."""
        if value is None:
            return ""
        found = [each.value for each in self._values.list_alternatives(value)]
        texts = [each.literal for each in found if isinstance(each, Text)]
        return texts[0] if texts and len(texts) == len(found) and None not in texts else None

    def trace(self, value: object, depth: int = 0) -> tuple[Flow, ...]:
        """Return the secrets that are in a value of the template, or in anything inside it."""
        if not isinstance(value, (dict, list)) or depth > _DEEPEST:
            return ()
        if id(value) not in self._traced:
            self._traced[id(value)] = ()  # for a value inside itself
            self._traced[id(value)] = _unite(self._trace(value, depth + 1))
        return self._traced[id(value)]

    def _trace(self, value: dict[Any, Any] | list[Any], depth: int) -> Iterator[Flow]:
        function = None if isinstance(value, list) else find_function(value)
        name, argument = function or ("", None)
        if function is None:
            for item in value if isinstance(value, list) else get_entries(value).values():
                yield from self.trace(item, depth)
        elif name == "Fn::GetAtt":
            yield from self._read_attribute(self._spell_attribute(argument), depth)
        elif name == "Fn::If":
            for when, way in self.choose(argument) or ():
                yield from _restrict(self.trace(way, depth), when)
        elif name in ("Fn::Sub", "Fn::Join"):
            yield from self._trace_text(self._split_parts(value, depth), depth)
        elif name == "Fn::Select":
            yield from self._select(argument, depth)
        elif name in _WRAPPERS or name.startswith("Fn::ForEach::"):
            yield from self.trace(argument, depth)

    def _spell_attribute(self, argument: object) -> str:
        """Return what Fn::GetAtt reads in its short form, `Resource.Attribute`, "" if that is not known."""
        if not isinstance(argument, list):
            return argument if isinstance(argument, str) else ""
        words = [self.find_text(word) for word in argument]
        return "" if None in words else ".".join(map(str, words))

    def _read_attribute(self, spelled: str, depth: int) -> tuple[Flow, ...]:
        name, _, attribute = spelled.partition(".")
        kind = self._template.type_of(name)
        if kind == KEY_TYPE and attribute == SECRET:
            exists = self.find_condition(self._template.resources[name])
            return (Flow(name, exists, (self._make_step(name, f"{name}.{SECRET}"),)),)
        kept = _KEPT.get((kind, attribute))
        return self._follow(name, kept, "", depth) if kept else ()

    def _follow(self, name: str, kept: str, entry: str, depth: int) -> tuple[Flow, ...]:
        """Return the secrets in a property of a resource that others read; with `entry`, in that one of its JSON."""
        place = name, kept, entry
        if place not in self._followed:
            self._followed[place] = ()  # for what leads back to itself
            value = self._template.properties_of(name).get(kept)
            flows = self._find_entry(value, entry, depth) if entry else self.trace(value, depth)
            step = self._make_step(name, f"{name}.{kept}")
            exists = self.find_condition(self._template.resources[name])
            self._followed[place] = tuple(
                Flow(flow.key, conjunction((flow.when, exists)), (*flow.way, step))
                for flow in flows
                if len(flow.way) < _LONGEST_WAY
            )
        return self._followed[place]

    def _make_step(self, name: str, text: str) -> SecretStep:
        return SecretStep(text, self._template.path, self._template.line_of("Resources", name))

    # Texts.

    def _split_parts(self, value: object, depth: int) -> list[str | _Part]:
        """Return a text as what is literal in it and what is not."""
        if not isinstance(value, (dict, list)):
            return [] if value is None else [spell_scalar(value).replace("\0", "")]
        if id(value) not in self._parts:
            self._parts[id(value)] = []  # for a text inside itself
            self._parts[id(value)] = self._split_value(value, depth)
        return self._parts[id(value)]

    def _split_value(self, value: dict[Any, Any] | list[Any], depth: int) -> list[str | _Part]:
        function = None if isinstance(value, list) or depth > _DEEPEST else find_function(value)
        name, argument = function or ("", None)
        parts: list[str | _Part] | None = None
        if name == "Ref" and isinstance(argument, str):
            return [self._refer(argument)]
        if name == "Fn::GetAtt":
            return [self._make_attribute(self._spell_attribute(argument), depth)]
        if name == "Fn::Sub":
            parts = self._split_substitution(argument, depth + 1)
        elif name == "Fn::Join" and isinstance(argument, list) and len(argument) == _PAIR:
            parts = self._split_join(argument[0], argument[1], depth + 1)
        if parts is not None and len(parts) <= _MOST_PARTS:
            return parts
        inside = (part.flows for part in parts or () if isinstance(part, _Part))
        flows = self.trace(value, depth) if parts is None else _unite(flow for each in inside for flow in each)
        return [_Part(flows)]

    def _split_substitution(self, argument: object, depth: int) -> list[str | _Part] | None:
        template, variables = argument, {}
        if isinstance(argument, list) and len(argument) == _PAIR:
            template, variables = argument[0], get_entries(argument[1])
        if not isinstance(template, str):
            return None
        parts: list[str | _Part] = []
        end = 0
        for placeholder in _PLACEHOLDER.finditer(template):
            parts += self._split_parts(template[end : placeholder.start()], depth)
            end = placeholder.end()
            is_literal, name = placeholder.group(1), placeholder.group(2).strip()
            if is_literal:
                parts.append(f"${{{name}}}")
            elif name in variables:
                parts += self._split_inner(variables[name], depth)
            else:
                parts.append(self._make_attribute(name, depth) if "." in name else self._refer(name))
        return [*parts, *self._split_parts(template[end:], depth)]

    def _split_join(self, delimiter: object, values: object, depth: int) -> list[str | _Part] | None:
        if not isinstance(delimiter, str):
            return None
        if not isinstance(values, list):
            return [_Part(self.trace(values, depth))]
        parts: list[str | _Part] = []
        for number, value in enumerate(values):
            parts += [delimiter.replace("\0", "")] if number else []
            parts += self._split_inner(value, depth)
        return parts

    def _split_inner(self, value: object, depth: int) -> list[str | _Part]:
        """Return the parts of a text for another one: many of them become one, as texts may double each other."""
        parts = self._split_parts(value, depth)
        if len(parts) <= _MOST_INNER_PARTS:
            return parts
        if id(value) not in self._inner:
            flows = _unite(flow for part in parts if isinstance(part, _Part) for flow in part.flows)
            self._inner[id(value)] = [_Part(flows)]
        return self._inner[id(value)]

    def _refer(self, name: str) -> _Part:
        letters = _OF_KEY_ID if self._template.type_of(name) == KEY_TYPE else _OF_PSEUDO.get(name)
        return _Part((), name, letters)

    def _make_attribute(self, spelled: str, depth: int) -> _Part:
        is_secret = spelled.endswith(f".{SECRET}")
        return _Part(self._read_attribute(spelled, depth), letters=_OF_SECRET if is_secret else None)

    def _trace_text(self, parts: list[str | _Part], depth: int) -> Iterator[Flow]:
        """Yield the secrets in a text, and those that it has CloudFormation read from where they are kept."""
        for part in parts:
            if isinstance(part, _Part):
                yield from part.flows
        for service, number, rest in _RESOLVED.findall(_lay_out(parts)):
            part = parts[int(number)]
            name = part.reference if isinstance(part, _Part) else ""
            if service == "ssm" and self._template.type_of(name) == _PARAMETER:
                yield from self._follow(name, "Value", "", depth)
            elif service == "secretsmanager" and self._template.type_of(name) == _SECRETS_MANAGER:
                yield from self._follow(name, "SecretString", rest.split(":")[1] if ":" in rest else "", depth)

    def _find_entry(self, value: object, entry: str, depth: int) -> tuple[Flow, ...]:
        """Return the secrets in an entry of a text that is JSON; none if it cannot be read as such."""
        function = find_function(value)
        if function is not None and function.name == "Fn::ToJsonString":
            return self.trace(get_entries(function.argument).get(entry), depth)
        parts = self._split_parts(value, depth)
        try:
            found = json.loads(_lay_out(parts), strict=False)
        except (ValueError, RecursionError):
            return ()
        inside = found.get(entry) if isinstance(found, dict) else None
        numbers = _PART.findall(inside) if isinstance(inside, str) else ()
        chosen = (parts[int(number)] for number in numbers)
        return _unite(flow for part in chosen if isinstance(part, _Part) for flow in part.flows)

    def _select(self, argument: object, depth: int) -> tuple[Flow, ...]:
        """Return the secrets in the item of a list that is selected; none if it is not known which one that is."""
        if not isinstance(argument, list) or len(argument) != _PAIR:
            return ()
        index = self.find_text(argument[0]) or ""
        if not re.fullmatch("[0-9]{1,6}", index):
            return ()
        return self._select_from(argument[1], int(index), depth)

    def _select_from(self, items: object, index: int, depth: int) -> tuple[Flow, ...]:
        if depth > _DEEPEST:
            return ()
        if isinstance(items, list):
            return self.trace(items[index], depth) if index < len(items) else ()
        function = find_function(items)
        name, argument = function or ("", None)
        if name == "Fn::If":
            ways = self.choose(argument) or ()
            return _unite(
                flow for when, way in ways for flow in _restrict(self._select_from(way, index, depth + 1), when)
            )
        if name == "Fn::Split" and isinstance(argument, list) and len(argument) == _PAIR:
            return _unite(self._select_piece(argument[0], self._split_parts(argument[1], depth), index))
        return ()

    @staticmethod
    def _select_piece(delimiter: object, parts: list[str | _Part], index: int) -> Iterator[Flow]:
        """Yield the secrets in a piece of a text, as long as it is known where the text is split."""
        if not isinstance(delimiter, str) or not delimiter:
            return
        piece = 0
        text = ""
        for part in parts:
            if isinstance(part, str):
                text += part
                continue
            piece, text = piece + text.count(delimiter), ""
            if part.letters is None or part.letters.issuperset(delimiter):
                return
            if piece == index and isinstance(part, _Part):
                yield from part.flows


def _lay_out(parts: list[str | _Part]) -> str:
    """Return a text with the numbers of its parts at their places."""
    return "".join(part if isinstance(part, str) else f"\0{number}\0" for number, part in enumerate(parts))


def _restrict(flows: Iterable[Flow], when: Condition) -> Iterator[Flow]:
    for flow in flows:
        both = conjunction((flow.when, when))
        if both != NEVER:
            yield flow._replace(when=both)


def _unite(flows: Iterable[Flow]) -> tuple[Flow, ...]:
    """Return flows, each once."""
    found: dict[Flow, None] = {}
    for flow in flows:
        found[flow] = None
        if len(found) == _MOST_FLOWS:
            break
    return tuple(found)
