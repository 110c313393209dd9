"""What Checkov leaves out of a CloudFormation template's graph, read from the file itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov.cloudformation.parser import parse

from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.cloudformation.sections import KEY_TYPE, get_entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.cloudformation.sections import Sections

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
_LOOP = "Fn::ForEach"
# Sections that Checkov's graph shows, apart from resources that are not loops.
_SHOWN = frozenset(("Parameters", "Mappings", "Conditions", "Outputs", "Globals", "Rules"))
# A resource's attribute that names a condition, in YAML and JSON; that of a policy's statement is a mapping.
_CONDITION = re.compile(r"""\bCondition["']?[ \t]*:[ \t]*["']?([^\s"',{}\[\]]+)""")


class Unseen(NamedTuple):
    """What is not in the graph: loops that make keys, and the conditions of resources, unless edges show them."""

    loops: tuple[str, ...] = ()
    conditions: dict[str, Any] | None = None


def find_unseen(template: Sections, *, edges_suffice: bool) -> Unseen:
    """Return what is left out. The file is parsed only if there may be anything.

    There may be if it has a loop, or names a condition that it does not define. Edges do not suffice if an edge from a
    key to a condition can hide another one.
    """
    try:
        words = Path(template.path).read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        return Unseen()
    if KEY_TYPE not in words:
        return Unseen()
    edges_suffice = edges_suffice or not template.conditions
    if edges_suffice and _LOOP not in words and template.conditions.keys() >= set(_CONDITION.findall(words)):
        return Unseen()
    parsed, _ = parse(template.path)
    resources = parsed.get("Resources") if isinstance(parsed, dict) else None
    if not isinstance(resources, dict):
        return Unseen()
    loops = (name for name, body in resources.items() if str(name).startswith(_LOOP) and KEY_TYPE in _walk_types(body))
    conditions = {str(name): body.get("Condition") for name, body in resources.items() if isinstance(body, dict)}
    return Unseen(tuple(map(str, loops)), conditions)


def unseen_loops(path: str) -> tuple[Unjudged, ...]:
    """Return the loops that make keys in a template of which Checkov has no graph, so that it runs no check on it."""
    parsed, _ = parse(path)
    if not isinstance(parsed, dict) or not _SHOWN.isdisjoint(map(str, parsed)):
        return ()
    resources = parsed.get("Resources")
    bodies = get_entries(resources)
    if not all(name.startswith(_LOOP) for name in bodies):
        return ()
    reason = f"Checkov's graph does not hold the access keys of a loop, in {path}"
    return tuple(Unjudged(name, reason) for name, body in bodies.items() if KEY_TYPE in _walk_types(body))


def _walk_types(value: object) -> Iterator[object]:
    """Yield the types of all resources in a value, at any depth."""
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, dict):
            yield item.get("Type")
            todo.extend(item.values())
        elif isinstance(item, list):
            todo.extend(item)
