"""The types of Terraform's values: immutable, hashable, equal if they mean the same type."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Type:
    """What every type is: one of the constants below, or a collection or structure of types."""

    __slots__ = ()


@dataclass(frozen=True)
class PrimitiveType(Type):
    """A type without members; the constants STRING, NUMBER, BOOL and DYNAMIC are all there are."""

    name: str


STRING = PrimitiveType("string")
NUMBER = PrimitiveType("number")
BOOL = PrimitiveType("bool")
DYNAMIC = PrimitiveType("dynamic")
"""The type of a value of which not even the type is known, and of the literal `null`."""


@dataclass(frozen=True)
class CollectionType(Type):
    """What lists, sets and maps have in common: all their elements are of one type."""

    element: Type


@dataclass(frozen=True)
class ListType(CollectionType):
    """A list of any length."""


@dataclass(frozen=True)
class SetType(CollectionType):
    """A set of any size."""


@dataclass(frozen=True)
class MapType(CollectionType):
    """A map from strings."""


@dataclass(frozen=True)
class TupleType(Type):
    """A sequence with a type for each of its elements."""

    elements: tuple[Type, ...]


@dataclass(frozen=True)
class ObjectType(Type):
    """A structure with a type for each attribute; `attributes` is sorted by name (make it with `object_type`).

    Only a type constraint has `optional` names; the type of a value has none.
    """

    attributes: tuple[tuple[str, Type], ...]
    optional: frozenset[str] = frozenset()
    by_name: Mapping[str, Type] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the attributes by name."""
        object.__setattr__(self, "by_name", dict(self.attributes))


def object_type(attributes: Mapping[str, Type], optional: Iterable[str] = ()) -> ObjectType:
    """Return the object type with these attributes."""
    return ObjectType(tuple(sorted(attributes.items(), key=_name_of)), frozenset(optional))


def _name_of(pair: tuple[str, Type]) -> str:
    return pair[0]


def has_dynamic(a_type: Type) -> bool:
    """Say whether a type is or contains DYNAMIC."""
    if isinstance(a_type, PrimitiveType):
        return a_type is DYNAMIC or a_type == DYNAMIC
    if isinstance(a_type, CollectionType):
        return has_dynamic(a_type.element)
    if isinstance(a_type, TupleType):
        return any(has_dynamic(element) for element in a_type.elements)
    return isinstance(a_type, ObjectType) and any(has_dynamic(attribute) for _, attribute in a_type.attributes)


def type_name(a_type: Type) -> str:
    """Return a type as Terraform's messages name it: `list of string`, `object`, `dynamic`."""
    if isinstance(a_type, PrimitiveType):
        return a_type.name
    if isinstance(a_type, ListType):
        return f"list of {type_name(a_type.element)}"
    if isinstance(a_type, SetType):
        return f"set of {type_name(a_type.element)}"
    if isinstance(a_type, MapType):
        return f"map of {type_name(a_type.element)}"
    return "tuple" if isinstance(a_type, TupleType) else "object"


def type_text(a_type: Type) -> str:
    """Return a type as a type constraint spells it: `list(object({a=string,b=optional(number)}))`."""
    if isinstance(a_type, PrimitiveType):
        return "any" if a_type == DYNAMIC else a_type.name
    if isinstance(a_type, CollectionType):
        kind = {ListType: "list", SetType: "set"}.get(type(a_type), "map")
        return f"{kind}({type_text(a_type.element)})"
    if isinstance(a_type, TupleType):
        return "tuple([" + ",".join(type_text(element) for element in a_type.elements) + "])"
    if isinstance(a_type, ObjectType):
        return "object({" + ",".join(_attribute_text(a_type, name) for name, _ in a_type.attributes) + "})"
    raise TypeError(a_type)


def _attribute_text(an_object: ObjectType, name: str) -> str:
    text = type_text(an_object.by_name[name])
    return f"{name}=optional({text})" if name in an_object.optional else f"{name}={text}"
