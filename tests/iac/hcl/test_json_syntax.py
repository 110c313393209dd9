from __future__ import annotations

import pytest

from checkov_keys.iac.hcl.json_syntax import parse_json_file
from checkov_keys.iac.hcl.nodes import (
    Access,
    Call,
    Literal,
    Mapping,
    Member,
    Name,
    Number,
    Parentheses,
    Sequence,
    Unary,
)
from checkov_keys.iac.hcl.tokens import SyntaxProblem

LABELS = {("resource",): 2, ("variable",): 1, ("locals",): 0, ("resource", "lifecycle"): 0}
FILE = """{
  "//": "a comment",
  "resource": {"aws_x": {
    "a": {"user": "${var.u}", "lifecycle": [{"ignore_changes": ["user"]}]},
    "b": [{"count": 2}, {}]
  }},
  "variable": [{"x": {"type": "list(string)", "default": "${x}"}}, {"y": {}}],
  "locals": {"n": -1.5e3, "m": {"${a.b}": null, "k": [true, "$${"]}}
}
"""


def read(text, wanted=None):
    return parse_json_file(text, LABELS.get, wanted)


def read_everything(text):
    return [one.expression for one in read(text).attributes.values()]


def test_blocks_of_a_file():
    """Labels are nested objects, and lists repeat blocks."""
    body = read(FILE)
    assert [(block.type, block.labels) for block in body.blocks] == [
        ("resource", ("aws_x", "a")),
        ("resource", ("aws_x", "b")),
        ("resource", ("aws_x", "b")),
        ("variable", ("x",)),
        ("variable", ("y",)),
        ("locals", ()),
    ]
    assert [block.range.line for block in body.blocks] == [4, 5, 5, 7, 7, 8]
    assert [block.type for block in body.blocks[0].body.blocks] == ["lifecycle"]
    assert not body.attributes


def test_the_readings_of_a_string():
    """A string is a template, plain text, or an expression, as its reader says."""
    body = read(FILE)
    variable = body.blocks[3].body.attributes
    assert variable["type"].bare == Call("list", (Name("string"),), is_expanded=False)
    assert variable["default"].expression == Name("x")
    assert variable["default"].literal == Literal("${x}")
    assert body.blocks[0].body.attributes["user"].text == '"${var.u}"'
    local = body.blocks[5].body.attributes
    assert local["n"].expression == Unary("-", Number("1.5e3"))
    assert local["m"].expression == Mapping(
        (
            (Parentheses(Access(Name("a"), (Member("b"),))), Literal(None)),
            (Literal("k"), Sequence((Literal(value=True), Literal("${")))),
        )
    )


def test_blocks_that_nobody_wants():
    """The body of a block that is not wanted stays empty."""
    body = read(FILE, lambda block_type, _: block_type == "locals")
    assert [block.is_skipped for block in body.blocks] == [True, True, True, True, True, False]
    assert not body.blocks[0].body.attributes


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[1]", '"x"', "1", '{"a":1,}', '{"a":01}', '{"a":"\\q"}', '{"a":tru}', '{"a":.5}', '{"a":1.}',
        '{"a" 1}',
        "{a:1}", "{'a':1}", '{"a":1}{', '{"a":1,"a":2}', '{"resource":{"a":1}}', '{"locals":1}', '{"a":"\n"}',
        "[" * 300,'{"a":' * 300, '{"a":"${"}', '{"a":"%{ if b }"}', '{"a":"' + "\\" * 4001,
    ],
)  # fmt: skip
def test_what_is_not_a_file(text):
    """What Terraform refuses is a SyntaxProblem, at the latest when the expression is asked for."""
    with pytest.raises(SyntaxProblem):
        read_everything(text)


def test_a_problem_in_a_string_is_named_at_the_string():
    """The line is that of the file, not of the template in the string."""
    with pytest.raises(SyntaxProblem) as caught:
        assert read('{\n\n"a": "${"}').attributes["a"].expression
    assert caught.value.line == 3
