"""The functions of Terraform 1.11 by name, but `try` and `can`, which the evaluation itself does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.functions import (
    arithmetics,
    collections_,
    conversions,
    dates,
    encoding,
    filesystem,
    formats,
    hashes,
    maps,
    networks,
    patterns,
    restructuring,
    sets,
    strings,
)
from checkov_keys.iac.hcl.functions.calling import CallContext, Files, Function, Parameter, call_function
from checkov_keys.iac.hcl.value_types import DYNAMIC, ListType, SetType, TupleType
from checkov_keys.iac.hcl.values import NO_MARKS, Value, all_marks, canonical_text, is_wholly_known, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FUNCTIONS", "CallContext", "Files", "Function", "Parameter", "call", "call_function", "expand_final"]

_FAMILIES = (
    arithmetics, collections_, conversions, dates, encoding, filesystem, formats, hashes, maps, networks, patterns,
    restructuring, sets, strings,
)  # fmt: skip
FUNCTIONS: dict[str, Function] = {function.name: function for family in _FAMILIES for function in family.FUNCTIONS}


def call(name: str, arguments: Sequence[Value], context: CallContext) -> Value:
    """Return what the function of a name makes of its arguments.

    Raise EvaluationError if there is none, or if it refuses them. A provider's function is unknown.
    """
    function = FUNCTIONS.get(name.removeprefix("core::"))
    if function is not None:
        return call_function(function, arguments, context)
    if name.startswith("provider::"):
        text = f"{name}({', '.join(map(canonical_text, arguments))})"
        marks = NO_MARKS.union(*map(all_marks, arguments))
        return unknown(DYNAMIC, text, f"{name}() is a provider's function", marks=marks)
    raise EvaluationError(f'There is no function named "{name}".')


def expand_final(value: Value) -> list[Value] | None:
    """Return the arguments that `value...` stands for at the end of a call; None if they are not known.

    Raise EvaluationError if the value is null or is not a sequence.
    """
    if value.is_null:
        raise EvaluationError("The expanding argument (indicated by ...) must not be null.")
    if value.type != DYNAMIC and not isinstance(value.type, (ListType, SetType, TupleType)):
        raise EvaluationError("The expanding argument (indicated by ...) must be of a tuple, list, or set type.")
    if not value.is_known or (isinstance(value.type, SetType) and not is_wholly_known(value)):
        return None
    return [member.with_marks(value.marks) for member in value.members]
