"""Variables of a configuration in the making: types, defaults, and the value files or calls that give them."""

from __future__ import annotations

import json
import re
from collections import Counter

from configuration_blocks import Block, write_key, write_type, write_value

NAMES = (
    "user_names",
    "name",
    "environment",
    "stage",
    "team",
    "robots",
    "users",
    "crew",
    "enabled",
    "prefix",
    "settings",
)
NAME_FOR = {"bool": ("enabled", "create", "active"), "number": ("replicas", "keys_per_user", "size")}
OMITTED = object()


def declare_variable(scope, wanted, kind):
    """Declare a variable with these values, one per instance; returns `var.…`."""
    name = scope.make_name(NAME_FOR.get(kind, NAMES) if isinstance(kind, str) else NAMES)
    nullable = any(each is None for each in wanted)
    typed = kind[0] == "set" or scope.chance.random() < 0.85
    optional = _choose_optional(scope, wanted, kind) if typed else {}
    texts = {each: _write_optional(each, of, kind) for each, of in optional.items()}
    attributes = {"type": write_type(kind, texts) if typed else "any"}
    if not typed and scope.chance.random() < 0.5:
        del attributes["type"]
    short = [shorten(each, optional, scope) for each in wanted]
    block = Block("variable", (name,), attributes, plain={"type": attributes.get("type", "any")})
    if scope.chance.random() < 0.15:
        attributes["description"] = '"who gets a key"'
    if scope.calls:
        _take_from_calls(scope, block, name, kind, wanted, short, nullable=nullable)
    else:
        _take_from_files(scope, block, name, kind, short[0], nullable=nullable, typed=typed)
    if scope.chance.random() < 0.06 and isinstance(kind, str):
        rule = {
            "condition": f"var.{name} != {json.dumps('zz') if kind == 'string' else 'null'}",
            "error_message": '"No."',
        }
        if kind == "string":
            block.blocks.append(Block("validation", (), rule))
    scope.blocks.append(block)
    return f"var.{name}"


def _take_from_calls(scope, block, name, kind, wanted, short, *, nullable):
    """Each call gives its part of the values; a default serves some."""
    default = scope.chance.random() < 0.5
    plain = (
        short[0] if default and scope.chance.random() < 0.6 else scope.make_decoy(wanted[0], kind) if default else None
    )
    if default and wanted[0] is not None:
        _set_default(block, plain, scope)
    same = len({repr(each) for each in wanted}) == 1
    left_out = default and same and plain == short[0] and wanted[0] is not None
    if left_out and not nullable and scope.chance.random() < 0.3:
        block.attributes["nullable"] = "false"
        for call in scope.calls:
            call.texts[name] = "null"
        return
    for call in scope.calls:
        if left_out and scope.chance.random() < 0.8:
            continue
        part = wanted[call.start : call.start + call.size]
        brief = short[call.start : call.start + call.size]
        if brief != part and len({repr(each) for each in brief}) == 1:
            call.texts[name] = write_value(brief[0], scope.chance)
        else:
            call.arguments[name] = (kind, part)


def _take_from_files(scope, block, name, kind, value, *, nullable, typed):
    """The last of the value files that give it has the true value, or the default where none does."""
    tree, chance = scope.tree, scope.chance
    given = [source for source in tree.sources if chance.random() < 0.3]
    if not given and tree.sources and chance.random() < 0.5:
        given = [chance.choice(tree.sources)]
    if not given or chance.random() < 0.4:
        is_true = not given
        _set_default(block, value if is_true else _decoy(scope, value, kind), scope)
        if value is None:
            block.attributes["default"] = "null"
    for source in given[:-1]:
        tree.values[source][name] = _decoy(scope, value, kind)
    if given:
        tree.values[given[-1]][name] = _loosen(scope, value, kind) if typed else value
        if tree.assignments and typed and value is not None and chance.random() < 0.4:
            tree.values[given[-1]][name] = _decoy(scope, value, kind)
            tree.flags.append(f"-var={name}={value if kind == 'string' else write_value(value)}")
    elif (
        tree.sources and not nullable and chance.random() < 0.1 and "default" in block.attributes and value is not None
    ):
        block.attributes["nullable"] = "false"
        tree.values[chance.choice(tree.sources)][name] = None


def _decoy(scope, value, kind):
    if value is None or (not isinstance(kind, str) and scope.chance.random() < 0.3):
        return value
    return scope.make_decoy(value, kind) if isinstance(kind, str) else _shuffle_scalars(scope, value)


def _shuffle_scalars(scope, value):
    """A value of the same shape with other texts in it."""
    if isinstance(value, list):
        return [_shuffle_scalars(scope, each) for each in value][: scope.chance.randint(1, 3)]
    if isinstance(value, dict):
        return {name: _shuffle_scalars(scope, each) for name, each in value.items()}
    return scope.make_decoy(value, "string") if isinstance(value, str) else value


def _loosen(scope, value, kind):
    """Sometimes a number or a boolean as the text that Terraform converts."""
    if kind == "number" and scope.chance.random() < 0.2:
        return str(value)
    if kind == "bool" and scope.chance.random() < 0.2:
        return json.dumps(value)
    if kind == "string" and re.fullmatch(r"[1-9]\d{0,6}", value or "") and scope.chance.random() < 0.3:
        return int(value)
    return value


def _set_default(block, value, scope):
    block.attributes["default"] = write_value(value, scope.chance)
    block.plain["default"] = _escape(value)


def _escape(value):
    """A value for JSON syntax; a default there is no template."""
    return value


def _choose_optional(scope, wanted, kind):
    """Attributes of the objects in a kind that may be left out: {name: default}; None is no default."""
    fields = _find_fields(kind)
    if not fields or scope.chance.random() < 0.5:
        return {}
    chosen = {}
    for name, of in fields.items():
        values = [row.get(name) for each in wanted for row in _find_rows(each, kind)]
        if isinstance(of, str) and values and scope.chance.random() < 0.5:
            common = Counter(values).most_common(1)[0][0]
            if None not in values:
                chosen[name] = common
            elif common is None:
                chosen[name] = None
        elif values and not isinstance(of, str) and of[0] in {"list", "map"} and scope.chance.random() < 0.3:
            empty = [] if of[0] == "list" else {}
            chosen[name] = values[0] if scope.chance.random() < 0.5 else empty
    return chosen


def _find_fields(kind):
    while not isinstance(kind, str):
        if kind[0] == "object":
            return kind[1]
        kind = kind[1]
    return {}


def _find_rows(value, kind):
    if kind[0] == "object":
        return [value]
    members = value if isinstance(value, list) else value.values()
    return [row for each in members for row in _find_rows(each, kind[1])]


def _write_optional(name, default, kind):
    text = write_type(_find_fields(kind)[name])
    return f"optional({text})" if default is None else f"optional({text}, {write_value(default)})"


def shorten(value, optional, scope):
    """A value without what optional attributes supply."""
    if isinstance(value, list):
        return [shorten(each, optional, scope) for each in value]
    if not isinstance(value, dict):
        return value
    if optional and set(optional) <= set(value):
        left = {name for name, each in optional.items() if value[name] == each and scope.chance.random() < 0.85}
        return {name: each for name, each in value.items() if name not in left}
    return {name: shorten(each, optional, scope) for name, each in value.items()}


def write_values(values, ending, chance):
    """A value file: `.tfvars` in HCL, `.json` in JSON."""
    if ending == "json":
        return json.dumps(values, indent=2)
    lines = [f"{write_key(name)} = {write_value(value, chance)}\n" for name, value in values.items()]
    return "".join([chance.choice(("", "# values\n")), *lines])
