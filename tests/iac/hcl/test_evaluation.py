from __future__ import annotations

import pytest

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.values import Value, all_marks, canonical_text, from_python, to_python


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("1 + 2 * 3 - 4", 3),
        ("!(1 < 2) || true", True),
        ('"a" == "a" && 1 != "1"', True),
        ('true ? 1 : "a"', "1"),
        ("false ? 1 : true ? 2 : 3", 2),
        ("true ? 1 : [][0]", 1),
        ("{ a = 1, a = 2 }", {"a": 2}),
        ("{ 1 = 2, true = 3 }", {"1": 2, "true": 3}),
        ('{ (upper("a")) = 1 }', {"A": 1}),
        ('[for k, v in { a = 1, b = 2 } : "${k}${v}" if v > 1]', ["b2"]),
        ("[for i, v in [5, 6] : i]", [0, 1]),
        ('[for k, v in toset(["b", "a"]) : k]', ["a", "b"]),
        ('{ for v in ["a", "b", "a"] : v => upper(v)... }', {"a": ["A", "A"], "b": ["B"]}),
        ("[for v in [[1], [2]] : [for v in v : v + 1]]", [[2], [3]]),
        ("[{ a = [1, 2] }][*].a[0]", [1]),
        ("[{ a = [1, 2] }].*.a[0]", [1, 2]),
        ('"x"[*]', ["x"]),
        ("null[*]", []),
        ("[[1, 2], [3]][*][*]", [[1, 2], [3]]),
        ("[[1]].0", [1]),
        ("concat([[1], [2]]...)", [1, 2]),
        ("try([][0], null.x, 3)", 3),
        ("try([][0], [1, 2]...)", 1),
        ("can([][0])", False),
        ("can(1)", True),
        ('core::upper("a")', "A"),
        ("var.known", "known"),
        ('templatestring(var.template, { name = "x" })', "<x>"),
        ('var["known"]', "known"),
        ("1" + " + 1" * 5000, 5001),
        ("false ? 1 : " * 1000 + "2", 2),
    ],
)
def test_what_an_expression_means(find_value, text, meaning):
    """Known values give what `terraform console` prints."""
    assert to_python(find_value(text)) == meaning


@pytest.mark.parametrize(
    "text",
    [
        "nowhere", "nowhere.x", "var.missing", "foo(1)", "upper()", "upper(1, 2)", "upper([]...)", "upper(null...)",
        "{ a = 1 }.b", "[1][1]", '[1]["a"]', "null.x", "null[0]", "1 / 0", '1 + "a"', "!1", "null ? 1 : 2", "1 ? 2 : 3",
        "true ? [][0] : 1", "{ (null) = 1 }", "{ ([]) = 1 }", "{ a.b = 1 }", '"a${null}"', '"a${[]}"',
        "[for x in null : x]",
        '[for x in "a" : x]', '[for x in [] : x if "a"]', "[for x in [1] : x if null]", "{ for x in [1, 1] : x => x }",
        "{ for x in [1] : null => x }", "[1][*].a", "try()", "try([][0])", "can()", '"%{ for x in 1 }%{ endfor }"',
        "tolist(null)[*]", 'templatestring("a", {})', "templatestring(var.nested, {})",
        "[for x in [var.known] : templatestring(x, {})]",
    ],
)  # fmt: skip
def test_what_terraform_refuses(find_value, text):
    """What Terraform refuses is an EvaluationError with a message."""
    with pytest.raises(EvaluationError, match=r"\w"):
        find_value(text)


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("var.text", "var.text"),
        ("lower(var.text)", "lower(var.text)"),
        ("var.any.a[0]", "var.any.a[0]"),
        ("var.many[*]", "var.many[*]"),
        ("var.any[*].name", "var.any[*].name"),
        ("[for x in var.many : upper(x)]", "for([,var.many,upper(var.many[*]))"),
        ("[for y in var.many : upper(y)]", "for([,var.many,upper(var.many[*]))"),
        ('try(var.any.x, "a")', 'try(var.any.x, "a")'),
        ("can(var.any.x)", "can(var.any.x)"),
        ("try({ a = 1 }[var.text], 2)", "try(here@0#1, 2)"),
        ("try(var.any.x)", "var.any.x"),
        ("try(null.x, var.any.x)", "var.any.x"),
        ('can(var.flag ? "a" : [][0])', "can(here@0#1)"),
        ("merge(var.any...)", "merge(var.any...)"),
        ("{ (var.text) = 1 }", "{var.text=1}"),
        ("provider::a::b(1)", "provider::a::b(1)"),
    ],
)
def test_the_symbol_of_what_is_unknown(find_value, text, symbol):
    """The same computation from the same unknown has the same symbol, whatever its variables are called."""
    value = find_value(text)
    assert not value.is_known
    assert canonical_text(value) == symbol
    assert "var." not in value.content.reason or "no value is given" in value.content.reason


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("false && var.flag", False),
        ("var.flag ? 1 : 1", 1),
        ("length([var.text, var.many])", 2),
        ('"app-${var.text}" == "db-x"', False),
        ('length([for x in ["a"] : x if var.flag]) < 2', True),
        ('keys({ for x in ["a"] : x => var.text })', ["a"]),
        ('try([][0], "a", var.any)', "a"),
    ],
)
def test_what_is_known_whatever_the_unknown_is(find_value, text, meaning):
    """A result that no value of the unknown can change is known."""
    assert to_python(find_value(text)) == meaning


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ('var.flag ? "a" : "b"', ["a", "b"]),
        ("length(var.flag ? [1] : [])", [1, 0]),
        ('[for x in ["a"] : x if var.flag]', [["a"], []]),
        ('{ (var.flag ? "x" : "y") = 1 }', [{"x": 1}, {"y": 1}]),
        ('"%{ if var.flag }a%{ endif }"', ["a", ""]),
        ("try({ a = 1 }[var.text], 2)", [1, 2]),
        ('try(var.flag ? "a" : [][0], "b", "c")', ["a", "b"]),
        ('"%{ for x in var.flag ? ["a"] : [] }<${x}>%{ endfor }"', ["<a>", ""]),
        ("(var.flag ? [{ a = 1 }] : [])[*].a", [[1], []]),
        ("max((var.flag ? [1] : [2])...)", [1, 2]),
    ],
)
def test_what_an_unknown_can_only_be(find_value, text, possible):
    """A flag that nobody gives leaves a known handful of results."""
    value = find_value(text)
    assert [to_python(choice) for choice in value.content.possible] == possible


@pytest.mark.parametrize(
    "text",
    [
        "var.secret", '"a${var.secret}"', "[var.secret][0]", "{ (var.secret) = 1 }", "upper(var.secret)",
        'var.secret == "a" ? 1 : 2', "[for x in [1] : x if var.secret != null]", "{ for x in [1] : var.secret => x }",
        'try(var.secret, "a")', "[{ a = var.secret }][*].a", "join(var.secret, [])",
        '"%{ for x in [var.secret] }${x}%{ endfor }"', "concat([[var.secret]]...)[0]",
    ],
)  # fmt: skip
def test_marks_stay(find_value, text):
    """What is computed from a marked value has its mark."""
    assert "sensitive" in all_marks(find_value(text))


def test_impure_functions_differ_at_each_call(find_value):
    """Two calls of uuid() are two values, and each is the same when the expression is evaluated again."""
    first, second = find_value("[uuid(), uuid()]").members
    assert canonical_text(first) != canonical_text(second)
    assert canonical_text(find_value("[uuid(), uuid()]").members[0]) == canonical_text(first)


def test_names_of_loops_hide_others(find_value):
    """The variable of a for is not what the scope has under the same name."""
    assert to_python(find_value("[for var in [1] : var]")) == [1]
    assert isinstance(find_value("x", {"x": from_python(1)}), Value)
