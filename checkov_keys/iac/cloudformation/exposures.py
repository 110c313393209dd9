"""The resources and outputs of one CloudFormation template that hold secrets of access keys in plain sight."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.domain.exposures import ExposedSecret, Exposure, SecretStep
from checkov_keys.iac.cloudformation.conditions import Conditions
from checkov_keys.iac.cloudformation.nested_stacks import NestedStacks
from checkov_keys.iac.cloudformation.secret_flows import Flow, SecretFlows
from checkov_keys.iac.cloudformation.sections import KEY_TYPE, find_function, get_entries
from checkov_keys.iac.cloudformation.sinks import FUNCTIONS, METADATA, OUTPUTS, SAFE_PLACES, SINKS
from checkov_keys.iac.cloudformation.template_file import SECRET, Template, line_of
from checkov_keys.iac.common.conditions import ALWAYS, NEVER, Condition, conjunction, simplified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.common.places import Place

RESOURCES = "Resources"
# Deeper nesting, and more values of one resource than these, are not looked at.
_DEEPEST, _MOST_SPOTS = 60, 1_000


class Found(NamedTuple):
    """An exposure, and what holds the secrets: its section (`Resources`, `Outputs`, `functions`) and its name."""

    exposure: Exposure
    section: str
    name: str


class _Spot(NamedTuple):
    """A value that holds secrets: its argument (`Environment.Variables.SECRET`), its line, and when it is there."""

    argument: str
    line: int
    when: Condition
    flows: tuple[Flow, ...]


class _Holder(NamedTuple):
    """A resource, an output or a function: its section, name, type and body, and its arguments by name."""

    section: str
    name: str
    kind: str
    body: dict[str, Any]
    arguments: dict[str, Any]


def find_exposures(template: Template) -> Iterator[Found]:
    """Yield every resource and output that holds secrets in plain sight, in the order of the template."""
    flows = SecretFlows(template, Conditions(template.sections))
    stacks = NestedStacks(template.path)
    for holder in _list_holders(template):
        found = _judge(holder, template, flows, stacks)
        if found is not None:
            yield found


def _list_holders(template: Template) -> Iterator[_Holder]:
    for name, body in template.resources.items():
        arguments = template.properties_of(name)
        if METADATA in arguments:
            # The attribute has the name.
            arguments[f"Properties.{METADATA}"] = arguments.pop(METADATA)
        yield _Holder(RESOURCES, name, template.type_of(name), body, {**arguments, METADATA: body.get(METADATA)})
    for name, body in template.outputs.items():
        yield _Holder(OUTPUTS, name, OUTPUTS, body, get_entries(body))
    for name, body in template.functions.items():
        yield _Holder(FUNCTIONS, name, FUNCTIONS, body, get_entries(body))


def _judge(holder: _Holder, template: Template, flows: SecretFlows, stacks: NestedStacks) -> Found | None:
    line = template.line_of(holder.section, holder.name)
    place = None
    secrets: dict[tuple[str, str], ExposedSecret] = {}
    spots = (spot for name, value in holder.arguments.items() for spot in _walk(value, name, ALWAYS, flows, 0))
    for spot in islice(spots, _MOST_SPOTS):
        sink = _find_sink(holder, spot.argument, flows, stacks)
        possible = _list_possible(spot, flows.find_condition(holder.body)) if sink is not None else []
        place = place or (sink if possible else None)
        shown = holder.name if holder.section == RESOURCES else f"{holder.section}.{holder.name}"
        step = SecretStep(f"{shown}.{spot.argument}", template.path, spot.line or line)
        for flow in possible:
            secret = ExposedSecret(f"{KEY_TYPE}.{flow.key}", SECRET, spot.argument, (*flow.way, step))
            secrets.setdefault((flow.key, spot.argument), secret)
    if place is None:
        return None
    address = f"{holder.kind or 'UnTyped'}.{holder.name}"
    exposure = Exposure(address, template.path, line, place.reason, place.instead, tuple(secrets.values()))
    return Found(exposure, holder.section, holder.name)


def _find_sink(holder: _Holder, argument: str, flows: SecretFlows, stacks: NestedStacks) -> Place | None:
    def find_text(name: str) -> str | None:
        return flows.find_text(holder.arguments.get(name))

    if SAFE_PLACES.find(holder.kind, argument, find_text) or stacks.is_hidden(holder.kind, holder.arguments, argument):
        return None
    return SINKS.find(holder.kind, argument, find_text)


def _list_possible(spot: _Spot, exists: Condition) -> list[Flow]:
    """Return the secrets whose keys can exist when the value does."""
    return [flow for flow in spot.flows if simplified(conjunction((exists, spot.when, flow.when))) != NEVER]


def _walk(value: object, argument: str, when: Condition, flows: SecretFlows, depth: int) -> Iterator[_Spot]:
    """Yield the values in an argument that hold secrets: what a function makes is one value."""
    traced = flows.trace(value)
    if not traced or depth > _DEEPEST or when == NEVER:
        return
    function = find_function(value)
    ways = flows.choose(function.argument) if function is not None and function.name == "Fn::If" else None
    if ways is not None:
        for chosen, way in ways:
            yield from _walk(way, argument, conjunction((when, chosen)), flows, depth + 1)
    elif function is not None:
        yield _Spot(argument, line_of(value), when, traced)
    else:
        items = enumerate(value) if isinstance(value, list) else get_entries(value).items()
        for name, item in items:
            yield from _walk(item, f"{argument}.{name}", when, flows, depth + 1)
