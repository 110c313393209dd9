"""Jinja2 itself is the judge: what an expression is resolved to must be what Jinja2 renders."""

from itertools import product

import pytest
from jinja2 import ChainableUndefined, Environment, StrictUndefined, TemplateError

from checkov_keys.iac.ansible.values import is_expression
from checkov_keys.iac.ansible.variables import Variables

KNOWN = {
    "team": "Web",
    "number": 3,
    "nothing": None,
    "flag": True,
    "names": ["anna", "Bela", "anna", "ANNA"],
    "people": [{"name": "anna", "active": True, "age": 30}, {"name": "bela", "age": 20}],
    "tree": {"first": "x", "second": {"deep": ["p", "q"]}, "items": 5},
    "nested": ["a", ["b", ["c", None]]],
}
VALUES = [*KNOWN, "''", "'12'", "1.5", "[]"]
PAIRS = list(product(["team", "number", "nothing", "names", "tree"], repeat=2))
FILTER_CALLS = """
    lower upper capitalize title trim trim('W') string replace('a','b') replace('a','b',1) int int(7) float
    list first last length sort sort(reverse=true) sort(attribute='age') sort(case_sensitive=true) dictsort
    reverse|list min max sum join join(',') items|list default('x') d('x',true)
    map('upper')|list map('length')|list map(attribute='name')|list map(attribute='second.deep')|list
    map(attribute='active',default=0)|list select|list reject|list select('string')|list select('in',names)|list
    selectattr('active','defined')|list selectattr('age','gt',25)|list rejectattr('name','eq','anna')|list
"""
FILTERS = FILTER_CALLS.split()
OPERATIONS = ["~", "+", "-", "*", "%", "//", "==", "!=", "<", ">=", "in", "not in", "and", "or"]
OF_TWO_VALUES = [f"{{}} {operation} {{}}" for operation in OPERATIONS]
OF_TWO_VALUES += ["{} if {} else 'x'", "{} is eq({})", "[{}, {}]", "{}[{}]", "{}.get({})", "{}.split({})"]
OF_ONE_VALUE = ["not {}", "-{}", "{}[1]", "{}[1:]", "{}[-1]", "{}.name", "{}['first']", "{}.items()|list", "{}.upper()"]
TESTS = ["string", "mapping", "sequence", "iterable", "number", "none", "lower", "even", "boolean"]
OF_ONE_VALUE += [f"{{}} is {test}" for test in TESTS]
TEXTS = {
    "one filter": [f"{value}|{name}" for value, name in product(VALUES, FILTERS)],
    "two filters": [
        f"{value}|{one}|{two}"
        for value, one, two in product(["names", "people"], FILTERS, ["last", "join('-')", "length"])
    ],
    "one value": [text.format(value) for text, value in product(OF_ONE_VALUE, KNOWN)],
    "two values": [text.format(*pair) for text, pair in product(OF_TWO_VALUES, PAIRS)],
}


class _Undefined(ChainableUndefined, StrictUndefined):
    """Ansible's undefined values: their attributes are undefined too, and everything else fails."""


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
def test_what_is_resolved_is_what_jinja2_renders(texts):
    """Nothing is resolved to another value than Jinja2's, and not much stays unresolved that Jinja2 resolves."""
    jinja = Environment(undefined=_Undefined)  # noqa: S701  # no page is made
    wrong, right, unresolved = {}, 0, 0
    for text in texts:
        try:
            expected = _plain(jinja.compile_expression(text, undefined_to_none=False)(**KNOWN))
        except (TemplateError, TypeError, ValueError, LookupError, AttributeError) as error:
            expected = error
        found = Variables(KNOWN).render(f"{{{{ {text} }}}}")
        if is_expression(found):
            unresolved += not isinstance(expected, Exception)
        elif repr(expected) == repr(_plain(found)):
            right += 1
        else:
            wrong[text] = (expected, found)
    assert not wrong
    assert right > unresolved


def _plain(value):
    """Return a value with Jinja2's iterators and tuples as lists."""
    if isinstance(value, (str, int, float, type(None))):
        return value
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value]
