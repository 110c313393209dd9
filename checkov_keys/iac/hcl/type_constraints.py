"""Type expressions, such as `list(object({ a = optional(string, "x") }))`, → types with defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.conversion import Defaults, TypeConstraint, convert
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.evaluation import evaluate
from checkov_keys.iac.hcl.nodes import Call, Literal, Mapping, Name, Node, Sequence
from checkov_keys.iac.hcl.values import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    ListType,
    MapType,
    SetType,
    TupleType,
    Type,
    Value,
    object_type,
)

if TYPE_CHECKING:
    from checkov_keys.iac.hcl.functions.calling import Files, Function

_WORDS = {"string": STRING, "number": NUMBER, "bool": BOOL, "any": DYNAMIC}
_COLLECTIONS = {"list": ListType, "set": SetType, "map": MapType}
# What Terraform had before types could be given in full.
_SHORT_FORMS = {"list": ListType(DYNAMIC), "map": MapType(DYNAMIC)}


def read_type_constraint(node: Node) -> TypeConstraint:
    """Return what a type expression allows; raise EvaluationError if it is not one."""
    if isinstance(node, Name) and node.name in _SHORT_FORMS:
        return TypeConstraint(_SHORT_FORMS[node.name])
    return TypeConstraint(*_read_type(node))


def _read_type(node: Node) -> tuple[Type, Defaults | None]:
    if isinstance(node, Name):
        if node.name not in _WORDS:
            raise EvaluationError(f"{node.name} is not a type; a type like list needs an argument, the element type.")
        return _WORDS[node.name], None
    if not isinstance(node, Call):
        raise EvaluationError("A type specification is a keyword such as string, or a call such as list(string).")
    if node.name not in (*_COLLECTIONS, "tuple", "object"):
        raise EvaluationError(f"{node.name}() is not a type here.")
    if len(node.arguments) != 1 or node.is_expanded:
        raise EvaluationError(f"The type {node.name} needs one argument.")
    argument = node.arguments[0]
    if node.name == "tuple":
        return _read_tuple(argument)
    if node.name == "object":
        return _read_object(argument)
    element, below = _read_type(argument)
    kind = _COLLECTIONS[node.name](element)
    return kind, None if below is None else Defaults(kind, children={"": below})


def _read_tuple(argument: Node) -> tuple[Type, Defaults | None]:
    if not isinstance(argument, Sequence):
        raise EvaluationError("The type tuple needs a list of types.")
    elements: list[Type] = []
    children: dict[str, Defaults] = {}
    for item in argument.items:
        element, below = _read_type(item)
        if below is not None:
            children[str(len(elements))] = below
        elements.append(element)
    kind = TupleType(tuple(elements))
    return kind, Defaults(kind, children=children) if children else None


def _read_object(argument: Node) -> tuple[Type, Defaults | None]:
    if not isinstance(argument, Mapping):
        raise EvaluationError("The type object needs a map from the names of attributes to their types.")
    attributes: dict[str, Type] = {}
    optional: list[str] = []
    values: dict[str, Value] = {}
    children: dict[str, Defaults] = {}
    for key, item in argument.pairs:
        if not isinstance(key, Literal) or not isinstance(key.value, str):
            raise EvaluationError("The name of an attribute must be written down.")
        name, inside = key.value, item
        if isinstance(item, Call) and item.name == "optional":
            optional.append(name)
            inside = _optional_type(item)
        attributes[name], below = _read_type(inside)
        if below is not None:
            children[name] = below
        if inside is not item and len(item.arguments) > 1:  # type: ignore[union-attr]  # it is the call
            values[name] = _read_default(item.arguments[1], name, attributes[name])  # type: ignore[union-attr]
    kind = object_type(attributes, optional)
    return kind, Defaults(kind, values, children) if values or children else None


def _optional_type(call: Call) -> Node:
    if not 1 <= len(call.arguments) <= 2 or call.is_expanded:  # noqa: PLR2004  # the type and the default
        raise EvaluationError("optional() needs a type, and may have a default value.")
    return call.arguments[0]


def _read_default(node: Node, name: str, wanted: Type) -> Value:
    try:
        return convert(evaluate(node, _Nowhere()), wanted)
    except EvaluationError as error:
        raise EvaluationError(f"The default of the optional attribute {name} is not right: {error}") from error


class _Nowhere:
    """Where nothing can be referred to."""

    call_site_prefix = ""

    @property
    def files(self) -> Files:
        """There are none."""
        raise EvaluationError("Functions may not be called here.")

    def lookup(self, _: str) -> None:
        """Nothing has a meaning."""

    def function(self, _: str) -> Function | None:
        """There are none."""
        return None
