"""What is known of a result although something in it is not."""

from __future__ import annotations

from random import Random

import pytest

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.values import (
    Unknown,
    all_marks,
    canonical_text,
    from_python,
    is_wholly_known,
    null,
    to_python,
)

ADMISSIBLE = {
    "text": ["", "a", "b", "1", "app-x", "é", None],
    "sure": ["", "a", "app-x"],
    "flag": [True, False],
}
TEXTS = ["var.text", "var.sure", '"a"', '"app-${var.text}"', '(var.flag ? "a" : "b")', "null", '""', "1"]
TESTS = ["var.flag", 'var.text == "a"', "true", 'var.sure != "b"', "!var.flag", '"app-${var.sure}" == "app-x"']
SHAPES = [
    "({b} ? {t} : {t})",
    "({b} && {b})",
    "({b} || {b})",
    "({t} == {t})",
    "({t} != {t})",
    "upper({t})",
    "coalesce({t}, {t})",
    "length([{t}, {t}])",
    "length({b} ? [{t}] : [])",
    "contains([{t}, {t}], {t})",
    'lookup({{ a = {t}, b = {t} }}, {t}, "z")',
    "{{ a = {t}, b = 2 }}[{t}]",
    "[{t}, {t}][{b} ? 0 : 1]",
    'join("-", [{t}, {t}])',
    "toset([{t}, {t}])",
    "length(toset([{t}, {t}]))",
    "element([{t}, {t}], {b} ? 1 : 0)",
    "try({t}, {t})",
    "try({{ a = {t} }}[{t}], {t})",
    'startswith({t}, "app")',
    "[for x in [{t}, {t}] : x if {b}]",
    "merge({{ a = {t} }}, {{ b = {t} }})",
    "one({b} ? [{t}] : [])",
    "compact([{t}, {t}])",
    "distinct([{t}, {t}])",
    "flatten([[{t}], {b} ? [{t}] : []])",
    "can({{ a = {t} }}[{t}])",
    'format("%s-%s", {t}, {t})',
    "keys({{ a = {t} }})",
    "values({{ a = {t} }})",
    "jsonencode({t})",
    "concat([{t}], [{t}])",
    "reverse([{t}, {t}])",
    "alltrue([{b}, {b}])",
    "anytrue([{b}, {b}])",
    "index([{t}, {t}], {t})",
    'zipmap(["a"], [{t}])',
    "setunion([{t}], [{t}])",
    "setproduct([{t}], [{t}])",
    "slice([{t}, {t}], 0, 1)",
    "tostring({b})",
    'replace({t}, "a", "b")',
    '{{ for x in [{t}, {t}] : coalesce(x, "k") => x... }}',
    "[{{ a = {t} }}, {{ a = {t} }}][*].a",
    "sum([{b} ? 1 : 2, 3])",
    'split("-", {t})',
    "{b} ? [{t}] : [{t}, {t}]",
    "coalescelist({b} ? [{t}] : [], [{t}])",
    "chunklist([{t}, {t}], 1)",
    "nonsensitive({t})",
]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("false && var.flag", False),
        ("true || var.flag", True),
        ("var.flag && false", False),
        ('var.flag ? "x" : "x"', "x"),
        ("length([var.text, var.text])", 2),
        ("length({ a = var.text })", 1),
        ("length(toset([var.text]))", 1),
        ('"app-${var.text}" == "db-x"', False),
        ("var.sure == null", False),
        ('contains(["a", var.text], "a")', True),
        ("var.text == var.text", True),
        ("var.text != var.text", False),
        ("length(var.flag ? [1] : [2])", 1),
        ('startswith("app-${var.text}", "app")', True),
        ('startswith("app-${var.text}", "db")', False),
        ('upper(var.flag ? "a" : "A")', "A"),
        ('var.flag ? "Inactive" : "Inactive"', "Inactive"),
        ('(var.flag ? "a" : "b") == "c"', False),
        ("{ a = 1, b = 1 }[var.sure]", 1),
        ("keys({ a = var.text })", ["a"]),
        ("alltrue([false, var.flag])", False),
        ("anytrue([var.flag, true])", True),
        ("0 * length(var.many)", 0),
        ("element([1, 1], length(var.many))", 1),
        ('"${var.sure}" == null', False),
        ("[for x in [var.text] : 1]", [1]),
        ("issensitive(var.secret)", True),
        ('coalesce("a", var.text)', "a"),
        ("var.many == null && false", False),
        ("1 == var.sure", False),
    ],
)
def test_known_nevertheless(find_value, text, meaning):
    """The result is known if it is the same whatever the unknown turns out to be."""
    assert to_python(find_value(text)) == meaning


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ('length(var.flag ? ["a"] : [])', [1, 0]),
        ('var.text == "a" ? "Inactive" : "Expired"', ["Inactive", "Expired"]),
        ('"k-${var.flag ? "a" : "b"}"', ["k-a", "k-b"]),
        ("[1, 2][length(var.many)]", [1, 2]),
        ("{ a = 1, b = 2 }[var.text]", [1, 2]),
        ("lookup({ a = 1 }, var.text, 3)", [1, 3]),
        ("element([1, 2], length(var.many))", [1, 2]),
        ('(var.flag ? 1 : 2) + (var.sure == "a" ? 10 : 20)', [11, 21, 12, 22]),
        ("tonumber(var.flag ? 1 : 2)", [1, 2]),
        ('one(var.flag ? ["a"] : [])', ["a", None]),
        ('{ a = 1, b = 2 }[var.flag ? "a" : "c"]', None),
    ],
)
def test_what_is_possible(find_value, text, possible):
    """An unknown result says which values it can have; a combination that terraform would refuse is left out."""
    value = find_value(text)
    if possible is None:
        assert to_python(value) == 1
    else:
        assert [to_python(choice) for choice in value.content.possible] == possible


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("upper(var.text)", "upper(var.text)"),
        ("upper( var.text )", "upper(var.text)"),
        ('"a-${var.text}"', '"a-${var.text}"'),
        ("var.many[0]", "var.many[0]"),
        ("var.any.x", "var.any.x"),
        ("var.text == var.sure", "(var.sure == var.text)"),
        ("var.sure == var.text", "(var.sure == var.text)"),
        ("-var.any", "(-var.any)"),
        ('join("", [var.text])', "var.text"),
        ('join(",", [var.text], [])', "var.text"),
        ('format("%s", var.text)', "var.text"),
    ],
)
def test_symbols(find_value, text, symbol):
    """Equal expressions of equal unknowns have equal symbols."""
    assert canonical_text(find_value(text)) == symbol


def test_long_symbols_stay_different(find_value):
    """A symbol has 500 characters at most, and still tells long expressions apart."""
    one, two = (find_value(f'upper("{"x" * 600}{end}${{var.text}}")') for end in "ab")
    assert len(one.content.symbol) == 500
    assert one.content.symbol != two.content.symbol


def test_reasons_are_kept(find_value):
    """The reason of an unknown is that of what made it unknown."""
    assert find_value("upper(trimspace(var.text))").content.reason == "no value is given for var.text"


def test_impure_functions_differ_at_each_call(find_value):
    """Two calls of uuid() are not known to be equal, and neither are two of timestamp()."""
    assert isinstance(find_value("uuid() == uuid()").content, Unknown)
    assert find_value("uuid() == null").content is False


@pytest.mark.parametrize(
    "text",
    [
        "upper(var.secret)",
        'var.secret == "a"',
        '"x${var.secret}"',
        "length(var.secret)",
        "{ a = 1, secret = 2 }[var.secret]",
        'var.secret != "" ? 1 : 2',
        "[var.secret]",
        'tolist([var.secret, "a"])',
        "toset([var.secret])",
        "lookup({ a = 1 }, var.secret, 2)",
        "concat([var.secret], [])",
        "merge({ a = var.secret }, {})",
        'join(",", [var.secret])',
        "var.secret == var.text",
        'format("%s", var.secret)',
        "keys({ (var.secret) = 1 })",
        "element([var.secret], 0)",
        "jsonencode({ a = [var.secret] })",
        "sensitive(1)",
    ],
)
def test_marks_stay(find_value, text):
    """Whatever a sensitive value has a part in is sensitive."""
    assert "sensitive" in all_marks(find_value(text))


@pytest.mark.parametrize(
    "text", ["nonsensitive(var.secret)", "length([var.secret])", "issensitive(var.secret)", "keys({ a = var.secret })"]
)
def test_marks_go(find_value, text):
    """What does not depend on a sensitive value, or is said not to be sensitive, is not."""
    assert all_marks(find_value(text)) == frozenset()


def _substitute(names, random):
    chosen = {name: random.choice(values) for name, values in ADMISSIBLE.items()}
    members = dict(names["var"].members)
    for name, plain in chosen.items():
        value = from_python(plain)
        members[name] = null(members[name].type) if plain is None else value
    return {"var": type(names["var"])(members)}


def _fits(told, actual):  # noqa: PLR0911  # a kind of value each
    """Say whether what was told of a value before it was known is true of it."""
    content = told.content
    if isinstance(content, Unknown):
        if content.not_null and actual.is_null:
            return False
        if content.prefix and actual.content is not None and not str(actual.content).startswith(content.prefix):
            return False
        return not content.possible or any(_fits(choice, actual) for choice in content.possible)
    if is_wholly_known(told):
        return is_wholly_known(actual) and to_python(told) == to_python(actual)
    if isinstance(content, dict):
        return (
            isinstance(actual.content, dict)
            and content.keys() == actual.content.keys()
            and all(_fits(content[key], actual.content[key]) for key in content)
        )
    if type(told.type).__name__ == "SetType":
        return True
    return len(told.members) == len(actual.members) and all(map(_fits, told.members, actual.members))


@pytest.mark.parametrize("seed", range(4))
def test_what_is_told_is_true(find_value, seed):
    """Whatever the unknown values turn out to be, the result is as it was told, unless terraform refuses them."""
    random = Random(seed)  # noqa: S311  # no secret
    wrong = []
    for _ in range(400):
        text = random.choice(SHAPES)
        while "{t}" in text or "{b}" in text:
            inner = random.choice(SHAPES) if random.random() < 0.15 and len(text) < 80 else None
            text = text.replace("{t}", f"({inner})" if inner else random.choice(TEXTS), 1)
            text = text.replace("{b}", random.choice(TESTS), 1)
        text = text.replace("{{", "{").replace("}}", "}")
        try:
            told = find_value(text)
        except EvaluationError:
            told = None
        for _ in range(6):
            names = _substitute(find_value.__defaults__[0], random)
            try:
                actual = find_value(text, names)
            except EvaluationError:
                continue
            if told is not None and not _fits(told, actual):
                wrong.append((text, told, actual))
    assert wrong == []
