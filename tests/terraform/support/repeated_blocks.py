"""`count` and `for_each` for blocks whose instances are wanted: the meta-argument, and each argument's expression."""

from __future__ import annotations

from dataclasses import dataclass

from configuration_blocks import quote, write_value

KEY_NAMES = {"user": ("user", "login", "owner", "name"), "status": ("status", "state")}


@dataclass
class Repeated:
    """How a block is written whose instances are wanted."""

    style: str
    """single, maybe, count, set or map."""
    meta: dict[str, str]
    texts: dict[str, str]


def repeat(scope, rows, fields, depth=3, style=None, late=()):
    """Write a block with an instance per row.

    `rows` has a list of keys per instance of the scope; `fields` is {argument: (kind, a list of values per row list)};
    `late` names arguments that may be unknown until the apply.
    """
    style = style or _choose_style(scope, rows)
    if style == "single":
        wanted = {name: (kind, [each[0] for each in values]) for name, (kind, values) in fields.items()}
        return Repeated(style, {}, {name: _one(scope, name, *each, depth, late) for name, each in wanted.items()})
    return {"maybe": _maybe, "count": _count, "set": _set, "map": _map}[style](scope, rows, fields, depth, late)


def _one(scope, name, kind, wanted, depth, late):
    return scope.express(wanted, kind, depth, late=name in late)


def _choose_style(scope, rows):
    sizes = [len(each) for each in rows]
    styles = ["count"]
    if all(size == 1 for size in sizes):
        styles += ["single"] * 4
    if all(size <= 1 for size in sizes):
        styles.append("maybe")
    if all(len(set(each)) == len(each) for each in rows):
        styles += ["set", "map", "map"]
    return scope.chance.choice(styles)


def _maybe(scope, rows, fields, depth, late):
    present = [bool(each) for each in rows]
    condition = scope.express(present, "bool", depth)
    meta = scope.chance.choice((f"{condition} ? 1 : 0", f"({condition}) == false ? 0 : 1"))
    texts = {}
    for name, (kind, values) in fields.items():
        there = [each[0] for each in values if each]
        spare = there[0] if there else scope.make_decoy(None, kind) if isinstance(kind, str) else None
        texts[name] = _one(scope, name, kind, [each[0] if each else spare for each in values], depth, late)
    return Repeated("maybe", {"count": meta}, texts)


def _count(scope, rows, fields, depth, late):
    sizes = [len(each) for each in rows]
    texts, measured = {}, None
    varying = [name for name, (_, values) in fields.items() if not _is_even(values)]
    for name, (kind, values) in fields.items():
        if name not in varying and all(values):
            texts[name] = _one(scope, name, kind, [each[0] for each in values], depth, late)
        elif len(varying) > 1 or any(item is None for each in values for item in each):
            continue
        else:
            source = scope.name(scope.express(values, ("list", kind), depth))
            texts[name] = scope.chance.choice((f"{source}[count.index]", f"element({source}, count.index)"))
            measured = source
    left = [name for name in fields if name not in texts]
    if left:
        kinds = {name: fields[name][0] for name in left}
        records = [
            [{name: fields[name][1][at][place] for name in left} for place in range(size)]
            for at, size in enumerate(sizes)
        ]
        measured = scope.name(scope.express(records, ("list", ("object", kinds)), depth))
        texts.update({name: f"{measured}[count.index].{name}" for name in left})
    by_length = measured and scope.chance.random() < 0.7
    number = f"length({measured})" if by_length else scope.express(sizes, "number", depth)
    return Repeated("count", {"count": number}, texts)


def _set(scope, rows, fields, depth, late):
    keys = scope.express(rows, ("set", "string"), depth)
    texts = {}
    for name, (kind, values) in fields.items():
        texts[name] = by_key(
            scope, rows, values, kind, scope.chance.choice(("each.key", "each.value")), depth, late=name in late
        )
    return Repeated("set", {"for_each": keys}, texts)


def by_key(scope, rows, values, kind, key, depth, *, late=False):
    """An expression for values that depend on the key of an instance, which `key` is text for."""
    if kind == "string" and values == rows:
        return scope.chance.choice((key, key, f'"${{{key}}}"', f"lower(upper({key}))" if _is_lower(rows) else key))
    if _is_even(values) and all(values):
        return scope.express([each[0] for each in values], kind, depth, late=late)
    pairs = [dict(zip(names, each)) for names, each in zip(rows, values)]
    flat = [item for each in values for item in each]
    if kind == "string" and set(flat) <= {"Active", "Inactive"} and scope.chance.random() < 0.5:
        off = [[name for name, item in each.items() if item == "Inactive"] for each in pairs]
        text = scope.express(off, ("list", "string"), depth)
        return f'contains({text}, {key}) ? "Inactive" : "Active"'
    if None in flat:
        there = [{name: item for name, item in each.items() if item is not None} for each in pairs]
        text = scope.express(there, ("map", kind), depth)
        return scope.chance.choice((f"lookup({text}, {key}, null)", f"try({text}[{key}], null)"))
    text = scope.express(pairs, ("map", kind), depth)
    return scope.chance.choice(
        (f"{text}[{key}]", f"lookup({text}, {key}, {write_value(scope.make_decoy(flat[0], kind))})")
    )


def _map(scope, rows, fields, depth, late):
    varying = [name for name, (_, values) in fields.items() if not _is_even(values)] or list(fields)[:1]
    texts = {}
    for name, (kind, values) in fields.items():
        if name not in varying:
            spare = next((each[0] for each in values if each), None)
            texts[name] = _one(scope, name, kind, [each[0] if each else spare for each in values], depth, late)
    if len(varying) == 1 and not _has_null(fields[varying[0]][1]) and scope.chance.random() < 0.6:
        kind, values = fields[varying[0]]
        pairs = [dict(zip(names, each)) for names, each in zip(rows, values)]
        return Repeated(
            "map", {"for_each": scope.express(pairs, ("map", kind), depth)}, {**texts, varying[0]: "each.value"}
        )
    called = {name: scope.chance.choice(KEY_NAMES.get(name, (name,))) for name in varying}
    kinds = {called[name]: fields[name][0] for name in varying}
    pairs = []
    for at, names in enumerate(rows):
        pairs.append(
            {key: {called[name]: fields[name][1][at][place] for name in varying} for place, key in enumerate(names)}
        )
    text = scope.express(pairs, ("map", ("object", kinds)), depth)
    reached = {
        name: scope.chance.choice((f"each.value.{each}", f"each.value[{quote(each)}]")) for name, each in called.items()
    }
    return Repeated("map", {"for_each": text}, {**texts, **reached})


def _is_even(values):
    """Whether the rows of each instance have one value."""
    return all(len({repr(item) for item in each}) <= 1 for each in values)


def _has_null(values):
    return any(item is None for each in values for item in each)


def _is_lower(rows):
    return all(key == key.lower() for each in rows for key in each)
