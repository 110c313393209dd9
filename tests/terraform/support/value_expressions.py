"""Expressions of Terraform for values that are wanted: given what they must come to, one of many ways to write it.

A scope is a module of the configuration. It may have several instances, so a wanted value is a list with one value per
instance of the scope. `express` writes text whose value, converted to the type, is the wanted one in each.
"""

from __future__ import annotations

from collection_expressions import COLLECTION_WAYS
from configuration_blocks import write_key, write_value
from expression_wishes import Wish
from scalar_expressions import FACT_WAYS, SCALAR_WAYS

DEPTH = 3


def express(scope, wanted, kind, depth=DEPTH, *, late=False):
    """An expression for a value: `wanted` has one per instance of the scope.

    `depth` bounds how expressions nest. `late`: the place may hold what is unknown until the apply.
    """
    if len(wanted) != scope.instances:
        raise ValueError(f"{scope.instances} values are wanted, not {len(wanted)}")
    scope.tree.budget -= 1
    if isinstance(kind, str) and None not in wanted and scope.chance.random() < 0.25:
        text = FACT_WAYS[kind](scope, Wish(wanted, kind, depth - 1))
        if text is not None:
            return text
    if _is_constant(wanted) and (depth <= 0 or scope.tree.budget < 0 or scope.chance.random() < 0.2):
        return write_constant(scope, wanted[0], kind, depth)
    known = scope.find_known(wanted, kind)
    if known and scope.chance.random() < 0.3:
        return known
    for way in scope.chance.sample(_list_ways(kind, wanted), 3):
        text = way(scope, Wish(wanted, kind, depth - 1, late))
        if text is not None:
            return text
    if _is_constant(wanted):
        return write_constant(scope, wanted[0], kind, depth)
    return through_variable(scope, Wish(wanted, kind))


def write_constant(scope, value, kind, depth):
    """A value as a literal, with expressions inside where there is room."""
    if not isinstance(kind, str) and kind[0] == "set":
        return f"toset({write_constant(scope, value, ('list', kind[1]), depth)})"
    if value is None or isinstance(kind, str) or depth <= 0:
        return write_value(value, scope.chance)
    name, inner = kind
    if isinstance(value, list):
        items = [_express_inside(scope, each, inner, depth) for each in value]
        return "[" + ", ".join(items) + "]" if "\n" not in "".join(items) else _write_lines("[", items, "]")
    kinds = inner if name == "object" else dict.fromkeys(value, inner)
    items = [f"{write_key(key)} = {_express_inside(scope, each, kinds[key], depth)}" for key, each in value.items()]
    if not items:
        return "{}"
    return "{ " + ", ".join(items) + " }" if "\n" not in "".join(items) else _write_lines("{", items, "}")


def _write_lines(opening, items, closing):
    """Items that hold line feeds, as heredocs do, each on lines of its own."""
    return opening + "\n" + "".join(f"    {item}{_end(item)}" for item in items) + "  " + closing


def _end(item):
    return "\n,\n" if item.endswith("EOT") else ",\n"


def _express_inside(scope, value, kind, depth):
    if scope.chance.random() < 0.75:
        return write_constant(scope, value, kind, depth - 1)
    return express(scope, [value] * scope.instances, kind, depth - 2)


def through_variable(scope, wish):
    """The value comes from the caller, or from defaults and value files."""
    text = scope.add_variable(wish.values, wish.kind)
    scope.remember(wish.values, wish.kind, text)
    return text


def through_local(scope, wish):
    """The value has a name among the locals."""
    wanted, kind, depth = wish.values, wish.kind, wish.depth
    text = scope.add_local(express(scope, wanted, kind, depth, late=False))
    scope.remember(wanted, kind, text)
    return text


def through_condition(scope, wish):
    """A condition decides between it and another of the same shape."""
    wanted, kind, depth = wish.values, wish.kind, wish.depth
    if not isinstance(kind, str) or any(each is None for each in wanted):
        return None
    holds = scope.chance.random() < 0.5
    condition = express(scope, [holds] * scope.instances, "bool", depth)
    right = express(scope, wanted, kind, depth)
    wrong = write_value(scope.make_decoy(wanted[0], kind), scope.chance)
    first, second = (right, wrong) if holds else (wrong, right)
    if "<<" in first + second + condition:
        return None
    if scope.chance.random() < 0.15:
        return f"(\n    {condition}\n    ? {first}\n    : {second}\n  )"
    return f"({condition} ? {first} : {second})"


def through_try(scope, wish):
    """What is tried first is not there."""
    wanted, kind, depth = wish.values, wish.kind, wish.depth
    right = express(scope, wanted, kind, depth)
    missing = scope.chance.choice(("{}.missing", "[][0]", 'tonumber("none")', '{ a = 1 }["b"]'))
    return None if "<<" in right else f"try({missing}, {right})"


def through_decoded(scope, wish):
    """It is encoded, perhaps in a file, and decoded."""
    wanted = wish.values
    if not _is_constant(wanted) or wanted[0] is None:
        return None
    return scope.write_encoded(wanted[0])


COMMON_WAYS = (through_variable, through_local, through_local, through_condition, through_try, through_decoded)


def _list_ways(kind, wanted):
    if any(each is None for each in wanted):
        return [through_variable, through_variable, through_local, through_try]
    own = SCALAR_WAYS[kind] if isinstance(kind, str) else COLLECTION_WAYS[kind[0]]
    if kind[0] == "set":
        return [through_variable, through_local, *own]
    return [*COMMON_WAYS, *own]


def _is_constant(wanted):
    return all(each == wanted[0] for each in wanted)
