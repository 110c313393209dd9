from __future__ import annotations

import pytest

from checkov_keys.iac.hcl.expressions import parse_expression
from checkov_keys.iac.hcl.nodes import (
    Access,
    Binary,
    Call,
    Conditional,
    For,
    Index,
    Item,
    Literal,
    Mapping,
    Member,
    Name,
    Number,
    Parentheses,
    Sequence,
    Splat,
    Unary,
)
from checkov_keys.iac.hcl.tokens import SyntaxProblem

A, B, C = Name("a"), Name("b"), Name("c")
ONE, TWO = Number("1"), Number("2")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("1 + 2 * a", Binary("+", ONE, Binary("*", TWO, A))),
        ("a - b - c", Binary("-", Binary("-", A, B), C)),
        ("a || b && c", Binary("||", A, Binary("&&", B, C))),
        ("a == b < c", Binary("==", A, Binary("<", B, C))),
        ("-a * b", Binary("*", Unary("-", A), B)),
        ("!a.b", Unary("!", Access(A, (Member("b"),)))),
        ("!!a", Unary("!", Unary("!", A))),
        ("(a + b) * c", Binary("*", Binary("+", A, B), C)),
        ("a ? b : c ? 1 : 2", Conditional(A, B, Conditional(C, ONE, TWO))),
        ("a ? b ? 1 : 2 : c", Conditional(A, Conditional(B, ONE, TWO), C)),
        ('a.b["c"][0].d-e', Access(A, (Member("b"), Index(Literal("c")), Index(Number("0")), Member("d-e")))),
        ("a.0.b", Access(A, (Index(Number("0")), Member("b")))),
        ("a.*.b[0]", Access(Splat(A, Access(Item(), (Member("b"),))), (Index(Number("0")),))),
        ("a[*].b[0]", Splat(A, Access(Item(), (Member("b"), Index(Number("0")))))),
        ("a[*][*]", Splat(A, Splat(Item(), Item()))),
        ("a.*", Splat(A, Item())),
        ("f(a, [b]...)", Call("f", (A, Sequence((B,))), is_expanded=True)),
        ("core::f(\n  a,\n)", Call("core::f", (A,), is_expanded=False)),
        ("{ a = 1, b : 2 }", Mapping(((Literal("a"), ONE), (Literal("b"), TWO)))),
        ("{\n  a = 1 # one\n\n  b = 2\n}", Mapping(((Literal("a"), ONE), (Literal("b"), TWO)))),
        ("{ (a) = 1 }", Mapping(((A, ONE),))),
        ('{ "${a.b}" = 1 }', Mapping(((Parentheses(Access(A, (Member("b"),))), ONE),))),
        ("{ a.b = 1 }", Mapping(((Access(A, (Member("b"),)), ONE),))),
        ("[for a in b : a if c]", For("", "a", B, None, A, C, is_grouped=False)),
        ("{for a, b in c : a => b...}", For("a", "b", C, A, B, None, is_grouped=True)),
        ("[for\na in b :\na\n]", For("", "a", B, None, A, None, is_grouped=False)),
        ("true /* no */ == // yes\n null", Binary("==", Literal(value=True), Literal(None))),
        ("1.5e-3", Number("1.5e-3")),
        ("größe", Name("größe")),
        ('"${a}"', A),
        ('""', Literal("")),
    ],
)
def test_what_an_expression_is_made_of(text, node):
    """Operators, accesses, splats, collections and loops become the nodes that HCL's specification says."""
    assert parse_expression(text) == node


@pytest.mark.parametrize(
    "text",
    [
        "", "1 +", "a b", "a ? b", "a ? b :", "+1", "1 = 2", "1 & 2", "a;", "'a'", "01.5.2", "1e", "0x1F", ".5",
        "[1 2]", "[,]", "[1,,2]", "[1", "[for]", "[for x in [1] x]", "[for 1 in [1]: x]", "[for x in [1]: x...]",
        "[for x in [1]: x => x]", "{for x in [1]: x}", "{a}", "{a 1}", "{,}", "{a=1,,b=2}", "{a=1 b=2}", "{for=1}",
        "f(", "f(1 2)", "f(,1)", "f([1]..., 2)", "core::", "a.", "a.0.0", "a.*.*", "a[", "a[]", 'a."b"', "(1", "1)",
        "()", '"a', '"a\nb"', '"\\q"',
        '"\\u12"', '"\\ud800"', '"\\U00110000"', '"${1"', '"${}"', '"${1 2}"', '"%{ if a }x"', '"%{ else }"',
        '"%{ endfor }"',
        '"%{ for a in b }%{ endif }"', '"%{ if a }%{ else }%{ else }%{ endif }"', '"%{ foo }"', "<<E\nx", "/* a",
        "a\x00", "\u00a0a", "\ud800",
    ],
)  # fmt: skip
def test_what_is_not_an_expression(text):
    """What `terraform fmt` refuses is a SyntaxProblem with a line and a column."""
    with pytest.raises(SyntaxProblem) as caught:
        parse_expression(text)
    assert caught.value.line >= 1
    assert caught.value.column >= 1


def test_where_a_problem_is():
    """A problem names the line and the column of the token that does not fit."""
    with pytest.raises(SyntaxProblem, match=r"\(line 2, column 5\)"):
        parse_expression("[a,\n  b c]")


def test_positions_count_from_the_start_of_the_whole_text():
    """An expression in the middle of a file has nodes with offsets in the file."""
    assert parse_expression("x = a.b\n", 4, 7).at == 4
