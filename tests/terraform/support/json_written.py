"""A file of Terraform's native syntax, written in its JSON syntax."""

from __future__ import annotations

import contextlib
import json

from checkov_keys.iac.hcl.blocks import parse_file

# Arguments whose texts are no templates in the JSON syntax, by the block that has them ("" for any).
BARE = {("variable", "type"), ("moved", "from"), ("moved", "to"), ("removed", "from"), ("dynamic", "iterator")}
LISTS = {"ignore_changes", "replace_triggered_by", "depends_on"}


def write_json(text):
    """The JSON of a file's text."""
    return json.dumps(_write_body(parse_file(text), "", top=True), indent=1)


def _write_body(body, kind, *, top=False):
    made = {name: _write_attribute(attribute, kind) for name, attribute in body.attributes.items()}
    for block in body.blocks:
        inner = _write_body(block.body, block.type)
        place = made
        # All blocks of a type are in one object at the top; elsewhere they are a list.
        for label in (block.type, *block.labels)[:-1]:
            place = place.setdefault(label, {})
        last = (block.type, *block.labels)[-1]
        if top and block.type == "locals":
            place.setdefault(last, {}).update(inner)
        elif top and block.type not in ("moved", "removed"):
            place[last] = inner
        else:
            place.setdefault(last, []).append(inner)
    return made


def _write_attribute(attribute, kind):
    text = attribute.text.strip()
    if (kind, attribute.name) in BARE:
        return text
    if attribute.name in LISTS and text.startswith("["):
        return [each.strip() for each in text.strip("[]").split(",") if each.strip()]
    with contextlib.suppress(ValueError):
        return json.loads(text)
    return f"${{{text}\n}}" if text.startswith("<<") else f"${{{text}}}"
