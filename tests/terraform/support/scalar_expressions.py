"""Ways to write strings, and members of collections: each takes a scope and a Wish, and returns text or None.

None means that the way does not fit the wanted values.
"""

from __future__ import annotations

import hashlib
import json

from configuration_blocks import quote, write_key
from hash_facts import FACTS
from logic_expressions import arithmetic, compared, counted, measured_fact, true_fact


def _all(scope, value):
    return [value] * scope.instances


def _string(scope, wanted, depth):
    return scope.express(wanted, "string", depth)


def _number(scope, value, depth):
    return scope.express(_all(scope, value), "number", depth)


def _one_line(text):
    return None if "\n" in text else text


def joined_parts(scope, wish):
    """It is put together from two parts."""
    wanted, depth = wish.values, wish.depth
    if any(len(each) < 2 for each in wanted):
        return None
    cuts = [scope.chance.randrange(1, len(each)) for each in wanted]
    mark = scope.chance.choice("-_.")
    between = all(mark in each[1:-1] for each in wanted) and scope.chance.random() < 0.7
    if between:
        cuts = [each.index(mark, 1) for each in wanted]
    first = _string(scope, [each[:cut] for each, cut in zip(wanted, cuts)], depth)
    second = _string(scope, [each[cut + between :] for each, cut in zip(wanted, cuts)], depth)
    if "\n" in first + second:
        return None
    glue = mark if between else ""
    forms = [
        f'"${{{first}}}{glue}${{{second}}}"',
        f'format("%s{glue}%s", {first}, {second})',
        f'join("{glue}", [{first}, {second}])',
        f'format("%[2]s{glue}%[1]s", {second}, {first})',
        f'"%{{ if true }}${{{first}}}%{{ endif }}{glue}${{{second}}}"',
        f'join("{glue}", concat([{first}], [{second}]))',
        f'formatlist("%s{glue}%s", [{first}], [{second}])[0]',
        f'replace("${{{first}}}%{{ if false }}no%{{ else }}{glue}%{{ endif }}#", "#", {second})',
        f'"%{{ for part in [{first}, {second}] ~}}\\n${{part}}\\n%{{~ endfor }}"' if not glue else "",
        f"templatestring(local.{scope.name_template(glue)}, {{ left = {first}, right = {second} }})",
    ]
    return scope.chance.choice([form for form in forms if form])


def changed_case(scope, wish):
    """Its case is changed."""
    wanted, depth = wish.values, wish.depth
    if all(each == each.lower() for each in wanted):
        other = [scope.chance.choice((each.upper(), each.title(), each)) for each in wanted]
        return f"lower({_string(scope, other, depth)})"
    if all(each == each.upper() for each in wanted):
        return f"upper({_string(scope, [each.lower() for each in wanted], depth)})"
    if all(each.isascii() and each.isalpha() and each == each.capitalize() for each in wanted):
        return f"title({_string(scope, [each.lower() for each in wanted], depth)})"
    return None


def replaced_characters(scope, wish):
    """A character is replaced."""
    wanted, depth = wish.values, wish.depth
    for mark, spare in (("-", "_"), ("_", "/"), (".", " "), ("-", "+")):
        if all(mark in each and spare not in each for each in wanted):
            inner = _string(scope, [each.replace(mark, spare) for each in wanted], depth)
            pattern = scope.chance.choice((quote(spare), f'"/[{spare}]/"' if spare != "/" else quote(spare)))
            return f"replace({inner}, {pattern}, {quote(mark)})"
    return None


def trimmed(scope, wish):
    """Something at its ends is cut off."""
    wanted, depth = wish.values, wish.depth
    function, before, after, argument = scope.chance.choice(
        (
            ("trimprefix", "team/", "", '"team/"'),
            ("trimsuffix", "", ".json", '".json"'),
            ("trim", "//", "/", '"/"'),
            ("trimspace", "  ", "\n", None),
            ("chomp", "", "\n", None),
            ("basename", "users/prod/", "", None),
            ("trimsuffix", "", "@example.com", '"@example.com"'),
        )
    )
    if any("/" in each or each.strip() != each for each in wanted):
        return None
    inner = _string(scope, [before + each + after for each in wanted], depth)
    return f"{function}({inner})" if argument is None else f"{function}({inner}, {argument})"


def taken_from_text(scope, wish):
    """It is a part of a longer text."""
    wanted, depth = wish.values, wish.depth
    if any(set(each) & set("/:|\n ") or not each for each in wanted):
        return None
    if not all(len(each) == len(wanted[0]) for each in wanted):
        return f'split("/", {_string(scope, ["iam/" + each + "/key" for each in wanted], depth)})[1]'
    size = len(wanted[0])
    forms = (
        (lambda text: f'split("/", {text})[1]', "iam/{}/key"),
        (lambda text: f'element(split(":", {text}), 2)', "a:b:{}"),
        (lambda text: f"substr({text}, 4, {size})", "aws:{}:x"),
        (lambda text: f'regex("^team/([^/]+)/", {text})[0]', "team/{}/key"),
        (lambda text: f'regex("user=(?P<user>[^|]+)", {text}).user', "a=1|user={}"),
        (lambda text: f'regexall("[^ ]+", {text})[1]', "who {} now"),
        (lambda text: f'replace({text}, "/^.*:/", "")', "arn:aws:{}"),
        (lambda text: f"dirname({text})", "{}/keys.yml"),
        (lambda text: f'reverse(split("/", {text}))[0]', "users/{}"),
        (lambda text: f'one(regexall("[^: ]+$", {text}))', "name: {}"),
        (lambda text: f"strrev(strrev({text}))", "{}"),
    )
    write, shape = scope.chance.choice(forms)
    return write(_string(scope, [shape.format(each) for each in wanted], depth))


def member_of_list(scope, wish):
    """It is a member of a list."""
    wanted, kind, depth = wish.values, wish.kind, wish.depth
    before, after = scope.chance.randrange(3), scope.chance.randrange(3)
    lists = []
    for each in wanted:
        decoys = [scope.make_decoy(each, kind) for _ in range(before + after)]
        lists.append([*decoys[:before], each, *decoys[before:]])
    if len(lists[0]) == 1 and scope.chance.random() < 0.4:
        text = scope.express(lists, ("list", kind), depth)
        return scope.chance.choice((f"one({text})", f"{text}[0]", f"one(toset({text}))", f"tolist(toset({text}))[0]"))
    text, size = scope.express(lists, ("list", kind), depth), len(lists[0])
    index = _number(scope, before, depth - 1)
    forms = [f"{text}[{index}]", f"element({text}, {before + size})", f"element({text}, {index})"]
    forms.append(f"slice({text}, {before}, {size})[0]")
    forms.append(f"flatten([{text}])[{before}]")
    return scope.chance.choice(forms)


def member_of_map(scope, wish):
    """It is a member of a map or of an object."""
    wanted, kind, depth = wish.values, wish.kind, wish.depth
    key = scope.chance.choice(("prod", "main", "ci", "eu-west-1", "primary", "user.name"))
    maps = [
        {key: each, **{other: scope.make_decoy(each, kind) for other in ("dev", "x")[: scope.chance.randrange(3)]}}
        for each in wanted
    ]
    text = scope.express(maps, ("map", kind), depth)
    which = _string(scope, _all(scope, key), depth - 1)
    forms = [f"{text}[{which}]", f"lookup({text}, {which}, {json.dumps(scope.make_decoy(wanted[0], kind))})"]
    if write_key(key) == key and not text.endswith("EOT"):
        forms.append(f"{text}.{key}")
    forms.append(f"values({{ for k, v in {text} : k => v if k == {quote(key)} }})[0]")
    return scope.chance.choice(forms)


def chosen_first(scope, wish):
    """It is the first that is there."""
    wanted, depth = wish.values, wish.depth
    if not all(wanted):
        return None
    inner = _string(scope, wanted, depth)
    forms = (f'coalesce("", {inner})', f"coalesce(null, {inner})", f'coalesce({inner}, "other")', f"tostring({inner})")
    return _one_line(
        scope.chance.choice((*forms, f'compact(["", {inner}])[0]', f'max([1, 2]...) > 1 ? {inner} : ""')).replace(
            "max([1, 2]...) > 1", "(max([1, 2]...) > 1)"
        )
    )


def round_trip(scope, wish):
    """It goes through an encoding and back."""
    wanted, depth = wish.values, wish.depth
    inner = _string(scope, wanted, depth)
    if "\n" in inner:
        return None
    forms = (
        f"base64decode(base64encode({inner}))",
        f"jsondecode(jsonencode({{ u = {inner} }})).u",
        f'yamldecode(yamlencode({{ u = {inner} }}))["u"]',
        f"keys({{ ({inner}) = true }})[0]",
        f"[for each in [{inner}] : each][0]",
        f"element([{inner}], 0)",
        f"urldecode(urlencode({inner}))" if all(each.isalnum() for each in wanted) else inner,
        f"setunion([{inner}], [{inner}])" if False else f'one(setintersection([{inner}], [{inner}, "x"]))',
        f'transpose({{ ({inner}) = ["a"] }}).a[0]',
        f"{{ a = {{ b = [{inner}] }} }}.a.b.0",
        f'merge({{ u = "nobody" }}, {{ u = {inner} }}).u',
        f'zipmap(["u"], [{inner}])["u"]',
    )
    return scope.chance.choice([form for form in forms if "urldecode" not in form])


def heredoc(scope, wish):
    """It stands in a heredoc."""
    wanted = wish.values
    if (
        len(set(wanted)) > 1
        or "${" in wanted[0]
        or "%{" in wanted[0]
        or wanted[0].strip() != wanted[0]
        or not wanted[0]
    ):
        return None
    if scope.chance.random() < 0.3:
        return scope.add_local(f"<<EOT\n{wanted[0]}\nEOT", function="trimspace")
    return scope.add_local(f"<<-EOT\n    {wanted[0]}\n  EOT", function="chomp")


def file_content(scope, wish):
    """It is what a file of the module holds, or a template with its variables."""
    wanted = wish.values
    if len(set(wanted)) > 1 or wanted[0].strip() != wanted[0] or "${" in wanted[0] or "%{" in wanted[0]:
        return None
    if scope.chance.random() < 0.5 or len(wanted[0]) < 2:
        content = wanted[0] + "\n"
        name = scope.chance.choice(("md5", "sha1", "sha256", "sha512"))
        digest = hashlib.new(name, content.encode()).hexdigest()
        path = scope.write_file("txt", content)
        forms = ["trimspace(file({0}))"] * 3 + ["chomp(base64decode(filebase64({0})))"]
        forms.append(f'(file{name}({{0}}) == "{digest}" ? {quote(wanted[0])} : "changed")')
        forms.append(f'(fileexists({{0}}) ? {quote(wanted[0])} : "nobody")')
        return scope.chance.choice(forms).replace("{0}", path)
    cut = scope.chance.randrange(1, len(wanted[0]))
    path = scope.write_file("tftpl", f"${{head}}{wanted[0][cut:]}")
    return f"templatefile({path}, {{ head = {quote(wanted[0][:cut])} }})"


def computed_fact(scope, wish):
    """It is, or ends in, what a hash, a date, an address or another function comes to."""
    wanted = wish.values[0]
    if len(set(wish.values)) > 1:
        return None
    facts = [(text, value) for text, value in FACTS.items() if wanted.endswith(value)]
    if not facts:
        return None
    text, value = scope.chance.choice(facts)
    if wanted == value:
        return f"({text})"
    before = _string(scope, _all(scope, wanted.removesuffix(value)), wish.depth)
    forms = (f'"${{{before}}}${{{text}}}"', f'format("%s%s", {before}, {text})', f'join("", [{before}, {text}])')
    return _one_line(scope.chance.choice(forms))


def handed_on(scope, wish):
    """Another resource hands it on."""
    wanted, depth, late = wish.values, wish.depth, wish.late
    return scope.hand_on(wanted, depth, late=late) if scope.chance.random() < 0.8 else None


_STRING_WAYS = (
    joined_parts,
    joined_parts,
    changed_case,
    replaced_characters,
    trimmed,
    taken_from_text,
    member_of_list,
    member_of_list,
    member_of_map,
    member_of_map,
    chosen_first,
    round_trip,
    heredoc,
    file_content,
    computed_fact,
    computed_fact,
    computed_fact,
    handed_on,
)
SCALAR_WAYS = {
    "string": _STRING_WAYS,
    "number": (arithmetic, arithmetic, counted, measured_fact, member_of_list, member_of_map),
    "bool": (compared, compared, true_fact, true_fact, member_of_map),
}
FACT_WAYS = {"string": computed_fact, "number": measured_fact, "bool": true_fact}
