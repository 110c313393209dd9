"""Which types can be converted into which, and the one type that several can all be converted into.

A conversion is safe if it cannot fail for a value of the type; `safe_only` admits nothing else.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

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
    object_type,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


@lru_cache(maxsize=4096)
def can_convert(source: Type, target: Type, safe_only: bool = False) -> bool:  # noqa: FBT001, FBT002  # hot and cached
    """Say whether some value of a type can be converted into another type."""
    if target in (DYNAMIC, source):
        return True
    if source == DYNAMIC:
        return not safe_only
    if isinstance(source, PrimitiveType):
        return isinstance(target, PrimitiveType) and _can_convert_primitive(source, target, safe_only)
    if isinstance(target, ObjectType):
        return _can_become_object(source, target, safe_only)
    if isinstance(target, TupleType):
        return (
            isinstance(source, TupleType)
            and len(source.elements) == len(target.elements)
            and all(can_convert(old, new, safe_only) for old, new in zip(source.elements, target.elements))
        )
    return isinstance(target, CollectionType) and _can_become_collection(source, target, safe_only)


def _can_convert_primitive(source: Type, target: Type, safe_only: bool) -> bool:  # noqa: FBT001  # as above
    if target == STRING:
        return True
    return source == STRING and target in {NUMBER, BOOL} and not safe_only


def _can_become_object(source: Type, target: ObjectType, safe_only: bool) -> bool:  # noqa: FBT001  # as above
    if isinstance(source, ObjectType):
        return all(
            can_convert(source.by_name[name], wanted, safe_only) if name in source.by_name else name in target.optional
            for name, wanted in target.attributes
        )
    return (
        isinstance(source, MapType)
        and not safe_only
        and all(can_convert(source.element, wanted) or name in target.optional for name, wanted in target.attributes)
    )


def _can_become_collection(source: Type, target: CollectionType, safe_only: bool) -> bool:  # noqa: FBT001  # as above
    if isinstance(target, MapType):
        if isinstance(source, ObjectType):
            kinds = tuple(kind for _, kind in source.attributes)
            return _can_all_become(kinds, target.element, safe_only, mixed=True)
        return isinstance(source, MapType) and can_convert(source.element, target.element, safe_only)
    if isinstance(source, TupleType):
        return _can_all_become(source.elements, target.element, safe_only)
    if isinstance(source, ListType) and isinstance(target, SetType) and safe_only:
        return False
    return isinstance(source, (ListType, SetType)) and can_convert(source.element, target.element, safe_only)


def _can_all_become(sources: Sequence[Type], element: Type, safe_only: bool, *, mixed: bool = False) -> bool:  # noqa: FBT001
    if not sources:
        return True
    if element == DYNAMIC:
        common = unify(tuple(sources), safe_only)
        if common is None or (common == DYNAMIC and not mixed and any(source != DYNAMIC for source in sources)):
            return False
        element = common
    return all(can_convert(source, element, safe_only) for source in sources)


@lru_cache(maxsize=4096)
def unify(types: tuple[Type, ...], safe_only: bool = False) -> Type | None:  # noqa: FBT001, FBT002  # hot and cached
    """Return the type that all of these can be converted into; None if there is none (and for no types at all)."""
    if len(set(types)) <= 1:
        return types[0] if types else None
    dynamic = DYNAMIC in types
    kinds = {type(kind) for kind in types if kind != DYNAMIC}
    if len(kinds) == 1 and PrimitiveType not in kinds:
        return DYNAMIC if dynamic else _unify_kind(types, kinds.pop(), safe_only)
    for flexible, fixed in ((MapType, ObjectType), (ListType, TupleType)):
        if kinds == {flexible, fixed}:
            common = _unify_mixed(types, fixed, safe_only)
            if isinstance(common, flexible):
                return common
    if {ObjectType, TupleType} <= kinds:
        return None
    return _choose_preferred(types, safe_only)


def _unify_kind(types: tuple[Type, ...], kind: type[Type], safe_only: bool) -> Type | None:  # noqa: FBT001  # as above
    if issubclass(kind, CollectionType):
        element = unify(tuple(each.element for each in types if isinstance(each, CollectionType)), safe_only)
        return _checked(types, None if element is None else kind(element), safe_only)
    if issubclass(kind, ObjectType):
        return _unify_objects(tuple(each for each in types if isinstance(each, ObjectType)), safe_only)
    return _unify_tuples(tuple(each for each in types if isinstance(each, TupleType)), safe_only)


def _checked(types: Sequence[Type], common: Type | None, safe_only: bool) -> Type | None:  # noqa: FBT001  # as above
    if common is None or not all(can_convert(each, common, safe_only) for each in types):
        return None
    return common


def _unify_objects(types: tuple[ObjectType, ...], safe_only: bool) -> Type | None:  # noqa: FBT001  # as above
    names = types[0].by_name.keys()
    if any(each.by_name.keys() != names for each in types[1:]):
        return _unify_as_map(types, safe_only)
    members = {}
    for name in names:
        member = unify(tuple(each.by_name[name] for each in types), safe_only)
        if member is None:
            return None
        members[name] = member
    return _checked(types, object_type(members), safe_only) or _unify_as_map(types, safe_only)


def _unify_as_map(types: Sequence[ObjectType], safe_only: bool) -> Type | None:  # noqa: FBT001  # as above
    element = unify(tuple(kind for each in types for _, kind in each.attributes), safe_only)
    return _checked(types, None if element is None else MapType(element), safe_only)


def _unify_tuples(types: tuple[TupleType, ...], safe_only: bool) -> Type | None:  # noqa: FBT001  # as above
    if any(len(each.elements) != len(types[0].elements) for each in types[1:]):
        return _unify_as_list(types, safe_only)
    members = []
    for across in zip(*(each.elements for each in types)):
        member = unify(across, safe_only)
        if member is None:
            return None
        members.append(member)
    return _checked(types, TupleType(tuple(members)), safe_only) or _unify_as_list(types, safe_only)


def _unify_as_list(types: Sequence[TupleType], safe_only: bool) -> Type | None:  # noqa: FBT001  # as above
    element = unify(tuple(kind for each in types for kind in each.elements), safe_only)
    return _checked(types, None if element is None else ListType(element), safe_only)


def _unify_mixed(types: tuple[Type, ...], fixed: type[Type], safe_only: bool) -> Type | None:  # noqa: FBT001  # as above
    objects = [each for each in types if isinstance(each, ObjectType)]
    tuples = [each for each in types if isinstance(each, TupleType)]
    common = _unify_as_map(objects, safe_only) if objects else _unify_as_list(tuples, safe_only)
    if common is None:
        return None
    return unify(tuple(common if isinstance(each, fixed) else each for each in types), safe_only)


def _choose_preferred(types: tuple[Type, ...], safe_only: bool) -> Type | None:  # noqa: FBT001  # as above
    waiting = list(dict.fromkeys(types))
    while waiting:
        wanted = next((each for each in waiting if not any(_compare(other, each) < 0 for other in waiting)), waiting[0])
        if all(can_convert(each, wanted, safe_only) for each in types):
            return wanted
        waiting.remove(wanted)
    return None


def _compare(left: Type, right: Type) -> int:
    """Order types from the most general: negative if the left one can hold what the right one can."""
    if DYNAMIC in {left, right}:
        return (left == DYNAMIC) - (right == DYNAMIC)
    if isinstance(left, PrimitiveType) and isinstance(right, PrimitiveType):
        return (right == STRING) - (left == STRING) if STRING in {left, right} else 0
    if isinstance(left, CollectionType) and isinstance(right, CollectionType) and type(left) is type(right):
        return _compare(left.element, right.element)
    order = {SetType: 0, ListType: 1, TupleType: 2}
    if type(left) in order and type(right) in order and type(left) is not type(right):
        sign = -1 if order[type(left)] > order[type(right)] else 1
        return sign if SetType in {type(left), type(right)} else -sign
    if {type(left), type(right)} == {MapType, ObjectType}:
        return -1 if isinstance(left, MapType) else 1
    return _compare_members(left, right)


def _compare_members(left: Type, right: Type) -> int:
    if isinstance(left, ObjectType) and isinstance(right, ObjectType) and left.by_name.keys() == right.by_name.keys():
        signs = {_compare(left.by_name[name], right.by_name[name]) for name in left.by_name}
    elif isinstance(left, TupleType) and isinstance(right, TupleType) and len(left.elements) == len(right.elements):
        signs = {_compare(old, new) for old, new in zip(left.elements, right.elements)}
    else:
        return 0
    lower, higher = any(sign < 0 for sign in signs), any(sign > 0 for sign in signs)
    return 0 if lower == higher else (-1 if lower else 1)
