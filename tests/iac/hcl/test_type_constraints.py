from __future__ import annotations

import pytest

from checkov_keys.iac.hcl.conversion import apply_constraint
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.expressions import parse_expression
from checkov_keys.iac.hcl.type_constraints import read_type_constraint
from checkov_keys.iac.hcl.values import from_python, to_python, type_text


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("string", "string"),
        ("any", "any"),
        ("list", "list(any)"),
        ("map", "map(any)"),
        ("list(set(map(number)))", "list(set(map(number)))"),
        ("tuple([string, bool])", "tuple([string,bool])"),
        ("tuple([])", "tuple([])"),
        ('object({ b = string, "a" = optional(number) })', "object({a=optional(number),b=string})"),
        ("object({\n  a = list(any)\n})", "object({a=list(any)})"),
    ],
)
def test_types(text, spelt):
    """A type expression is the type that Terraform names in its messages."""
    assert type_text(read_type_constraint(parse_expression(text)).type) == spelt


@pytest.mark.parametrize(
    ("text", "given", "taken"),
    [
        ('object({ a = optional(string, "x") })', {}, {"a": "x"}),
        ('object({ a = optional(string, "x") })', {"a": None}, {"a": "x"}),
        ("object({ a = optional(string, 1) })", {}, {"a": "1"}),
        ("object({ a = optional(string) })", {"b": 1}, {"a": None}),
        ("list(object({ a = optional(bool, true) }))", [{}, {"a": False}], [{"a": True}, {"a": False}]),
        ("map(object({ a = optional(list(string), []) }))", {"k": {}}, {"k": {"a": []}}),
        ('object({ o = optional(object({ a = optional(string, "x") }), {}) })', {}, {"o": {"a": "x"}}),
        ('tuple([object({ a = optional(string, "x") })])', [{}], [{"a": "x"}]),
    ],
)
def test_defaults(text, given, taken):
    """The defaults of optional attributes are filled in, at every depth."""
    assert to_python(apply_constraint(from_python(given), read_type_constraint(parse_expression(text)))) == taken


@pytest.mark.parametrize(
    "text",
    [
        "strnig", '"string"', "1", "set", "object", "tuple", "list()", "list(string, string)", "list(string...)",
        "var.x",
        "object(string)", "object([])", "object({ (a) = string })", "object({ a = 1 })", "tuple(string)", "tuple([1])",
        "optional(string)", "list(optional(string))", "object({ a = optional() })",
        "object({ a = optional(bool, 1, 2) })",
        'object({ a = optional(bool, "x") })', "object({ a = optional(string, var.x) })", "map(list)", "[string]",
    ],
)  # fmt: skip
def test_what_is_not_a_type(text):
    """Anything else is refused."""
    with pytest.raises(EvaluationError):
        read_type_constraint(parse_expression(text))
