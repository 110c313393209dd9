"""Convert values between types as Terraform does, and apply type constraints with optional attributes and defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.binary_numbers import format_number, parse_number
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.losses import LOSSES
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
    PrimitiveType,
    SetType,
    TupleType,
    Type,
    has_dynamic,
    object_type,
    type_name,
)
from checkov_keys.iac.hcl.values import (
    Unknown,
    Value,
    all_marks,
    boolean,
    canonical_text,
    list_of,
    map_of,
    number,
    object_of,
    set_of,
    string,
    tuple_of,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

__all__ = ["Defaults", "TypeConstraint", "apply_constraint", "can_convert", "convert", "convert_members", "unify"]


@dataclass(frozen=True)
class Defaults:
    """The defaults in a type constraint: of an object's own attributes, and of what is below.

    children has the name of an attribute, the index of a tuple's element as text, or "" for the elements of a
    collection.
    """

    type: Type
    values: Mapping[str, Value] = field(default_factory=dict)
    children: Mapping[str, Defaults] = field(default_factory=dict)


@dataclass(frozen=True)
class TypeConstraint:
    """What a variable may be: a type (object types name their optional attributes) and the defaults in it."""

    type: Type
    defaults: Defaults | None = None


def apply_constraint(value: Value, constraint: TypeConstraint) -> Value:
    """Return a value as a variable of this type has it; raise EvaluationError if it does not fit."""
    if constraint.defaults is not None:
        value = _fill(value, constraint.defaults)
    return convert(value, constraint.type)


def convert(value: Value, target: Type) -> Value:
    """Return a value as one of another type; raise EvaluationError if that is impossible.

    Unknown values and null pass with the new type.
    """
    if target in (value.type, DYNAMIC):
        return value
    if not can_convert(value.type, target):
        raise EvaluationError(describe_mismatch(value.type, target))
    content = value.content
    if isinstance(content, Unknown):
        return _convert_unknown(value, content, target)
    if content is None:
        return Value(replace_dynamic(value.type, without_optional(target)), None, value.marks)
    if isinstance(target, PrimitiveType):
        return _convert_primitive(content, target).with_marks(value.marks)
    return _convert_structure(value, target).with_marks(value.marks)


def _convert_unknown(value: Value, content: Unknown, target: Type) -> Value:
    new_type = replace_dynamic(value.type, without_optional(target))
    possible = []
    # A bool that is not known is one of two texts.
    for choice in choices_of(value) if value.type == BOOL and target == STRING else content.possible:
        try:
            possible.append(convert(choice, target))
        except EvaluationError:  # noqa: PERF203  # sixteen at most
            LOSSES.count += 1
    stays = value.type in {target, DYNAMIC} or (isinstance(target, CollectionType) and has_dynamic(target))
    symbol = content.symbol if stays else f"{_FUNCTION_OF.get(type(target), 'convert')}({content.symbol})"
    if isinstance(target, PrimitiveType) and not stays:
        symbol = f"to{target.name}({content.symbol})"
    prefix = content.prefix if target == STRING and value.type in {STRING, DYNAMIC} else ""
    example, marks = _convert_example(value, content, target)
    return unknown(
        new_type,
        symbol,
        content.reason,
        not_null=content.not_null,
        prefix=prefix,
        possible=possible,
        example=example,
        marks=marks,
    )


def _convert_example(value: Value, content: Unknown, target: Type) -> tuple[Value | None, frozenset[Hashable]]:
    """Return the example of a value as one of another type, and the marks of the value: all, if that fails."""
    if content.example is None:
        return None, value.marks
    try:
        return convert(content.example, target), value.marks
    except EvaluationError:
        return None, all_marks(value)


_FUNCTION_OF: dict[type[Type], str] = {ListType: "tolist", SetType: "toset", MapType: "tomap"}


def _convert_primitive(content: object, target: Type) -> Value:
    if target == STRING:
        if isinstance(content, bool):
            return string("true" if content else "false")
        return string(format_number(content))  # type: ignore[arg-type]  # nothing else can be converted
    text = str(content)
    if target == NUMBER:
        try:
            return number(parse_number(text))
        except ValueError as error:
            raise EvaluationError("a number is required") from error
    if text in {"true", "1"}:
        return boolean(True)  # noqa: FBT003  # it is the value
    if text in {"false", "0"}:
        return boolean(False)  # noqa: FBT003  # it is the value
    hint = f'; to convert from string, use lowercase "{text.lower()}"' if text.lower() in {"true", "false"} else ""
    raise EvaluationError(f"a bool is required{hint}")


def _convert_structure(value: Value, target: Type) -> Value:
    if isinstance(target, TupleType):
        return tuple_of([convert(member, wanted) for member, wanted in zip(value.members, target.elements)])
    if isinstance(target, ObjectType):
        return _convert_to_object(value, target)
    if isinstance(target, MapType):
        keys = list(value.content)
        element, members = convert_members(value, target.element)
        return map_of(element, dict(zip(keys, members)))
    if isinstance(target, ListType):
        if isinstance(value.type, SetType) and any(not member.is_known for member in value.members):
            return _unsettled_list(value, target)
        element, members = convert_members(value, target.element)
        return list_of(element, members)
    element, members = convert_members(value, target.element)  # type: ignore[attr-defined]  # only SetType is left
    return set_of(element, members)


def _unsettled_list(value: Value, target: ListType) -> Value:
    """Return the list of a set that has unknown members: neither length nor order of it are known."""
    hidden = next(member.content for member in value.members if not member.is_known)
    new_type = replace_dynamic(value.type, target)
    if len(value.members) == 1:
        _, members = convert_members(value, target.element)
        return list_of(members[0].type, members)
    return unknown(new_type, f"tolist({canonical_text(value)})", hidden.reason, not_null=True)


def convert_members(value: Value, wanted: Type) -> tuple[Type, list[Value]]:
    """Return the members of a collection or structure as values of one type, and that type.

    `wanted` may contain DYNAMIC: then it is the type that all of them can become.
    """
    members = list(value.members)
    if isinstance(value.type, CollectionType) and wanted == DYNAMIC:
        return value.type.element, members
    if not members:
        old = value.type.element if isinstance(value.type, CollectionType) else DYNAMIC
        return replace_dynamic(old, without_optional(wanted)), []
    if wanted == DYNAMIC:
        wanted = unify(tuple([member.type for member in members])) or DYNAMIC
    members = [convert(member, wanted) for member in members]
    return _settle_types(members)


def _settle_types(members: list[Value]) -> tuple[Type, list[Value]]:
    """Return members whose types differ, because the wanted one contains DYNAMIC, as members of one type."""
    kinds = tuple(dict.fromkeys(member.type for member in members))
    if len(kinds) == 1:
        return kinds[0], members
    known = tuple(kind for kind in kinds if kind != DYNAMIC)
    if len(known) == 1:
        return known[0], [convert(member, known[0]) for member in members]
    common = unify(kinds)
    if common in {None, DYNAMIC}:
        raise EvaluationError("cannot find a common base type for all elements")
    return common, [convert(member, common) for member in members]


def _convert_to_object(value: Value, target: ObjectType) -> Value:
    members = {}
    for name, wanted in target.attributes:
        if name in value.content:
            members[name] = convert(value.content[name], wanted)
        elif name in target.optional:
            members[name] = Value(without_optional(wanted), None)
        else:
            raise EvaluationError(f'map has no element for required attribute "{name}"')
    return object_of(members)


def without_optional(target: Type) -> Type:
    """Return a type in which no attribute is optional, as the types of values are."""
    if isinstance(target, PrimitiveType):
        return target
    if isinstance(target, CollectionType):
        return type(target)(without_optional(target.element))
    if isinstance(target, TupleType):
        return TupleType(tuple([without_optional(element) for element in target.elements]))
    if isinstance(target, ObjectType):
        return ObjectType(tuple([(name, without_optional(kind)) for name, kind in target.attributes]))
    return target


def replace_dynamic(source: Type, target: Type) -> Type:
    """Return a type with what is DYNAMIC in it taken from the type that a value is converted from."""
    if source == DYNAMIC or isinstance(target, PrimitiveType):
        return source if target == DYNAMIC else target
    if not has_dynamic(target):
        return target
    if isinstance(target, CollectionType):
        return type(target)(replace_dynamic(_common_element(source), target.element))
    if isinstance(target, TupleType) and isinstance(source, TupleType):
        return TupleType(tuple([replace_dynamic(old, new) for old, new in zip(source.elements, target.elements)]))
    if isinstance(target, ObjectType):
        inside = source.by_name if isinstance(source, ObjectType) else {}
        default = source.element if isinstance(source, MapType) else DYNAMIC
        return object_type({name: replace_dynamic(inside.get(name, default), kind) for name, kind in target.attributes})
    return target


def _common_element(source: Type) -> Type:
    if isinstance(source, CollectionType):
        return source.element
    inside: tuple[Type, ...] = ()
    if isinstance(source, TupleType):
        inside = source.elements
    elif isinstance(source, ObjectType):
        inside = tuple(kind for _, kind in source.attributes)
    return unify(inside) or DYNAMIC


def describe_mismatch(source: Type, target: Type) -> str:
    """Say in Terraform's words why a value of one type is not a value of another."""
    if isinstance(source, ObjectType) and isinstance(target, ObjectType):
        missing = [n for n, _ in target.attributes if n not in source.by_name and n not in target.optional]
        if missing:
            names = ", ".join(f'"{name}"' for name in missing)
            return f"attribute{'s' if len(missing) > 1 else ''} {names} {'are' if len(missing) > 1 else 'is'} required"
        for name, wanted in target.attributes:
            if name in source.by_name and not can_convert(source.by_name[name], wanted):
                return f'attribute "{name}": {describe_mismatch(source.by_name[name], wanted)}'
    if isinstance(target, CollectionType) and isinstance(source, (TupleType, CollectionType, ObjectType)):
        kinds = (MapType, ObjectType) if isinstance(target, MapType) else (ListType, SetType, TupleType)
        if isinstance(source, kinds):
            return (
                "all elements must have the same type"
                if target.element == DYNAMIC
                else (f"element types must be convertible to {type_name(target.element)}")
            )
    name = type_name(target)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name} is required"


def _fill(value: Value, defaults: Defaults) -> Value:
    """Return a value with defaults for what it leaves out or says null for, before it is converted."""
    if not value.is_known or value.is_null or not (defaults.values or defaults.children):
        return value
    if isinstance(value.content, dict):
        return _fill_attributes(value, defaults)
    if not isinstance(value.content, tuple):
        return value
    members = []
    for index, member in enumerate(value.members):
        child = defaults.children.get(str(index) if isinstance(defaults.type, TupleType) else "")
        members.append(member if child is None else _fill(member, child))
    return _rebuild(value, members)


def _rebuild(value: Value, members: list[Value]) -> Value:
    if isinstance(value.type, TupleType):
        return tuple_of(members, value.marks)
    if not members:
        return value
    common = unify(tuple([member.type for member in members]))
    if common is None:
        return tuple_of(members, value.marks)
    if isinstance(value.type, SetType):
        return set_of(common, [convert(member, common) for member in members], value.marks)
    return list_of(common, [convert(member, common) for member in members], value.marks)


def _fill_attributes(value: Value, defaults: Defaults) -> Value:
    members = {}
    of_object = isinstance(defaults.type, ObjectType)
    for name, member in value.content.items():
        child = defaults.children.get(name if of_object else "")
        members[name] = member if child is None else _fill(member, child)
    for name, default in defaults.values.items():
        if name not in members or members[name].is_null:
            child = defaults.children.get(name)
            marks = members[name].marks if name in members else frozenset()
            members[name] = (default if child is None else _fill(default, child)).with_marks(marks)
    if not isinstance(value.type, MapType) or not members:
        return object_of(members, value.marks)
    common = unify(tuple([members[name].type for name in sorted(members)]))
    if common is None:
        return object_of(members, value.marks)
    return map_of(common, {name: convert(member, common) for name, member in members.items()}, value.marks)
