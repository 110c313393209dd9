from __future__ import annotations

import pytest

from checkov_keys.iac.hcl.expressions import parse_expression
from checkov_keys.iac.hcl.references import references


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("1", []),
        ("a", [("a",)]),
        ('a.b["c"].d', [("a", "b")]),
        ("a.b[c.d].e", [("a", "b"), ("c", "d")]),
        ("a[*].b", [("a",)]),
        ("f(a, b...)", [("a",), ("b",)]),
        ('"${a}%{ if b }${c}%{ endif }%{ for x in d }${x}${e}%{ endfor }"', [("a",), ("b",), ("c",), ("d",), ("e",)]),
        ("[for k, v in k : v.x if k && a]", [("k",), ("a",)]),
        ("{ for k, v in a : k => v[b] }", [("a",), ("b",)]),
        ("{ a = b, (c) = d, (e.f) = 1 }", [("b",), ("c",), ("d",), ("e", "f")]),
        ("a ? -b : [c == d]", [("a",), ("b",), ("c",), ("d",)]),
        ("f(1).a", []),
    ],
)
def test_what_an_expression_refers_to(text, paths):
    """References come in their order; what a loop names is not one."""
    assert [one.path for one in references(parse_expression(text))] == paths


def test_steps_stop_at_the_first_key_that_is_not_written_down():
    """An index that is a text or a number is a step, a computed one is not."""
    (first,) = list(references(parse_expression('a["b"][0].c[f(1)].d')))
    assert (first.root, len(first.steps), first.at) == ("a", 3, 0)
