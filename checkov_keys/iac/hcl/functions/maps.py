"""Terraform's functions of maps and objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.access import find_any
from checkov_keys.iac.hcl.conversion import convert
from checkov_keys.iac.hcl.errors import EvaluationError, UndecidedError
from checkov_keys.iac.hcl.functions.calling import CallContext, Function, Parameter, settle, text_of
from checkov_keys.iac.hcl.functions.collections_ import is_a
from checkov_keys.iac.hcl.losses import LOSSES
from checkov_keys.iac.hcl.possibilities import choices_of
from checkov_keys.iac.hcl.value_types import (
    DYNAMIC,
    STRING,
    CollectionType,
    ListType,
    MapType,
    ObjectType,
    TupleType,
    Type,
    type_name,
)
from checkov_keys.iac.hcl.values import (
    NO_MARKS,
    Value,
    all_marks,
    canonical_text,
    is_certainly_not_null,
    list_of,
    map_of,
    object_of,
    string,
    strip_marks,
    tuple_of,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_STRINGS = ListType(STRING)


def element_of(value: Value) -> Type:
    """Return the type of the elements of a collection; DYNAMIC for anything else."""
    return value.type.element if isinstance(value.type, CollectionType) else DYNAMIC


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
    found: Value | None = searched.content.get(key.content) or _find_or_default(searched.content, default)
    if found is None:
        raise EvaluationError(f'lookup failed to find key "{key.content}"')
    return found.with_marks(marks)


def _find_or_default(content: dict[str, Value], default: Value | None) -> Value | None:
    found = find_any(content)
    if found is None or default is None:
        return found or default
    return unknown(DYNAMIC, "any", "which key it has is not known", possible=(found, default))


def _lookup_unknown(arguments: Sequence[Value], default: Value | None, context: CallContext) -> Value:
    searched, key = arguments[0], arguments[1]
    if choices_of(key):
        return settle(arguments, _LOOKUP_OF_KNOWN, context)
    candidates = [*searched.members, *([] if default is None else [default])]
    LOSSES.count += default is None
    possible = [choice.without_marks() for candidate in candidates for choice in choices_of(candidate) or (candidate,)]
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
    result_for=lambda arguments: element_of(arguments[0]),
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


FUNCTIONS = (
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
        result_for=lambda arguments: element_of(arguments[0]),
    ),
    Function(
        "merge",
        (),
        _merge,
        variadic=Parameter("maps", allow_null=True, partial=True, allow_marked=True),
        result_for=_merge_type,
    ),
    Function("transpose", (Parameter("values", MapType(_STRINGS)),), _transpose, MapType(_STRINGS)),
    Function("values", (Parameter("mapping", partial=True, allow_marked=True),), _values, result_for=_values_type),
    Function(
        "zipmap",
        (Parameter("keys", _STRINGS, allow_marked=True), Parameter("values", partial=True, allow_marked=True)),
        _zipmap,
        result_for=_zipmap_type,
    ),
)
