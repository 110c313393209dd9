"""Access to the members of values: `a[0]`, `a["x"]`, `a.x`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.conversion import convert
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.losses import LOSSES
from checkov_keys.iac.hcl.possibilities import choices_of, spread, unknown_result
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
    ANY_KEY,
    Value,
    all_marks,
    bounded_symbol,
    canonical_text,
    is_certainly_not_null,
    unknown,
)

if TYPE_CHECKING:
    from checkov_keys.iac.hcl.binary_numbers import Number


_NOT_FOUND = "The given key does not identify an element in this collection value"


def index_value(collection: Value, key: Value) -> Value:
    """Return `collection[key]`; raise EvaluationError if there is no such element."""
    marks = collection.marks | key.marks
    if collection.is_null:
        raise EvaluationError("This value is null, so it does not have any indices.")
    if key.is_null:
        raise EvaluationError("Can't use a null value as an indexing key.")
    kind = collection.type
    if isinstance(kind, (ListType, TupleType)):
        key = _convert_key(key, NUMBER)
    elif isinstance(kind, (MapType, ObjectType)):
        key = _convert_key(key, STRING)
    elif isinstance(kind, SetType):
        raise EvaluationError(
            "Elements of a set are identified only by their value and don't have any separate index or key."
        )
    elif kind != DYNAMIC:
        raise EvaluationError("This value does not have any indices.")
    if collection.is_known and key.is_known:
        return _find(collection, key.content).with_marks(marks)
    return _index_unknown(collection, key).with_marks(marks)


def _convert_key(key: Value, wanted: Type) -> Value:
    try:
        return convert(key, wanted)
    except EvaluationError as error:
        raise EvaluationError(f"{_NOT_FOUND}: {error}.") from error


def _find(collection: Value, key: Number | str) -> Value:
    content = collection.content
    if isinstance(key, str):
        found = content.get(key) or find_any(content)
        if found is None:
            raise EvaluationError(f"{_NOT_FOUND}.")
        return found
    if not isinstance(key, int) and key.denominator != 1:
        raise EvaluationError(f"{_NOT_FOUND}: indexing a sequence requires a whole number.")
    if key < 0:
        raise EvaluationError(f"{_NOT_FOUND}: a negative number is not a valid index for a sequence.")
    if key >= len(content):
        raise EvaluationError(f"{_NOT_FOUND}: the given index is not less than the length of the collection.")
    element: Value = content[int(key)]
    return element


def find_any(content: dict[str, Value]) -> Value | None:
    """Return what a key may lead to that is not among those of an example, None if all of its keys are known."""
    found = [member for name, member in content.items() if ANY_KEY in name]
    return unknown(DYNAMIC, "any", "which key it has is not known", possible=found) if found else None


def _index_unknown(collection: Value, key: Value) -> Value:
    def name() -> str:
        return f"{canonical_text(collection)}[{canonical_text(key)}]"

    element = _element_type(collection, key)
    if collection.is_known:
        choices = choices_of(key)
        if not choices:
            return _any_member(collection, key, name(), element)
        result = spread(lambda pair: index_value(collection, pair[0]), (key,), name, element)
    else:
        result = spread(lambda pair: index_value(*pair), (collection, key), name, element)
    if result is not None:
        return result
    return unknown_result(element, name(), (collection, key), not_null=False)


def _any_member(collection: Value, key: Value, symbol: str, element: Type) -> Value:
    """Return what an unknown key finds: one of the members, if it finds anything."""
    if not collection.members:
        raise EvaluationError("The given key does not identify an element: the collection has no elements.")
    LOSSES.count += 1
    possible = [choice for member in collection.members for choice in choices_of(member) or (member,)]
    certain = all(is_certainly_not_null(member) for member in collection.members)
    return unknown(element, symbol, key.content.reason, not_null=certain, possible=possible)


def _element_type(collection: Value, key: Value) -> Type:
    kind = collection.type
    if isinstance(kind, CollectionType):
        return kind.element
    if isinstance(kind, TupleType) and isinstance(key.content, int):
        if not 0 <= key.content < len(kind.elements):
            raise EvaluationError(f"{_NOT_FOUND}.")
        return kind.elements[key.content]
    if isinstance(kind, ObjectType) and isinstance(key.content, str):
        if key.content not in kind.by_name:
            raise EvaluationError(f"{_NOT_FOUND}.")
        return kind.by_name[key.content]
    return DYNAMIC


def get_attribute(value: Value, name: str) -> Value:
    """Return `value.name`; raise EvaluationError if there is no such attribute."""
    if value.is_null:
        raise EvaluationError("This value is null, so it does not have any attributes.")
    kind = value.type
    if isinstance(kind, ObjectType) and name not in kind.by_name:
        found = find_any(value.content) if value.is_known else None
        if found is None:
            raise EvaluationError(f'This object does not have an attribute named "{name}".')
        return found.with_marks(value.marks)
    if not isinstance(kind, (ObjectType, MapType)) and kind != DYNAMIC:
        raise EvaluationError(f"Can't access attributes on a value of type {type_name(kind)}.")
    if value.is_known:
        found = value.content.get(name) or find_any(value.content)
        if found is None:
            raise EvaluationError(f'This map does not have an element with the key "{name}".')
        return found.with_marks(value.marks)
    element: Type = DYNAMIC
    if isinstance(kind, ObjectType):
        element = kind.by_name[name]
    elif isinstance(kind, MapType):
        element = kind.element
    symbol = bounded_symbol(f"{value.content.symbol}.{name}")
    result = spread(lambda only: get_attribute(only[0], name), (value,), lambda: symbol, element)
    if result is not None:
        return result.with_marks(value.marks)
    marks = value.marks if value.content.example is None else all_marks(value)
    return unknown(element, symbol, value.content.reason, marks=marks)
