"""One CloudFormation template as it is written: what Checkov's graph has rendered, merged or left out is all here.

Functions are as in the file, attributes of resources (`Metadata`, `Condition`) and conditions of outputs are there, and
the Globals of SAM are in the resources that take them over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov.cloudformation.graph_builder.graph_components.block_types import BlockType
from checkov.cloudformation.parser import parse
from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

from checkov_keys.iac.cloudformation.sections import (
    KEY_TYPE,
    Sections,
    find_function,
    get_entries,
    get_written,
    logical_id,
    spell_scalar,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checkov_keys.iac.common.graph_view import Vertex

SECRET = "SecretAccessKey"  # noqa: S105  # the name of an attribute
# JSON and YAML may write the name of the attribute with escapes, and UTF-16 writes it otherwise.
_ESCAPED = re.compile(rb"\\[xuU\r\n]")
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff")
_GLOBALS_OF = "AWS::Serverless::"
# Globals nest no deeper than this where anything takes them over.
_DEEPEST = 20


class Extent(NamedTuple):
    """The first and the last line of a resource or an output, 0 if they are not known."""

    first: int = 0
    last: int = 0


@dataclass
class Template:
    """The resources and outputs of one template, as they are written, by their logical ids.

    `functions` are those of a service of the Serverless Framework. `extents` has lines by section (`Resources`,
    `Outputs`, `functions`) and logical id. `sections` are for conditions and values.
    """

    path: str
    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    functions: dict[str, dict[str, Any]] = field(default_factory=dict)
    extents: dict[tuple[str, str], Extent] = field(default_factory=dict)
    sections: Sections = field(default_factory=lambda: Sections(""))

    def type_of(self, name: str) -> str:
        """Return the type of a resource, "" if the template does not have it."""
        return str(self.resources.get(name, {}).get("Type", ""))

    def properties_of(self, name: str) -> dict[str, Any]:
        """Return the properties of a resource."""
        return get_entries(self.resources.get(name, {}).get("Properties"))

    def line_of(self, section: str, name: str) -> int:
        """Return the first line of a resource or an output."""
        return self.extents.get((section, name), Extent()).first


def may_read_secret(path: str) -> bool:
    """Tell whether a file may hold the name of the attribute that is a secret; one that is not there may."""
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError):
        return True
    return SECRET.encode() in content or content.startswith(_OTHER_ENCODINGS) or bool(_ESCAPED.search(content))


def read_template(path: str, vertices: Iterable[Vertex]) -> Template:
    """Return a template from its file, or from its vertices if it is not a template's file (any more)."""
    parsed, lines = parse(path) if Path(path).is_file() else (None, None)
    if isinstance(parsed, dict) and any(body.get("Type") == KEY_TYPE for body in _bodies(parsed.get("Resources"))):
        return make_template(path, parsed, lines or ())
    return make_template(path, _collect(vertices))


def make_template(path: str, parsed: dict[str, Any], lines: Sequence[tuple[int, str]] = ()) -> Template:
    """Return a template from what a parser makes of it; `lines` are those of the file, with their numbers."""
    template = Template(path)
    template.sections = Sections(
        path, **{name: _take(parsed.get(name.capitalize())) for name in ("parameters", "mappings", "conditions")}
    )
    texts = [text for _, text in lines]
    for section, bodies in (("Resources", template.resources), ("Outputs", template.outputs)):
        found = parsed.get(section)
        bodies.update(_take(found))
        for name, body in found.items() if isinstance(found, dict) else ():
            if str(name) in bodies:
                template.extents[section, str(name)] = _measure(name, body, texts)
    shared = get_entries(parsed.get("Globals"))
    for name, body in template.resources.items() if shared else ():
        template.resources[name] = _take_over(body, shared)
    return template


def line_of(node: object) -> int:
    """Return the line at which a parser found something, 0 if it does not say."""
    line = getattr(getattr(node, "start_mark", None), "line", None)
    if isinstance(line, int):
        return line + 1
    line = node.get("__startline__") if isinstance(node, dict) else None
    return line if isinstance(line, int) else 0


def is_apart(text: str, indentation: int) -> bool:
    """Tell whether a line is blank, or a comment that is not inside of what has this indentation."""
    return not text.strip() or (text.lstrip().startswith("#") and indent_of(text) <= indentation)


def indent_of(text: str) -> int:
    """Return how far a line is indented."""
    return len(text) - len(text.lstrip())


def _bodies(section: object) -> Iterable[dict[str, Any]]:
    return (body for body in get_entries(section).values() if isinstance(body, dict))


def _take(section: object) -> dict[str, dict[str, Any]]:
    return {name: body for name, body in get_entries(section).items() if isinstance(body, dict)}


def _collect(vertices: Iterable[Vertex]) -> dict[str, Any]:
    """Return the sections of a template from the vertices of Checkov's graph."""
    parsed: dict[str, Any] = {}
    for vertex in vertices:
        block_type = str(vertex.get(CustomAttributes.BLOCK_TYPE))
        written: dict[str, Any] = get_written(vertex)
        if block_type == BlockType.RESOURCE:
            section = "Resources"
            written = {"Type": vertex.get(CustomAttributes.RESOURCE_TYPE), "Properties": written}
        else:
            section = block_type.capitalize()
        parsed.setdefault(section, {})[logical_id(vertex)] = written
    return parsed


def _measure(name: object, body: object, texts: list[str]) -> Extent:
    """Return the lines of something with a name, without the blank lines and comments that follow it."""
    first = line_of(name) or line_of(body)
    end = getattr(body, "end_mark", None)
    last, column = getattr(end, "line", None), getattr(end, "column", None)
    if not isinstance(last, int) or not isinstance(column, int):
        return Extent(first, first)
    # What ends with its indentation ends where the next thing begins.
    if last < len(texts) and texts[last][:column].strip():
        last += 1
    last = min(last, len(texts))
    indentation = indent_of(texts[first - 1]) if 0 < first <= len(texts) else 0
    while last > first and is_apart(texts[last - 1], indentation):
        last -= 1
    return Extent(first, max(first, last))


def _take_over(body: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """Return a resource with the properties that it takes over from SAM's Globals.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
    """
    kind = str(body.get("Type"))
    properties = get_entries(shared.get(kind[len(_GLOBALS_OF) :])) if kind.startswith(_GLOBALS_OF) else {}
    ignored = body.get("IgnoreGlobals")
    if not properties or ignored == "*":
        return body
    for name in ignored if isinstance(ignored, list) else ():
        properties.pop(spell_scalar(name), None)
    return {**body, "Properties": _merge(properties, get_entries(body.get("Properties")), 0)}


def _merge(general: Any, own: Any, depth: int) -> Any:  # noqa: ANN401  # templates nest dicts, lists and scalars
    """Return two values as one: mappings are merged, lists added up, and anything else is what the resource says."""
    if isinstance(general, list) and isinstance(own, list):
        return [*general, *own]
    mappings = isinstance(general, dict) and isinstance(own, dict)
    if not mappings or find_function(general) or find_function(own) or depth > _DEEPEST:
        return own
    merged = {**get_entries(general), **get_entries(own)}
    for name in merged.keys() & get_entries(general).keys() & get_entries(own).keys():
        merged[name] = _merge(get_entries(general)[name], get_entries(own)[name], depth + 1)
    return merged
