"""Values and blocks of Terraform as text: HCL in several styles, and JSON syntax. What random_configurations.py writes.

A type is "string", "number", "bool", ("list", T), ("set", T), ("map", T) or ("object", {name: T}); a value of it is
plain Python (str, int, bool, None, list, dict).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

IDENTIFIER = re.compile(r"[a-z_][a-z0-9_-]*")
RESERVED = {"for", "null", "true", "false", "if", "in"}


@dataclass
class Block:
    """A block of configuration: its attributes' expressions are text of HCL."""

    kind: str
    labels: tuple[str, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    plain: dict[str, object] = field(default_factory=dict)
    """For JSON syntax: attribute: the JSON value that is written instead of the expression."""


def quote(text):
    """A string as a quoted template of HCL."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + escaped.replace("${", "$${").replace("%{", "%%{") + '"'


def write_key(key):
    """A key of an object as HCL."""
    return key if IDENTIFIER.fullmatch(key) and key not in RESERVED else quote(key)


def write_value(value, chance=None, indent=0):
    """A plain value as HCL; with a `random.Random`, in one of the styles that people write."""
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, list):
        return join_items([write_value(each, chance, indent + 1) for each in value], "[]", chance, indent)
    if isinstance(value, dict):
        sign = " : " if chance and chance.random() < 0.1 else " = "
        items = [f"{write_key(key)}{sign}{write_value(each, chance, indent + 1)}" for key, each in value.items()]
        return join_items(items, "{}", chance, indent)
    return json.dumps(value)


def join_items(items, brackets, chance=None, indent=0):
    """Items of a list or an object in their brackets, on one line or on several."""
    opening, closing = brackets
    if not items:
        return brackets
    if any("<<" in item for item in items) or (chance and (len(items) > 3 or chance.random() < 0.25)):
        pad, comment = "  " * (indent + 1), ""
        if chance and chance.random() < 0.1:
            comment = f"{pad}# keep in order\n"
        separator = "\n" if brackets == "{}" and chance and chance.random() < 0.5 else ",\n"
        return f"{opening}\n{comment}" + "".join(f"{pad}{item}{separator}" for item in items) + "  " * indent + closing
    inner = ", ".join(items)
    return f"[{inner}]" if brackets == "[]" else f"{{ {inner} }}"


def write_type(kind, defaults=None):
    """A type constraint; `defaults` gives attributes of the outermost objects their optional(…) text."""
    if isinstance(kind, str):
        return kind
    name, inner = kind
    if name != "object":
        return f"{name}({write_type(inner, defaults)})"
    parts = [f"{key} = {(defaults or {}).get(key) or write_type(each)}" for key, each in inner.items()]
    return "object({ " + ", ".join(parts) + " })"


def write_block(block, chance, indent=0):
    """A block as HCL."""
    pad = "  " * indent
    header = " ".join([pad + block.kind, *(f'"{label}"' for label in block.labels)])
    if not block.attributes and not block.blocks:
        return f"{header} {{}}\n"
    alone = len(block.attributes) == 1 and not block.blocks
    if alone and "\n" not in (text := next(iter(block.attributes.values()))) and chance.random() < 0.4:
        return f"{header} {{ {next(iter(block.attributes))} = {text} }}\n"
    width = max((len(name) for name in block.attributes), default=0) if chance.random() < 0.7 else 0
    lines = []
    for name, text in block.attributes.items():
        comment = chance.choice(("  # see the wiki", "  // by hand", "  /* ok */")) if chance.random() < 0.04 else ""
        lines.append(f"{pad}  {name.ljust(width)} = {text}{'' if '<<' in text else comment}\n")
    lines += [write_block(each, chance, indent + 1) for each in block.blocks]
    return f"{header} {{\n{''.join(lines)}{pad}}}\n"


def has_json_form(block):
    """Whether a block can be written in JSON syntax: one that holds a heredoc or a comment is not."""
    texts = [*block.attributes.values(), *(text for each in block.blocks for text in each.attributes.values())]
    return block.kind in {"resource", "data", "variable", "output", "module", "locals"} and not any(
        "<<" in text or "//" in text or "#" in text or "/*" in text for text in texts
    )


def write_json_block(block):
    """A block as JSON syntax: nested dictionaries from its kind down."""
    body = {name: block.plain.get(name, _write_json_expression(text)) for name, text in block.attributes.items()}
    for each in block.blocks:
        body.setdefault(each.kind, []).append(next(iter(write_json_block(each).values())))
    for label in reversed(block.labels):
        body = {label: body}
    return {block.kind: body}


def _write_json_expression(text):
    for kind in (r"-?\d+", "true|false|null"):
        if re.fullmatch(kind, text):
            return json.loads(text)
    if re.fullmatch(r'"[^"\\]*"', text):
        return text[1:-1]
    return f"${{{text}}}"


def merge_json(documents):
    """JSON documents of one file as one: objects merge as deep as they share names."""
    merged = {}
    for document in documents:
        for name, value in document.items():
            both = isinstance(value, dict) and isinstance(merged.get(name), dict)
            merged[name] = merge_json([merged[name], value]) if both else value
    return merged
