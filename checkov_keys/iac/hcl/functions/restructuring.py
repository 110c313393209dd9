"""Terraform's functions that make lists and maps of other lists and maps."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.conditionals import is_certainly_not_null
from checkov_keys.iac.hcl.conversion import convert
from checkov_keys.iac.hcl.errors import EvaluationError, UndecidedError
from checkov_keys.iac.hcl.functions.calling import CallContext, Function, Parameter, as_integer, settle, text_of
from checkov_keys.iac.hcl.functions.collections_ import SEQUENCES, is_a
from checkov_keys.iac.hcl.possibilities import choices_of
from checkov_keys.iac.hcl.unification import unify
from checkov_keys.iac.hcl.value_types import (
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
    Value,
    all_marks,
    canonical_text,
    is_wholly_known,
    list_of,
    map_of,
    object_of,
    set_of,
    string,
    strip_marks,
    tuple_of,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_STRINGS = ListType(STRING)


def _element_of(value: Value) -> Type:
    return value.type.element if isinstance(value.type, CollectionType) else DYNAMIC


def _chunklist(arguments: Sequence[Value], _context: CallContext) -> Value:
    members, size = arguments[0].members, as_integer(arguments[1], "size")
    marks = arguments[0].marks | arguments[1].marks
    if size < 0:
        raise EvaluationError("the size argument must be positive")
    kind = ListType(_element_of(arguments[0]))
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


def _keys(arguments: Sequence[Value], context: CallContext) -> Value:
    value = arguments[0]
    kind = value.type
    if isinstance(kind, ObjectType):
        return tuple_of([string(name) for name, _ in kind.attributes], value.marks)
    if not is_a(value, MapType):
        raise EvaluationError("must have map or object type")
    if not value.is_known:
        return settle(arguments, _KEYS_OF_KNOWN, context)
    return list_of(STRING, [string(key) for key in value.content], value.marks)


_KEYS_OF_KNOWN = Function("keys", (Parameter("inputMap", partial=True, allow_marked=True),), _keys, _STRINGS)


def _lookup(arguments: Sequence[Value], context: CallContext) -> Value:
    if len(arguments) > 3:  # noqa: PLR2004  # map, key, default
        raise EvaluationError("lookup() takes two or three arguments")
    searched, key = arguments[0], arguments[1]
    if not is_a(searched, MapType, ObjectType):
        raise EvaluationError("lookup() requires a map as the first argument")
    default = arguments[2] if len(arguments) > 2 else None  # noqa: PLR2004  # as above
    if default is not None and isinstance(searched.type, MapType):
        default = convert(default, searched.type.element)
    if not searched.is_known:
        return settle(arguments, _LOOKUP_OF_KNOWN, context)
    if not key.is_known:
        return _lookup_unknown(arguments, default, context)
    marks = searched.marks | key.marks
    found: Value | None = searched.content.get(key.content, default)
    if found is None:
        raise EvaluationError(f'lookup failed to find key "{key.content}"')
    return found.with_marks(marks)


def _lookup_unknown(arguments: Sequence[Value], default: Value | None, context: CallContext) -> Value:
    searched, key = arguments[0], arguments[1]
    if choices_of(key):
        return settle(arguments, _LOOKUP_OF_KNOWN, context)
    candidates = [*searched.members, *([] if default is None else [default])]
    possible: list[Value] = []
    for candidate in candidates:
        choices = choices_of(candidate)
        if not choices:
            return settle(arguments, _LOOKUP_OF_KNOWN, context)
        possible.extend(choice.without_marks() for choice in choices)
    kinds = {candidate.type for candidate in candidates}
    if not candidates:
        raise EvaluationError("lookup failed: the map is empty")
    return unknown(
        kinds.pop() if len(kinds) == 1 else DYNAMIC,
        f"lookup({', '.join(map(canonical_text, arguments))})",
        key.content.reason,
        not_null=all(map(is_certainly_not_null, candidates)),
        possible=possible,
        marks=NO_MARKS.union(*[all_marks(argument) for argument in arguments]),
    )


_LOOKUP_OF_KNOWN = Function(
    "lookup",
    (Parameter("inputMap", partial=True, allow_marked=True), Parameter("key", STRING, allow_marked=True, partial=True)),
    _lookup,
    variadic=Parameter("default", allow_null=True, allow_unknown=True, allow_marked=True),
    not_null=False,
    result_for=lambda arguments: _element_of(arguments[0]),
)


def _merge(arguments: Sequence[Value], _context: CallContext) -> Value:
    marks = NO_MARKS.union(*[argument.marks for argument in arguments])
    untyped = any(argument.is_null and argument.type == DYNAMIC for argument in arguments)
    kinds: set[Type] = set()
    members: dict[str, Value] = {}
    for argument in arguments:
        if isinstance(argument.type, (MapType, ObjectType)):
            kinds.add(ObjectType(()) if argument.is_null and isinstance(argument.type, ObjectType) else argument.type)
            members.update(argument.content or {})
        elif not argument.is_null or argument.type != DYNAMIC:
            if untyped:
                raise UndecidedError("Terraform merges what is not a map in an odd way if there is a null")
            raise EvaluationError(f'arguments must be maps or objects, got "{type_name(argument.type)}"')
    kind = kinds.pop() if len(kinds) == 1 and not untyped else None
    return map_of(kind.element, members, marks) if isinstance(kind, MapType) else object_of(members, marks)


def _merge_type(arguments: Sequence[Value]) -> Type:
    kinds = {argument.type for argument in arguments}
    kind = kinds.pop() if len(kinds) == 1 else DYNAMIC
    return kind if isinstance(kind, (MapType, ObjectType)) else DYNAMIC


def _reverse(arguments: Sequence[Value], context: CallContext) -> Value:
    value = arguments[0]
    if not isinstance(value.type, SEQUENCES):
        raise EvaluationError(f"can only reverse list or tuple values, not {type_name(value.type)}")
    if isinstance(value.type, SetType) and not is_wholly_known(value):
        return settle(arguments, _REVERSE_OF_KNOWN, context)
    turned = value.members[::-1]
    if isinstance(value.type, TupleType):
        return tuple_of(turned, value.marks)
    return list_of(_element_of(value), turned, value.marks)


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


_SETPRODUCT_OF_KNOWN = Function("setproduct", (), _setproduct, variadic=Parameter("sets", allow_marked=True, partial=True))


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


def _transpose(arguments: Sequence[Value], _context: CallContext) -> Value:
    found: dict[str, list[str]] = {}
    for key, members in arguments[0].content.items():
        if members.is_null or any(member.is_null for member in members.members):
            raise EvaluationError("input must not contain null")
        for member in members.members:
            found.setdefault(text_of(member), []).append(key)
    lists = {name: list_of(STRING, [string(key) for key in sorted(keys)]) for name, keys in found.items()}
    return map_of(_STRINGS, lists)


def _values(arguments: Sequence[Value], _context: CallContext) -> Value:
    value = arguments[0]
    if isinstance(value.type, MapType):
        return list_of(value.type.element, value.members, value.marks)
    if isinstance(value.type, ObjectType):
        return tuple_of(value.members, value.marks)
    raise EvaluationError("values() requires a map as the first argument")


def _values_type(arguments: Sequence[Value]) -> Type:
    kind = arguments[0].type
    if isinstance(kind, ObjectType):
        return TupleType(tuple([member for _, member in kind.attributes]))
    return ListType(kind.element) if isinstance(kind, MapType) else DYNAMIC


def _zipmap(arguments: Sequence[Value], _context: CallContext) -> Value:
    keys, values = arguments
    marks = all_marks(keys) | values.marks
    if not isinstance(values.type, (ListType, TupleType)):
        raise EvaluationError("values argument must be a list or tuple value")
    if len(keys.members) != len(values.members):
        raise EvaluationError(
            f"number of keys ({len(keys.members)}) does not match number of values ({len(values.members)})"
        )
    if any(key.is_null for key in keys.members):
        raise EvaluationError("keys list has null value")
    members = dict(zip([text_of(strip_marks(key)) for key in keys.members], values.members))
    if isinstance(values.type, ListType):
        return map_of(values.type.element, members, marks)
    return object_of(members, marks)


def _zipmap_type(arguments: Sequence[Value]) -> Type:
    kind = arguments[1].type
    return MapType(kind.element) if isinstance(kind, ListType) else DYNAMIC


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
    Function("keys", (Parameter("inputMap", allow_unknown=True, allow_marked=True),), _keys, _STRINGS),
    Function(
        "lookup",
        (
            Parameter("inputMap", allow_unknown=True, allow_marked=True),
            Parameter("key", STRING, allow_unknown=True, allow_marked=True),
        ),
        _lookup,
        variadic=Parameter("default", allow_null=True, allow_unknown=True, allow_marked=True),
        not_null=False,
        result_for=lambda arguments: _element_of(arguments[0]),
    ),
    Function(
        "merge",
        (),
        _merge,
        variadic=Parameter("maps", allow_null=True, partial=True, allow_marked=True),
        result_for=_merge_type,
    ),
    Function("reverse", (_LIST,), _reverse, result_for=_same_kind),
    Function("setproduct", (), _setproduct, variadic=Parameter("sets", partial=True, allow_marked=True)),
    Function(
        "slice",
        (_LIST, Parameter("start_index", NUMBER), Parameter("end_index", NUMBER)),
        _slice,
        result_for=_same_kind,
    ),
    Function("transpose", (Parameter("values", MapType(_STRINGS)),), _transpose, MapType(_STRINGS)),
    Function(
        "values", (Parameter("mapping", partial=True, allow_marked=True),), _values, result_for=_values_type
    ),
    Function(
        "zipmap",
        (Parameter("keys", _STRINGS, allow_marked=True), Parameter("values", partial=True, allow_marked=True)),
        _zipmap,
        result_for=_zipmap_type,
    ),
)
