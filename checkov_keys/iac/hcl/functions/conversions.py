"""Terraform's functions that convert values and that mark them as sensitive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.conversion import convert
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.functions.calling import CallContext, Function, Implementation, Parameter
from checkov_keys.iac.hcl.unification import can_convert
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
    Type,
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
    object_of,
    tuple_of,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

SENSITIVE = "sensitive"
"""The mark of what Terraform hides."""

EPHEMERAL = "ephemeral"
"""The mark of what Terraform keeps nowhere."""


def _convert_to(target: Type) -> Implementation:
    def implementation(arguments: Sequence[Value], _context: CallContext) -> Value:
        value = arguments[0]
        if not can_convert(value.type, target):
            raise EvaluationError(f"cannot convert {type_name(value.type)} to {type_name(target)}")
        return convert(value, target)

    return implementation


def _sensitive(arguments: Sequence[Value], _context: CallContext) -> Value:
    return arguments[0].with_marks(frozenset((SENSITIVE,)))


def _nonsensitive(arguments: Sequence[Value], _context: CallContext) -> Value:
    value = arguments[0]
    return Value(value.type, value.content, value.marks - {SENSITIVE})


def _issensitive(arguments: Sequence[Value], _context: CallContext) -> Value:
    value = arguments[0]
    if SENSITIVE in value.marks:
        return boolean(True)  # noqa: FBT003  # it is the value
    if isinstance(value.content, Unknown):
        return unknown(BOOL, f"issensitive({canonical_text(value)})", value.content.reason, not_null=True)
    return boolean(False)  # noqa: FBT003  # it is the value


def _ephemeralasnull(arguments: Sequence[Value], _context: CallContext) -> Value:
    return _forget(arguments[0])


def _forget(value: Value) -> Value:
    if EPHEMERAL in value.marks:
        return Value(value.type, None, value.marks - {EPHEMERAL})
    if EPHEMERAL not in all_marks(value):
        return value
    kind, content = value.type, value.content
    if isinstance(content, dict):
        members = {name: _forget(member) for name, member in content.items()}
        if isinstance(kind, ObjectType):
            return object_of(members, value.marks)
        return map_of(kind.element if isinstance(kind, CollectionType) else DYNAMIC, members, value.marks)
    items = [_forget(member) for member in value.members]
    return list_of(kind.element, items, value.marks) if isinstance(kind, ListType) else tuple_of(items, value.marks)


_ANY = Parameter("v", allow_null=True, allow_unknown=True, allow_marked=True)
_TARGETS: tuple[tuple[str, PrimitiveType | CollectionType], ...] = (
    ("tobool", BOOL),
    ("tolist", ListType(DYNAMIC)),
    ("tomap", MapType(DYNAMIC)),
    ("tonumber", NUMBER),
    ("toset", SetType(DYNAMIC)),
    ("tostring", STRING),
)
FUNCTIONS = (
    Function("ephemeralasnull", (_ANY,), _ephemeralasnull, not_null=False),
    Function("issensitive", (_ANY,), _issensitive, BOOL),
    Function("nonsensitive", (_ANY,), _nonsensitive, not_null=False),
    Function("sensitive", (_ANY,), _sensitive, not_null=False),
    *(Function(name, (_ANY,), _convert_to(target), target, not_null=False) for name, target in _TARGETS),
)
