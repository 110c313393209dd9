from __future__ import annotations

import pytest

from checkov_keys.iac.hcl.expressions import parse_template
from checkov_keys.iac.hcl.nodes import Literal, Name, Template
from checkov_keys.iac.hcl.values import to_python


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ('"a${1}b${true}"', "a1btrue"),
        ('"${1}"', 1),
        ('"${[1]}"', [1]),
        ('"$${a} %%{b} $ % $$"', "${a} %{b} $ % $$"),
        ('"a$$${b}"', "a$${b}"),
        (r'"\n\t\"\\\u00e9\U0001F600"', '\n\t"\\é😀'),
        ('"${"a${"b"}"}"', "ab"),
        ('"}${"}"}"', "}}"),
        ('"x\\n  ${~ "y" ~}  \\n z"', "xyz"),
        ('"%{ if true }a%{ else }b%{ endif }"', "a"),
        ('"%{ if false }a%{ endif }"', ""),
        ('"%{ for a in ["x", "y"] }<${a}>%{ endfor }"', "<x><y>"),
        ('"%{ for k, v in { a = 1 } }${k}=${v}%{ endfor }"', "a=1"),
        ('"%{ if true }${1}%{ endif }"', "1"),
        ("<<EOT\n${1}\nEOT\n", "1\n"),
        ("<<EOT\na \\n $${b}\n\tEOT  \n", "a \\n ${b}\n"),
        ("<<EOT\r\na\r\nEOT\r\n", "a\r\n"),
        ("<<E\n${<<F\n}\nF\n}E\nE\n", "}\nE\n"),
        ("<<-EOT\n\n      two\n\n    four ${1}\n   ${2} six\n  \t tab\n  EOT\n", "\n   two\n\n four 1\n2 six\n tab\n"),
        ("<<-EOT\n        ${1} a\n     b\n  EOT\n", "   1 a\nb\n"),
        ('<<-EOT\n    x\n       ${~ "y" ~}\n\n       z\n  EOT\n', "    x\ny\n       z\n"),
        ("<<EOT\n  %{ if true ~}\n  q\n  %{ endif ~}\n\n  end\nEOT\n", "    q\n  \n  end\n"),
        ("<<-EOT\n  EOT\n", ""),
        ("<<EOT\n${~ 1 ~}\nEOT\n", "1"),
    ],
)
def test_what_a_template_means(find_value, text, meaning):
    """Escapes, strip markers, directives and the indentation of heredocs mean what Terraform 1.11 makes of them."""
    assert to_python(find_value(text)) == meaning


def test_templates_without_quotes():
    """The text of a file for templatefile() has no escapes but those of the braces."""
    assert parse_template('a\\n "${b}"\n') == Template((Literal('a\\n "'), Name("b"), Literal('"\n')))
    assert parse_template("") == Literal("")
    assert parse_template("${b}") == Name("b")
