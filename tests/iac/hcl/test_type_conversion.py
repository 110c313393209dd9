"""Conversions to type constraints, with optional attributes and defaults."""

from __future__ import annotations

import pytest

from checkov_keys.iac.hcl.conversion import Defaults, TypeConstraint, apply_constraint, convert, unify
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.values import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    ListType,
    MapType,
    SetType,
    TupleType,
    from_python,
    null,
    object_type,
    string,
    to_python,
    type_text,
    unknown,
)

USER = object_type({"name": STRING, "keys": NUMBER}, optional=["keys"])


@pytest.mark.parametrize(
    ("plain", "target", "meaning", "kind"),
    [
        (["1", 2], ListType(NUMBER), [1, 2], "list(number)"),
        ([1, 1, "1"], SetType(STRING), ["1"], "set(string)"),
        ({"a": 1}, MapType(STRING), {"a": "1"}, "map(string)"),
        ([[1], ["a"]], ListType(ListType(DYNAMIC)), [["1"], ["a"]], "list(list(string))"),
        ([1, "a"], TupleType((STRING, STRING)), ["1", "a"], "tuple([string,string])"),
        ({"name": 1}, USER, {"keys": None, "name": "1"}, "object({keys=number,name=string})"),
        ({"name": "a", "more": 1}, USER, {"keys": None, "name": "a"}, "object({keys=number,name=string})"),
        (None, USER, None, "object({keys=number,name=string})"),
        ([], ListType(USER), [], "list(object({keys=number,name=string}))"),
        ([], ListType(DYNAMIC), [], "list(any)"),
    ],
)
def test_what_fits(plain, target, meaning, kind):
    """A value of another type becomes one of the type, if that is possible."""
    value = convert(from_python(plain), target)
    assert (to_python(value), type_text(value.type)) == (meaning, kind)


@pytest.mark.parametrize(
    ("plain", "target"),
    [
        ("a", NUMBER),
        (1, BOOL),
        ([1], STRING),
        ([1], MapType(NUMBER)),
        ({"keys": 1}, USER),
        ({"name": []}, USER),
        ([1], TupleType((NUMBER, NUMBER))),
        ([1, []], ListType(DYNAMIC)),
    ],
)
def test_what_does_not_fit(plain, target):
    """What cannot be converted is refused."""
    with pytest.raises(EvaluationError):
        convert(from_python(plain), target)


def test_a_map_lacks_an_attribute():
    """A map becomes an object only if it has an element for each attribute that is not optional."""
    with pytest.raises(EvaluationError, match="name"):
        convert(convert(from_python({"keys": 1}), MapType(NUMBER)), USER)


@pytest.mark.parametrize(
    ("plain", "meaning"),
    [
        ([{"name": "a"}], [{"keys": 2, "name": "a"}]),
        ([{"name": "a", "keys": None}], [{"keys": 2, "name": "a"}]),
        ([{"name": "a", "keys": "1"}, {"name": "b"}], [{"keys": 1, "name": "a"}, {"keys": 2, "name": "b"}]),
        ([], []),
        (None, None),
    ],
)
def test_defaults(plain, meaning):
    """What an object leaves out or says null for gets its default."""
    defaults = Defaults(ListType(USER), {}, {"": Defaults(USER, {"keys": from_python(2)})})
    assert to_python(apply_constraint(from_python(plain), TypeConstraint(ListType(USER), defaults))) == meaning


@pytest.mark.parametrize(
    ("types", "common"),
    [
        ((STRING, NUMBER, BOOL), "string"),
        ((NUMBER, BOOL), None),
        ((ListType(STRING), TupleType((NUMBER,))), "list(string)"),
        ((MapType(NUMBER), object_type({"a": STRING})), "map(string)"),
        ((object_type({"a": NUMBER}), object_type({"b": STRING})), "map(string)"),
        ((object_type({"a": NUMBER}), object_type({"a": STRING})), "object({a=string})"),
        ((TupleType(()), TupleType((NUMBER,))), "list(number)"),
        ((object_type({}), TupleType(())), None),
        ((ListType(STRING), DYNAMIC), "any"),
        ((SetType(STRING), ListType(STRING)), "list(string)"),
        ((), None),
    ],
)
def test_common_types(types, common):
    """The type that several have together is the one that all of them can become."""
    found = unify(types)
    assert (found and type_text(found)) == common


def test_unknown_values_convert():
    """An unknown value stays unknown in another type, and what is possible of it is converted."""
    hidden = unknown(NUMBER, "x", "nobody says", possible=[from_python(1), from_python(2)])
    value = convert(hidden, STRING)
    assert value.type == STRING
    assert [to_python(choice) for choice in value.content.possible] == ["1", "2"]
    assert convert(unknown(STRING, "y", "nobody says"), NUMBER).content.symbol == "tonumber(y)"


def test_null_converts_to_anything():
    """Null of no type becomes null of a type."""
    assert convert(null(), ListType(STRING)).type == ListType(STRING)
    assert convert(string("a"), DYNAMIC) == string("a")
