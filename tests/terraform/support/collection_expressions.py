"""Ways to write lists, maps and objects: each takes a scope and a Wish, and returns text or None."""

from __future__ import annotations

import csv
import io

from configuration_blocks import quote, write_value


def _constant(wanted):
    return len({repr(each) for each in wanted}) == 1


def _texts(value):
    return all(isinstance(each, str) for each in value)


def cut_list(scope, wish):
    """Two lists together."""
    wanted, kind, depth = wish.values, wish.kind, wish.depth
    cuts = [scope.chance.randint(0, len(each)) for each in wanted]
    first = scope.express([each[:cut] for each, cut in zip(wanted, cuts)], kind, depth)
    second = scope.express([each[cut:] for each, cut in zip(wanted, cuts)], kind, depth)
    forms = [f"concat({first}, {second})", f"concat([{first}, {second}]...)"]
    if kind[1] == "string" or kind[1][0] == "object":
        forms.append(f"flatten([{first}, {second}])")
    if kind[1] == "string" and all(len(set(each)) == len(each) for each in wanted):
        forms.append(f"distinct(concat({first}, {second}))")
    return scope.chance.choice(forms)


def filtered_list(scope, wish):
    """Some of a longer list."""
    wanted, kind, depth = wish.values, wish.kind, wish.depth
    if kind[1] != "string" or not all(_texts(each) for each in wanted):
        text = scope.express(wanted, kind, depth)
        forms = ("[for each in {} : each if true]", "[for at, each in {} : each if at >= 0]", "reverse(reverse({}))")
        return scope.chance.choice(forms).format(text)
    extra = f"skip-{scope.tree.number()}"
    text = scope.name(scope.express([[*each, extra] for each in wanted], kind, depth))
    forms = [f'[for each in {text} : each if each != "{extra}"]', f"slice({text}, 0, length({text}) - 1)"]
    forms.append(f"[for at, each in {text} : each if at < length({text}) - 1]")
    if all(_is_unique(each) and each == sorted(each) for each in wanted):
        forms.append(f'tolist(setsubtract({text}, ["{extra}"]))')
        forms.append(f'sort(setsubtract(toset({text}), toset(["{extra}"])))')
    if all(len(each) == len(wanted[0]) for each in wanted) and wanted[0]:
        forms += [f"slice({text}, 0, {len(wanted[0])})", f"chunklist({text}, {len(wanted[0])})[0]"]
    return scope.chance.choice(forms)


def _is_unique(texts):
    return len(set(texts)) == len(texts)


def list_of_texts(scope, wish):
    """Texts out of something else."""
    wanted, kind, depth = wish.values, wish.kind, wish.depth
    if kind[1] != "string" or not all(_texts(each) for each in wanted):
        return None
    if not all(each and all(each) and not any(set(text) & set(",;\n ") for text in each) for each in wanted):
        return None
    ways = [_split_text, _take_column, _take_column, _compact, _other_case]
    if all(_is_unique(each) for each in wanted):
        ways += [_drop_doubles, *([_take_keys] * 2 if all(each == sorted(each) for each in wanted) else [])]
    return scope.chance.choice(ways)(scope, wanted, kind, depth)


def _split_text(scope, wanted, _kind, depth):
    joined = scope.express([",".join(each) for each in wanted], "string", depth)
    return scope.chance.choice(('split(",", {})', 'compact(split(",", {}))', 'regexall("[^,]+", {})')).format(joined)


def _take_keys(scope, wanted, _kind, depth):
    numbered = [{each: position for position, each in enumerate(texts)} for texts in wanted]
    mapped = scope.express(numbered, ("map", "number"), depth)
    return scope.chance.choice(("keys({})", "[for k, _ in {} : k]", "sort(keys({}))")).format(mapped)


def _drop_doubles(scope, wanted, kind, depth):
    return f"distinct({scope.express([[*each, each[0]] for each in wanted], kind, depth)})"


def _take_column(scope, wanted, _kind, depth):
    tables = [[{"name": each, "team": "core"} for each in texts] for texts in wanted]
    people = scope.express(tables, ("list", ("object", {"name": "string", "team": "string"})), depth)
    forms = ["{}[*].name", "[for person in {} : person.name]", '[for p in {} : p["name"]]', '{}[*]["name"]']
    forms.append('[for p in {} : p.name if p.team == "core"]')
    if people.startswith(("local.", "var.")):
        forms += ["{}.*.name", "[for at, _ in {0} : {0}[at].name]"]
    return scope.chance.choice(forms).format(people)


def _compact(scope, wanted, kind, depth):
    empty = scope.express([["", *each] for each in wanted], kind, depth)
    return scope.chance.choice(("compact({})", '[for each in {} : each if each != ""]')).format(empty)


def _other_case(scope, wanted, kind, depth):
    if any(text != text.lower() for each in wanted for text in each):
        return None
    upper = scope.express([[text.upper() for text in each] for each in wanted], kind, depth)
    return f"[for each in {upper} : lower(each)]"


def list_of_records(scope, wish):
    """Objects out of nested collections, out of a table in a file, or out of a map."""
    wanted, kind, depth = wish.values, wish.kind, wish.depth
    if kind[1] == "string" or kind[1][0] != "object" or not all(wanted):
        return None
    fields = kind[1][1]
    if _constant(wanted) and _is_table(wanted[0], fields) and scope.chance.random() < 0.3:
        return _write_table(scope, wanted[0], list(fields))
    text = [name for name, inner in fields.items() if inner == "string"]
    if not text or any(each[text[0]] is None for rows in wanted for each in rows):
        return None
    return nest_records(scope, wanted, fields, scope.chance.choice(text[:1]), depth)


def _is_table(rows, fields):
    return all(kind == "string" for kind in fields.values()) and all(None not in each.values() for each in rows)


def _write_table(scope, rows, names):
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: row[name] for name in names} for row in rows)
    return f"csvdecode(file({scope.write_file('csv', out.getvalue())}))"


def nest_records(scope, wanted, fields, by, depth):
    """Records grouped by a field that neighbours share, and flattened again."""
    rest = {name: kind for name, kind in fields.items() if name != by}
    inner = scope.chance.choice(("keys", "tokens", "slots", "entries"))
    single = len(rest) == 1 and scope.chance.random() < 0.5
    nested = []
    for rows in wanted:
        groups = []
        for row in rows:
            if not groups or groups[-1][by] != row[by]:
                groups.append({by: row[by], inner: []})
            groups[-1][inner].append(row[next(iter(rest))] if single else {name: row[name] for name in rest})
        nested.append(groups)
    part = next(iter(rest.values())) if single else ("object", rest)
    if not rest:
        return None
    kind = ("list", ("object", {by: "string", inner: ("list", part)}))
    pairs = {name: "item" if single else f"item.{name}" for name in rest}
    made = ", ".join(f"{name} = {text}" for name, text in {by: f"owner.{by}", **pairs}.items())
    source = scope.express(nested, kind, depth)
    made_order = all(
        len({row[by] for row in rows}) == len(groups) and [g[by] for g in groups] == sorted(g[by] for g in groups)
        for rows, groups in zip(wanted, nested)
    )
    if made_order and scope.chance.random() < 0.4:
        mapped = scope.express([{g[by]: g[inner] for g in groups} for groups in nested], ("map", ("list", part)), depth)
        made = made.replace(f"owner.{by}", "owner")
        return f"flatten([for owner, items in {mapped} : [for item in items : {{ {made} }}]])"
    if scope.chance.random() < 0.2:
        return f"concat([for owner in {source} : [for item in owner.{inner} : {{ {made} }}]]...)"
    return f"flatten([\n    for owner in {source} : [\n      for item in owner.{inner} : {{ {made} }}\n    ]\n  ])"


def numbers(scope, wish):
    """A range."""
    wanted, kind, depth = wish.values, wish.kind, wish.depth
    if kind[1] != "number" or not _constant(wanted) or wanted[0] != list(range(len(wanted[0]))):
        return None
    return f"range({scope.express([len(each) for each in wanted], 'number', depth)})"


def cut_map(scope, wish):
    """Two maps together, of which the first may hold what the second replaces."""
    wanted, kind, depth = wish.values, wish.kind, wish.depth
    inner = kind[1]
    firsts, seconds = [], []
    for each in wanted:
        names = list(each)
        cut = scope.chance.randint(0, len(names))
        firsts.append({name: each[name] for name in names[:cut]})
        seconds.append({name: each[name] for name in names[cut:]})
        if seconds[-1] and isinstance(inner, str) and scope.chance.random() < 0.4:
            name = next(iter(seconds[-1]))
            firsts[-1][name] = scope.make_decoy(each[name], inner)
    first, second = scope.express(firsts, kind, depth), scope.express(seconds, kind, depth)
    forms = (f"merge({first}, {second})", f"merge({first}, null, {second})", f"merge([{first}, {second}]...)")
    return scope.chance.choice(forms)


def rebuilt_map(scope, wish):
    """A map that a for expression builds, of a map, of lists or of records."""
    wanted, kind, depth = wish.values, wish.kind, wish.depth
    forms = scope.chance.choice(("copy", "filter", "zip", "records", "set"))
    inner = kind[1]
    if forms == "zip":
        names = scope.express([list(each) for each in wanted], ("list", "string"), depth)
        values = scope.express([list(each.values()) for each in wanted], ("list", inner), depth)
        return f"zipmap({names}, {values})"
    if forms == "records" and isinstance(inner, str):
        rows = [[{"id": name, "value": value} for name, value in each.items()] for each in wanted]
        text = scope.express(rows, ("list", ("object", {"id": "string", "value": inner})), depth)
        return f"{{ for row in {text} : row.id => row.value }}"
    if forms == "filter" and isinstance(inner, str) and all(wanted):
        longer = [{**each, "zz-off": next(iter(each.values()))} for each in wanted]
        text = scope.express(longer, kind, depth)
        return f'{{ for name, value in {text} : name => value if !startswith(name, "zz") }}'
    if forms == "set" and inner == "string" and all(name == value for each in wanted for name, value in each.items()):
        text = scope.express([list(each) for each in wanted], ("list", "string"), depth)
        return f"{{ for name in {text} : name => name }}"
    text = scope.express(wanted, kind, depth)
    return scope.chance.choice((f"{{ for name, value in {text} : name => value }}", f"merge({text}, {{}})"))


def mapped_records(scope, wish):
    """A map of objects out of a list of objects that hold the key."""
    wanted, kind, depth = wish.values, wish.kind, wish.depth
    inner = kind[1]
    if isinstance(inner, str) or inner[0] != "object" or "label" in inner[1]:
        return None
    rows = [[{"label": name, **value} for name, value in each.items()] for each in wanted]
    whole = ("list", ("object", {"label": "string", **inner[1]}))
    text = scope.express(rows, whole, depth)
    if scope.chance.random() < 0.4:
        return f"{{ for row in {text} : row.label => row }}"
    made = ", ".join(f"{name} = row.{name}" for name in inner[1])
    return f"{{\n    for row in {text} : row.label => {{ {made} }}\n  }}"


def grouped_records(scope, wish):
    """A map of lists of texts, grouped out of pairs."""
    wanted, kind, depth = wish.values, wish.kind, wish.depth
    if kind[1] != ("list", "string") or not all(all(each.values()) for each in wanted):
        return None
    pairs = [[{"owner": name, "item": item} for name, items in each.items() for item in items] for each in wanted]
    text = scope.express(pairs, ("list", ("object", {"owner": "string", "item": "string"})), depth)
    return f"{{ for pair in {text} : pair.owner => pair.item... }}"


def member_object(scope, wish):
    """An object out of a map of them, or with attributes of two."""
    wanted, kind, depth = wish.values, wish.kind, wish.depth
    maps = [{"main": each} for each in wanted]
    text = scope.express(maps, ("map", kind), depth)
    return scope.chance.choice((f'{text}["main"]', f"one(values({text}))", f'lookup({text}, "main", null)'))


def named_set(scope, wish):
    """A set: of a list, perhaps with doubles, or of set operations."""
    wanted, kind, depth = wish.values, wish.kind, wish.depth
    text = scope.express(wanted, ("list", kind[1]), depth)
    if kind[1] == "string" and scope.chance.random() < 0.4:
        decoy = quote("never-here")
        return scope.chance.choice(
            (
                f"setunion({text}, [])",
                f"setsubtract({text}, [{decoy}])",
                f"setintersection({text}, concat({text}, [{decoy}]))" if len(text) < 40 else f"toset({text})",
                f"toset(distinct({text}))",
                f"toset([for each in {text} : each])",
            )
        )
    return f"toset({text})"


def literal_set(scope, wish):
    """A set of a literal."""
    wanted = wish.values
    return f"toset({write_value(wanted[0], scope.chance)})" if _constant(wanted) else None


COLLECTION_WAYS = {
    "list": (cut_list, filtered_list, list_of_texts, list_of_texts, list_of_records, list_of_records, numbers),
    "map": (cut_map, rebuilt_map, rebuilt_map, mapped_records, mapped_records, grouped_records),
    "object": (member_object,),
    "set": (named_set, named_set, literal_set),
}
