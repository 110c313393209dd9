"""CloudFormation templates, YAML and JSON: a file in which one access key is turned off.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-accesskey.html
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import NamedTuple

import yaml

from checkov_keys.domain.users import STATUSES, KeyStatus
from checkov_keys.iac.cloudformation.sections import KEY_TYPE
from checkov_keys.iac.editing.refusal import EditRefusedError, refusal
from checkov_keys.iac.editing.text_layout import indent, line_break

_STATUS, _INACTIVE = "Status", "Inactive"
_TEXT_TAG, _NULL_TAG, _MERGE_TAG = (f"tag:yaml.org,2002:{name}" for name in ("str", "null", "merge"))
# Where synthesized templates say which construct a resource comes from.
# https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html
_CDK_PATH = "aws:cdk:path"
_COLON = re.compile(r"[ \t]*:[ \t]*(?=\S)")
_REST_OF_LINE = re.compile(r"[ \t]*(?:[ \t]#[^\r\n]*)?(?=\r?\n|\Z)")


class _Property(NamedTuple):
    """A name in a mapping and its value, with the marks that say where in the text they are."""

    name: yaml.ScalarNode
    value: yaml.Node


def turned_off(text: str, logical_id: str) -> str:
    """Return a template's text with the Status Inactive in the properties of one AWS::IAM::AccessKey.

    It is the same text if the key is inactive already. Raises EditRefusedError if the status is not a literal, the
    properties are shared with other resources, or the CDK made the template.
    """
    properties = _properties(text, logical_id)
    status = _entries(properties).get(_STATUS)
    edited = _inserted(text, properties) if status is None else _replaced(text, status)
    if edited != text and not _differs_by_status(text, edited, logical_id):
        raise refusal("its layout is not understood", text, properties.start_mark.index)
    return edited


def _properties(text: str, logical_id: str) -> yaml.MappingNode:
    """Return the properties of an access key; raise EditRefusedError if they are not its own, or not readable."""
    root = _composed(text)
    resource = _entries(_value(root, "Resources")).get(logical_id)
    if resource is None:
        raise EditRefusedError("the file does not hold it as a resource that can be read", 1)
    at = resource.name.start_mark.index
    if getattr(_value(resource.value, "Type"), "value", None) != KEY_TYPE:
        raise refusal(f"it is not an {KEY_TYPE}", text, at)
    if _CDK_PATH in _entries(_value(resource.value, "Metadata")):
        raise refusal("the CDK made the template and would write over the edit: edit the CDK's source", text, at)
    properties = _value(resource.value, "Properties")
    names = _entries(properties)
    if not isinstance(properties, yaml.MappingNode) or not names:
        raise refusal("it has no properties that can be read", text, at)
    uses = _uses(root)
    shared = [resource.value, properties, *(value for name, value in names.values() if name.value == _STATUS)]
    if any(uses[id(node)] > 1 for node in shared):
        raise refusal("an alias (*) makes it share them with another place", text, at)
    if any(name.tag == _MERGE_TAG for name, _ in names.values()):
        raise refusal("its properties are merged (<<) from another place", text, at)
    return properties


def _replaced(text: str, status: _Property) -> str:
    value = status.value
    start, end = value.start_mark.index, value.end_mark.index
    if value.tag == _NULL_TAG:
        return f'{text[:start].rstrip(" ")} "{_INACTIVE}"{text[end:]}'
    if value.tag != _TEXT_TAG:
        raise refusal(f"its status comes from {_spelt(value)}", text, status.name.start_mark.index)
    said = STATUSES.get(value.value)
    if said is None:
        raise refusal(f"its status is {value.value[:60]!r}, which AWS does not know", text, start)
    if said is KeyStatus.INACTIVE:
        return text
    # An anchor or a tag may be before the word.
    before, _, after = text[start:end].rpartition(value.value)
    return f"{text[:start]}{before}{_INACTIVE}{after}{text[end:]}"


def _inserted(text: str, properties: yaml.MappingNode) -> str:
    entries = list(_entries(properties).values())
    first = entries[0].name
    quote, at = first.style or "", first.start_mark.index
    pair = f"{quote}{_STATUS}{quote}", f"{quote}{_INACTIVE}{quote}"
    margin, ending = indent(text, at), line_break(text, at)
    if not properties.flow_style:
        # Below the user's name, so that a comment above the first property stays with it.
        for entry in sorted(entries, key=lambda each: each.name.value != "UserName"):
            line_end = _line_end(text, entry)
            if line_end is not None:
                added = f"{ending}{margin}{': '.join(pair)}"
                return text[:line_end] + added + text[line_end:]
        return f"{text[:at]}{': '.join(pair)}{ending}{margin}{text[at:]}"
    colon = _COLON.match(text, first.end_mark.index)
    spelt = colon.group() if colon else ": "
    starts_line = not text[text.rfind("\n", 0, at) + 1 : at].strip()
    between = f"{ending}{margin}" if starts_line else " " * (spelt != ":")
    return f"{text[:at]}{spelt.join(pair)},{between}{text[at:]}"


def _line_end(text: str, entry: _Property) -> int | None:
    """Return where the last line of a property in block style ends, before its line break; None if nobody can tell.

    A block collection's own mark is where the next token starts, past comments.
    """
    last = entry.value
    while isinstance(last, yaml.CollectionNode) and not last.flow_style and last.value:
        last = last.value[-1][1] if isinstance(last, yaml.MappingNode) else last.value[-1]
    elsewhere = last.start_mark.index < entry.name.end_mark.index
    if elsewhere or getattr(last, "style", None) in ("|", ">") or last.start_mark.index == last.end_mark.index:
        return None
    rest = _REST_OF_LINE.match(text, last.end_mark.index)
    return rest.end() if rest else None


def _differs_by_status(text: str, edited: str, logical_id: str) -> bool:
    """Tell whether the key is inactive in an edited text, and all the rest of it is as before."""
    try:
        value = _value(_properties(edited, logical_id), _STATUS)
        before, after = _events(text), _events(edited)
    except (EditRefusedError, yaml.YAMLError):
        return False
    at = next((index for index, pair in enumerate(zip(before, after)) if pair[0] != pair[1]), len(before))
    rest = len(before) - at - (len(before) == len(after))
    only_here = len(after) - len(before) in (0, 2) and before[len(before) - rest :] == after[len(after) - rest :]
    return only_here and isinstance(value, yaml.ScalarNode) and (value.tag, value.value) == (_TEXT_TAG, _INACTIVE)


def _events(text: str) -> list[tuple[object, ...]]:
    return [
        (type(event), *(getattr(event, name, None) for name in ("anchor", "tag", "implicit", "value")))
        for event in yaml.parse(_as_yaml(text), Loader=yaml.SafeLoader)
    ]


def _composed(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(_as_yaml(text), Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise EditRefusedError(f"the file is not YAML: {' '.join(str(error).split())[:200]}", 1) from error


def _as_yaml(text: str) -> str:
    """Return a text as YAML, with everything where it was: JSON, alone, may be indented with tabs."""
    try:
        json.loads(text.lstrip("\ufeff"))
    except ValueError:
        return text
    return text.replace("\t", " ")


def _entries(node: yaml.Node | None) -> dict[str, _Property]:
    """Return what a mapping holds, by name; nothing for any other node."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {name.value: _Property(name, value) for name, value in node.value if isinstance(name, yaml.ScalarNode)}


def _value(node: yaml.Node | None, name: str) -> yaml.Node | None:
    entry = _entries(node).get(name)
    return entry.value if entry else None


def _uses(root: yaml.Node | None) -> Counter[int]:
    """Return how many places each node is in, by the node's id: an alias is the very node of its anchor."""
    uses: Counter[int] = Counter()
    todo = [root]
    while todo:
        node = todo.pop()
        uses[id(node)] += 1
        if isinstance(node, yaml.CollectionNode) and uses[id(node)] == 1:
            todo += [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]
    return uses


def _spelt(value: yaml.Node) -> str:
    """Return how an intrinsic function is written, in short: `!Ref KeyStatus`, `Fn::If`."""
    if isinstance(value, yaml.ScalarNode):
        return f"{value.tag} {value.value}"[:60] if value.tag.startswith("!") else value.value[:60]
    if value.tag.startswith("!"):
        return value.tag
    return next(iter(_entries(value)), "a list")
