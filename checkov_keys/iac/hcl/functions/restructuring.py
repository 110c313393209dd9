"""Terraform's functions that make lists of other lists."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.conversion import convert
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.functions.calling import CallContext, Function, Parameter, as_integer, settle
from checkov_keys.iac.hcl.functions.collections_ import SEQUENCES, is_a
from checkov_keys.iac.hcl.functions.maps import element_of
from checkov_keys.iac.hcl.unification import unify
from checkov_keys.iac.hcl.value_types import (
    DYNAMIC,
    NUMBER,
    STRING,
    CollectionType,
    ListType,
    SetType,
    TupleType,
    Type,
    type_name,
)
from checkov_keys.iac.hcl.values import (
    NO_MARKS,
    Value,
    is_wholly_known,
    list_of,
    set_of,
    tuple_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_STRINGS = ListType(STRING)


def _chunklist(arguments: Sequence[Value], _context: CallContext) -> Value:
    members, size = arguments[0].members, as_integer(arguments[1], "size")
    marks = arguments[0].marks | arguments[1].marks
    if size < 0:
        raise EvaluationError("the size argument must be positive")
    kind = ListType(element_of(arguments[0]))
    step = size or len(members)
    chunks = [list_of(kind.element, members[at : at + step]) for at in range(0, len(members), step)] if members else []
    return list_of(kind, chunks, marks)


def _concat(arguments: Sequence[Value], _context: CallContext) -> Value:
    if not arguments:
        raise EvaluationError("at least one argument is required")
    marks = NO_MARKS.union(*[argument.marks for argument in arguments])
    if all(isinstance(argument.type, ListType) for argument in arguments):
        common = unify(tuple([argument.type for argument in arguments]))
        if isinstance(common, ListType):
            members = [member for argument in arguments for member in convert(argument, common).members]
            return list_of(common.element, members, marks)
    for argument in arguments:
        if not isinstance(argument.type, (ListType, TupleType)):
            raise EvaluationError(f"all arguments must be lists or tuples; got {type_name(argument.type)}")
    return tuple_of([member for argument in arguments for member in argument.members], marks)


def _concat_type(arguments: Sequence[Value]) -> Type:
    if arguments and all(isinstance(argument.type, ListType) for argument in arguments):
        return unify(tuple([argument.type for argument in arguments])) or DYNAMIC
    return DYNAMIC


def _flatten(arguments: Sequence[Value], context: CallContext) -> Value:
    if not isinstance(arguments[0].type, SEQUENCES):
        raise EvaluationError("can only flatten lists, sets and tuples")
    flat: list[Value] = []
    marks = _flatten_into(arguments[0], flat)
    if marks is None:
        return settle(arguments, _FLATTEN_OF_KNOWN, context)
    return tuple_of(flat, marks)


def _flatten_into(value: Value, flat: list[Value]) -> frozenset[object] | None:
    """Add the members of a sequence and of the sequences in it; return the marks of these, None if some is unknown."""
    if isinstance(value.type, SetType) and len(value.members) > 1 and not is_wholly_known(value):
        return None
    marks: frozenset[object] = value.marks
    for member in value.members:
        if not member.is_known and is_a(member, *SEQUENCES):
            return None
        if isinstance(member.type, SEQUENCES) and not member.is_null:
            inner = _flatten_into(member, flat)
            if inner is None:
                return None
            marks |= inner
        else:
            flat.append(member)
    return marks


_FLATTEN_OF_KNOWN = Function("flatten", (Parameter("list", allow_marked=True, partial=True),), _flatten)


def _reverse(arguments: Sequence[Value], context: CallContext) -> Value:
    value = arguments[0]
    if not isinstance(value.type, SEQUENCES):
        raise EvaluationError(f"can only reverse list or tuple values, not {type_name(value.type)}")
    if isinstance(value.type, SetType) and not is_wholly_known(value):
        return settle(arguments, _REVERSE_OF_KNOWN, context)
    turned = value.members[::-1]
    if isinstance(value.type, TupleType):
        return tuple_of(turned, value.marks)
    return list_of(element_of(value), turned, value.marks)


_REVERSE_OF_KNOWN = Function("reverse", (Parameter("list", allow_marked=True, partial=True),), _reverse)


def _setproduct(arguments: Sequence[Value], context: CallContext) -> Value:
    if len(arguments) < 2:  # noqa: PLR2004  # a product has two factors
        raise EvaluationError("at least two arguments are required")
    marks = NO_MARKS.union(*[argument.marks for argument in arguments])
    elements, factors = [], []
    size = 1
    for argument in arguments:
        element = _factor_type(argument)
        elements.append(element)
        if isinstance(argument.type, SetType) and not is_wholly_known(argument):
            return settle(arguments, _SETPRODUCT_OF_KNOWN, context)
        factors.append([convert(member, element) for member in argument.members])
        size *= len(factors[-1])
    context.budget.spend(size * (60 + 10 * len(factors)))
    pairs = [Value(TupleType(tuple(elements)), pair) for pair in product(*factors)]
    make = set_of if any(isinstance(argument.type, SetType) for argument in arguments) else list_of
    return make(TupleType(tuple(elements)), pairs, marks)


def _factor_type(argument: Value) -> Type:
    if isinstance(argument.type, (ListType, SetType)):
        return argument.type.element
    if isinstance(argument.type, TupleType):
        if not argument.type.elements:
            return DYNAMIC
        common = unify(argument.type.elements)
        if common is None:
            raise EvaluationError("all elements must be of the same type")
        return common
    raise EvaluationError("a set or a list is required")


_SETPRODUCT_OF_KNOWN = Function(
    "setproduct", (), _setproduct, variadic=Parameter("sets", partial=True, allow_marked=True)
)


def _slice(arguments: Sequence[Value], _context: CallContext) -> Value:
    value = arguments[0]
    if not isinstance(value.type, (ListType, TupleType)):
        raise EvaluationError("must be a list or tuple value")
    start, end = as_integer(arguments[1], "start index"), as_integer(arguments[2], "end index")
    if not 0 <= start <= end <= len(value.members):
        raise EvaluationError("start and end index must be in order and within the list")
    chosen = value.members[start:end]
    if isinstance(value.type, TupleType):
        return tuple_of(chosen, value.marks)
    return list_of(value.type.element, chosen, value.marks)


def _same_kind(arguments: Sequence[Value]) -> Type:
    return arguments[0].type if isinstance(arguments[0].type, CollectionType) else DYNAMIC


_LIST = Parameter("list", partial=True, allow_marked=True)
FUNCTIONS = (
    Function(
        "chunklist",
        (
            Parameter("list", ListType(DYNAMIC), partial=True, allow_marked=True),
            Parameter("size", NUMBER, allow_marked=True),
        ),
        _chunklist,
        result_for=lambda arguments: ListType(arguments[0].type),
    ),
    Function(
        "concat",
        (),
        _concat,
        variadic=Parameter("seqs", partial=True, allow_marked=True),
        result_for=_concat_type,
    ),
    Function("flatten", (_LIST,), _flatten),
    Function("reverse", (_LIST,), _reverse, result_for=_same_kind),
    Function("setproduct", (), _setproduct, variadic=Parameter("sets", partial=True, allow_marked=True)),
    Function(
        "slice",
        (_LIST, Parameter("start_index", NUMBER), Parameter("end_index", NUMBER)),
        _slice,
        result_for=_same_kind,
    ),
)
