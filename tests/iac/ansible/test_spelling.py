"""When two unresolved expressions are the same identity, and when they are not."""

import pytest

from checkov_keys.iac.ansible.variables import Variables

KNOWN = {
    "team": "web",
    "same": "web",
    "elsewhere": "{{ inventory_user }}",
    "long": ["name"] * 99,
    "longer": ["name"] * 99 + ["other"],
    "itself": "x{{ itself }}",
}
SAME = [
    ("{{ user }}", "{{user}}"),
    ("{{ user }}", "{{- user -}}"),
    ("{{ user }}", " {{ user }}\n"),
    ("{{ user }}", "{{ user }}{# whose key it is #}"),
    ("{{ a | join( ',' ) }}", '{{a|join(",")}}'),
    ("{{ a if  b else c }}", "{{a if b else c}}"),
    ("{{ elsewhere | lower }}", "{{ elsewhere|lower }}"),
    ("{% if a %}b{% endif %}", "{%if a%}b{%endif%}"),
    ("{{ a ? }}", "{{  a  ? }}"),
]
DIFFERENT = [
    ("{{ user }}", "{{ User }}"),
    ("{{ user }}", "{{ user }}-x"),
    ("{{ user }} x", "{{ user }}  x"),
    ("{{ user }}x", "x{{ user }}"),
    ("{{ a b }}", "{{ ab }}"),
    ("{{ 'a b' | f }}", "{{ 'a  b' | f }}"),
    ("{{ a | join(',') }}", "{{ a | join(', ') }}"),
    ("{{ long | f }}", "{{ longer | f }}"),
    ("{{ 1 if a else 2 }}", "{{ 1 if b else 2 }}"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_are_one_expression(one, other):
    """White space, comments and the kind of quotes do not matter."""
    assert Variables(KNOWN).spell(one) == Variables(KNOWN).spell(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_expressions_are_two(one, other):
    """Everything else does."""
    assert Variables(KNOWN).spell(one) != Variables(KNOWN).spell(other)


@pytest.mark.parametrize(
    "text", ["{{ team | f }}", "{{ elsewhere | f }}", "{{ long | f }}", "{% if team %}{% endif %}"]
)
@pytest.mark.parametrize("value", ["db", "{{ other }}", ["name"], {"a": 1}, 7])
def test_the_values_of_its_variables_are_part_of_an_expression(text, value):
    """The same words in two tasks are two expressions if a variable in them has two values."""
    other = {**KNOWN, "team": value, "elsewhere": value, "long": value}
    assert Variables(KNOWN).spell(text) == Variables(dict(KNOWN)).spell(text)
    assert Variables(KNOWN).spell(text) != Variables(other).spell(text)


def test_an_attribute_or_a_filter_is_not_a_variable():
    """A variable of the same name does not matter."""
    text = "{{ user.team | same }}"
    assert Variables(KNOWN).spell(text) == Variables({}).spell(text)


def test_the_spelling_of_a_circle_ends():
    """A variable that leads back to itself is told once."""
    assert "x{{itself}}" in Variables(KNOWN).spell("{{ itself | f }}")
