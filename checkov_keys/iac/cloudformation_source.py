"""What Checkov leaves out of a CloudFormation template's graph, read from the file where its words give reason to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov.cloudformation.parser import parse

from checkov_keys.iac.cloudformation_template import KEY_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.cloudformation_template import Template

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
_LOOP = "Fn::ForEach"
# A resource's attribute that names a condition, in YAML and JSON; that of a policy's statement is a mapping.
_CONDITION = re.compile(r"""\bCondition["']?[ \t]*:[ \t]*["']?([^\s"',{}\[\]]+)""")


class LeftOut(NamedTuple):
    """What the graph does not show: loops that make keys, and conditions of keys that name no defined one."""

    loops: tuple[str, ...] = ()
    undefined_conditions: tuple[tuple[str, Any], ...] = ()


def left_out_of(template: Template) -> LeftOut:
    """Return what is left out; the file is parsed only if it has a loop or names a condition that is not defined."""
    try:
        words = Path(template.path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return LeftOut()
    if KEY_TYPE not in words:
        return LeftOut()
    if _LOOP not in words and template.conditions.keys() >= set(_CONDITION.findall(words)):
        return LeftOut()
    parsed, _ = parse(template.path)
    resources = parsed.get("Resources") if isinstance(parsed, dict) else None
    if not isinstance(resources, dict):
        return LeftOut()
    loops = (name for name, body in resources.items() if str(name).startswith(_LOOP) and KEY_TYPE in _types(body))
    return LeftOut(tuple(map(str, loops)), tuple(_undefined_conditions(template, resources)))


def _undefined_conditions(template: Template, resources: dict[Any, Any]) -> Iterator[tuple[str, Any]]:
    for name in template.keys:
        resource = resources.get(name)
        condition = resource.get("Condition") if isinstance(resource, dict) else None
        if condition is not None and not (isinstance(condition, str) and condition in template.conditions):
            yield name, condition


def _types(value: object) -> Iterator[object]:
    """Yield the types of all resources in a value, however deep."""
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, dict):
            yield item.get("Type")
            todo.extend(item.values())
        elif isinstance(item, list):
            todo.extend(item)
