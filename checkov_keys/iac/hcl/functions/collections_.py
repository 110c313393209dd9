"""Terraform's functions of lists, tuples and sets that look into them or choose from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.arithmetic import add_numbers
from checkov_keys.iac.hcl.binary_numbers import ShortInteger
from checkov_keys.iac.hcl.conversion import convert
from checkov_keys.iac.hcl.equality import compare_equal
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.functions.calling import CallContext, Function, Parameter, as_integer, settle
from checkov_keys.iac.hcl.graphemes import split_graphemes
from checkov_keys.iac.hcl.possibilities import choices_of
from checkov_keys.iac.hcl.unification import can_convert, unify
from checkov_keys.iac.hcl.value_types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    CollectionType,
    ListType,
    MapType,
    ObjectType,
    SetType,
    TupleType,
    Type,
    type_name,
)
from checkov_keys.iac.hcl.values import (
    NO_MARKS,
    Unknown,
    Value,
    boolean,
    canonical_text,
    is_certainly_not_null,
    is_wholly_known,
    list_of,
    null,
    number,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

SEQUENCES = (ListType, SetType, TupleType)
_BOOLS = ListType(BOOL)


def is_a(value: Value, *kinds: type[Type]) -> bool:
    """Say whether a value is of one of these kinds of type, or of an unknown type."""
    return isinstance(value.type, kinds) or (value.type == DYNAMIC and not value.is_null)


def _length(arguments: Sequence[Value], context: CallContext) -> Value:
    value = arguments[0]
    kind = value.type
    if isinstance(kind, (TupleType, ObjectType)):
        size = len(kind.elements if isinstance(kind, TupleType) else kind.attributes)
        return number(ShortInteger(size), value.marks)
    if kind != STRING and not is_a(value, CollectionType):
        raise EvaluationError("argument must be a string, a collection type, or a structural type")
    if not value.is_known:
        return settle(arguments, _LENGTH_OF_KNOWN, context)
    if kind == STRING:
        return number(ShortInteger(len(split_graphemes(value.content))), value.marks)
    if isinstance(kind, SetType) and len(value.members) > 1 and not is_wholly_known(value):
        return settle(arguments, _LENGTH_OF_KNOWN, context)
    return number(ShortInteger(len(value.members)), value.marks)


_LENGTH_OF_KNOWN = Function("length", (Parameter("value", allow_marked=True, partial=True),), _length, NUMBER)


def _alltrue(arguments: Sequence[Value], context: CallContext) -> Value:
    unsettled = False
    for member in arguments[0].members:
        if not member.is_known:
            unsettled = True
        elif not member.content:
            return boolean(False)  # noqa: FBT003  # it is the value
    return settle(arguments, _ALLTRUE_OF_KNOWN, context) if unsettled else boolean(True)  # noqa: FBT003  # as above


def _anytrue(arguments: Sequence[Value], context: CallContext) -> Value:
    unsettled = False
    for member in arguments[0].members:
        if not member.is_known:
            unsettled = True
        elif member.content:
            return boolean(True)  # noqa: FBT003  # it is the value
    return settle(arguments, _ANYTRUE_OF_KNOWN, context) if unsettled else boolean(False)  # noqa: FBT003  # as above


_ALLTRUE_OF_KNOWN = Function("alltrue", (Parameter("list", _BOOLS, partial=True),), _alltrue, BOOL)
_ANYTRUE_OF_KNOWN = Function("anytrue", (Parameter("list", _BOOLS, partial=True),), _anytrue, BOOL)


def _coalesce(arguments: Sequence[Value], context: CallContext) -> Value:
    wanted = unify(tuple([argument.type for argument in arguments]))
    if wanted is None:
        raise EvaluationError("all arguments must have the same type")
    rest = list(arguments)
    while rest:
        first = convert(rest[0], wanted)
        if first.is_known:
            if first.is_null or (wanted == STRING and first.content == ""):
                rest.pop(0)
                continue
            return first
        hidden = first.content
        certain = isinstance(hidden, Unknown) and hidden.not_null
        if certain and (wanted not in {STRING, DYNAMIC} or hidden.prefix):
            return first
        return settle(rest, _coalesce_to(wanted), context) if len(rest) > 1 else first
    raise EvaluationError("no non-null, non-empty-string arguments")


def _coalesce_to(wanted: Type) -> Function:
    return Function("coalesce", (), _coalesce, wanted, variadic=Parameter("vals", allow_null=True, partial=True))


def _coalescelist(arguments: Sequence[Value], _context: CallContext) -> Value:
    if not arguments:
        raise EvaluationError("at least one argument is required")
    if not all(isinstance(argument.type, (ListType, TupleType)) for argument in arguments):
        raise EvaluationError("coalescelist arguments must be lists or tuples")
    for argument in arguments:
        if argument.members:
            return argument
    raise EvaluationError("no non-null arguments")


def _compact(arguments: Sequence[Value], _context: CallContext) -> Value:
    return list_of(STRING, [member for member in arguments[0].members if member.content])


def _contains(arguments: Sequence[Value], context: CallContext) -> Value:
    searched, wanted = arguments
    if not isinstance(searched.type, SEQUENCES):
        raise EvaluationError("argument must be list, tuple, or set")
    unsettled = False
    for member in searched.members:
        equal = compare_equal(member, wanted)
        if equal:
            return boolean(True)  # noqa: FBT003  # it is the value
        unsettled = unsettled or equal is None
    return settle(arguments, _CONTAINS_OF_KNOWN, context) if unsettled else boolean(False)  # noqa: FBT003  # as above


_SEARCH = (Parameter("list", partial=True), Parameter("value", partial=True))
_CONTAINS_OF_KNOWN = Function("contains", _SEARCH, _contains, BOOL)


def _distinct(arguments: Sequence[Value], _context: CallContext) -> Value:
    kind = arguments[0].type
    element = kind.element if isinstance(kind, ListType) else DYNAMIC
    return list_of(element, dict.fromkeys(arguments[0].members))


def _element(arguments: Sequence[Value], context: CallContext) -> Value:
    searched, index = arguments
    if not is_a(searched, ListType, TupleType):
        raise EvaluationError(f"cannot read elements from {type_name(searched.type)}")
    if not searched.is_known:
        return settle(arguments, _ELEMENT_OF_KNOWN, context)
    members = searched.members
    if not members:
        raise EvaluationError("cannot use element function with an empty list")
    if index.is_known:
        position = as_integer(index, "index")
        if position < 0 and position % len(members) and isinstance(searched.type, TupleType):
            raise EvaluationError("cannot use element function with a negative index")
        return members[position % len(members)].with_marks(searched.marks)
    return _one_of(members, arguments, context)


def _one_of(members: Sequence[Value], arguments: Sequence[Value], context: CallContext) -> Value:
    if choices_of(arguments[1]):
        return settle(arguments, _ELEMENT_OF_KNOWN, context)
    possible = [choice for member in members for choice in choices_of(member) or (member,)]
    kinds = {member.type for member in members}
    hidden = arguments[1].content
    return unknown(
        kinds.pop() if len(kinds) == 1 else DYNAMIC,
        f"element({canonical_text(arguments[0])}, {hidden.symbol})",
        hidden.reason,
        not_null=all(map(is_certainly_not_null, members)),
        possible=possible,
        marks=NO_MARKS.union(arguments[0].marks, *[member.marks for member in members]),
    )


def _element_type(arguments: Sequence[Value]) -> Type:
    kind = arguments[0].type
    return kind.element if isinstance(kind, CollectionType) else DYNAMIC


_ELEMENT_OF_KNOWN = Function(
    "element",
    (Parameter("list", partial=True, allow_marked=True), Parameter("index", NUMBER, partial=True)),
    _element,
    not_null=False,
    result_for=_element_type,
)


def _index(arguments: Sequence[Value], context: CallContext) -> Value:
    searched, wanted = arguments
    if not isinstance(searched.type, (ListType, TupleType)):
        raise EvaluationError("argument must be a list or tuple")
    if not searched.members:
        raise EvaluationError("cannot search an empty list")
    for position, member in enumerate(searched.members):
        equal = compare_equal(member, wanted)
        if equal is None:
            return settle(arguments, _INDEX_OF_KNOWN, context)
        if equal:
            return number(ShortInteger(position))
    raise EvaluationError("item not found")


_INDEX_OF_KNOWN = Function("index", _SEARCH, _index, NUMBER)


def _matchkeys(arguments: Sequence[Value], _context: CallContext) -> Value:
    values, keys, searchset = arguments
    wanted = unify((keys.type, searchset.type))
    if wanted is None:
        raise EvaluationError("keys and searchset must be of the same type")
    if len(values.members) != len(keys.members):
        raise EvaluationError("length of keys and values should be equal")
    searched = set(convert(searchset, wanted).members)
    element = values.type.element if isinstance(values.type, ListType) else DYNAMIC
    pairs = zip(convert(keys, wanted).members, values.members)
    return list_of(element, [value for key, value in pairs if key in searched])


def _one(arguments: Sequence[Value], context: CallContext) -> Value:
    value = arguments[0]
    kind = value.type
    if not isinstance(kind, SEQUENCES):
        raise EvaluationError("must be a list, set, or tuple value with either zero or one elements")
    if isinstance(kind, SetType) and len(value.members) > 1 and not is_wholly_known(value):
        return settle(arguments, _ONE_OF_KNOWN, context)
    if len(value.members) > 1:
        raise EvaluationError("must be a list, set, or tuple value with either zero or one elements")
    if not value.members:
        return null(kind.element if isinstance(kind, CollectionType) else DYNAMIC, value.marks)
    return value.members[0].with_marks(value.marks)


_ONE_LIST = Parameter("list", partial=True, allow_marked=True)
_ONE_OF_KNOWN = Function("one", (_ONE_LIST,), _one, not_null=False, result_for=_element_type)


def _sum(arguments: Sequence[Value], _context: CallContext) -> Value:
    value = arguments[0]
    if not isinstance(value.type, SEQUENCES):
        raise EvaluationError("argument must be list, set, or tuple")
    if not value.members:
        raise EvaluationError("cannot sum an empty list")
    contents = []
    for member in value.members:
        if member.is_null or not can_convert(member.type, NUMBER):
            raise EvaluationError("argument must be list, set, or tuple of number values")
        contents.append(convert(member, NUMBER).content)
    total = contents[0]
    for content in contents[1:]:
        total = add_numbers(total, content)
    return number(total)


_ANY_LIST = ListType(DYNAMIC)


def _first_type(arguments: Sequence[Value]) -> Type:
    return arguments[0].type


def _unified(arguments: Sequence[Value]) -> Type:
    return unify(tuple([argument.type for argument in arguments])) or DYNAMIC


def _uniform(arguments: Sequence[Value]) -> Type:
    kinds = {argument.type for argument in arguments}
    return kinds.pop() if len(kinds) == 1 else DYNAMIC


_VALUES = Parameter("vals", allow_null=True, allow_unknown=True)
FUNCTIONS = (
    Function("alltrue", (Parameter("list", _BOOLS, partial=True),), _alltrue, BOOL),
    Function("anytrue", (Parameter("list", _BOOLS, partial=True),), _anytrue, BOOL),
    Function("coalesce", (), _coalesce, variadic=_VALUES, result_for=_unified),
    Function(
        "coalescelist",
        (),
        _coalescelist,
        variadic=Parameter("vals", allow_null=True, partial=True),
        result_for=_uniform,
    ),
    Function("compact", (Parameter("list", ListType(STRING)),), _compact, ListType(STRING)),
    _CONTAINS_OF_KNOWN,
    Function("distinct", (Parameter("list", _ANY_LIST),), _distinct, result_for=_first_type),
    Function(
        "element",
        (
            Parameter("list", partial=True, allow_unknown=True, allow_marked=True),
            Parameter("index", NUMBER, allow_unknown=True),
        ),
        _element,
        not_null=False,
        result_for=_element_type,
    ),
    _INDEX_OF_KNOWN,
    Function("length", (Parameter("value", allow_unknown=True, allow_marked=True),), _length, NUMBER),
    Function(
        "matchkeys",
        (Parameter("values", _ANY_LIST), Parameter("keys", _ANY_LIST), Parameter("searchset", _ANY_LIST)),
        _matchkeys,
        result_for=_first_type,
    ),
    Function("one", (_ONE_LIST,), _one, not_null=False, result_for=_element_type),
    Function("sum", (Parameter("list"),), _sum, NUMBER),
)

__all__ = ["FUNCTIONS", "SEQUENCES", "MapType", "is_a"]
