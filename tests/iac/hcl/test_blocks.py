from __future__ import annotations

import pytest

from checkov_keys.iac.hcl.blocks import parse_file, read_body
from checkov_keys.iac.hcl.nodes import Literal
from checkov_keys.iac.hcl.tokens import SyntaxProblem


def read_everything(text):
    return [one.expression for one in parse_file(text).attributes.values()]


FILE = """# first { "
resource "aws_x" "a" {
  user = u["x"].name // why
  text = <<-EOT
    } ${ {a = "}"}.a }
  EOT
  list = [1, # one
    2] /* two
  */
  inner { b = 1 }
}

terraform {}
top = "x" # end
"""


def test_what_a_file_holds():
    """Attributes keep their text as written, and blocks their labels, lines and offsets."""
    body = parse_file(FILE)
    resource, terraform = body.blocks
    assert (resource.type, resource.labels, terraform.labels) == ("resource", ("aws_x", "a"), ())
    assert {name: one.text for name, one in resource.body.attributes.items()} == {
        "user": 'u["x"].name',
        "text": '<<-EOT\n    } ${ {a = "}"}.a }\n  EOT',
        "list": "[1, # one\n    2]",
    }
    assert [block.type for block in resource.body.blocks] == ["inner"]
    assert body.attributes["top"].expression == body.attributes["top"].literal == Literal("x")
    user = resource.body.attributes["user"]
    assert (user.range.line, user.range.column, user.range.text) == (3, 3, 'user = u["x"].name')
    assert (resource.range.line, resource.range.end_line) == (2, 11)
    assert resource.header_range.text == 'resource "aws_x" "a"'
    assert FILE[resource.body_range.start - 1] + FILE[resource.body_range.end] == "{}"


def test_blocks_that_nobody_wants():
    """A block that is not wanted is listed with its range, and can be read later."""
    asked = []

    def is_wanted(block_type, labels):
        asked.append((block_type, labels))
        return block_type == "terraform"

    body = parse_file(FILE, is_wanted)
    resource = body.blocks[0]
    assert asked == [("resource", ("aws_x", "a")), ("terraform", ())]
    assert resource.is_skipped
    assert not resource.body.attributes
    assert read_body(resource).attributes["user"].range.line == 3
    assert [one.text for one in read_body(resource).attributes.values()] == [
        one.text for one in parse_file(FILE).blocks[0].body.attributes.values()
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("# only\n/* a\ncomment */", []),
        ("a=1", ["a"]),
        ("\ufeffa = 1\r\nb = 2\r\n", ["a", "b"]),
        ("a-b = 1\n_c = 2\nü = 3", ["a-b", "_c", "ü"]),
        ("a = [\n1\n]\nb = (1 +\n2)\n", ["a", "b"]),
        ('a = "${\n1\n}"\nb = "}"\n', ["a", "b"]),
        ("a = {\n b = 1, c = 2\n\n d = [\n]\n}\n", ["a"]),
        ("a = <<E\n}\nE\nb = <<-E\n  x\n  E\n", ["a", "b"]),
        ("a = 1 /* x\n */\nb = 2", ["a", "b"]),
    ],
)
def test_arguments_of_a_file(text, names):
    """Line breaks end an argument only outside of brackets, texts and comments."""
    body = parse_file(text)
    assert list(body.attributes) == names
    assert all(one.expression for one in body.attributes.values())


@pytest.mark.parametrize(
    "text",
    [
        "a", "a b", "a =", "a = \n1", "a : 1", "1a = 1", '"a" = 1', "a.b = 1", "a = 1\na = 2", "a = 1\rb = 2",
        "a {", "a {\n", "a {\n b = 1", "}", "{\n}", "a {\n} b {\n}", "a { b {} }", "a { b = 1\n}", "a {\n b = 1 }\n}",
        'a "x${1}" {\n}', 'a "x {\n}', "a\n{\n}", "a {};", 'a = "x\ny"', 'a = "x', "a = <<E\nx\n", "a = [1\n", "/* a",
        "a = }", "a = 1 }", "\u00a0a = 1", "\x00", "a {\n" * 300,
    ],
)  # fmt: skip
def test_what_is_not_a_file(text):
    """What Terraform refuses is a SyntaxProblem, at the latest when the expression is asked for."""
    with pytest.raises(SyntaxProblem):
        read_everything(text)


@pytest.mark.parametrize("text", ["a {\n b = [1 2]\n}", "a {\n b = 1 c = 2\n}", "a {\n b b b\n}"])
def test_skipped_blocks_may_hold_anything(text):
    """A block that nobody wants is skipped by its braces alone."""
    assert parse_file(text, lambda *_: False).blocks[0].is_skipped
