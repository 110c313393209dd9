"""Terraform's functions that find and replace parts of texts."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Callable

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.functions.calling import CallContext, Function, Parameter, text_of
from checkov_keys.iac.hcl.functions.strings import bound_length
from checkov_keys.iac.hcl.regex_machine import Machine
from checkov_keys.iac.hcl.value_types import DYNAMIC, STRING, ListType, TupleType, Type, object_type
from checkov_keys.iac.hcl.values import Value, list_of, null, object_of, string, tuple_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_REFERENCE = re.compile(r"\$(?:(\$)|\{(\w+)\}|(\w+))")
LONGEST_PATTERN = 2000


@lru_cache(maxsize=256)
def _compile(pattern: str) -> Machine:
    bound_length(len(pattern) * 500 if len(pattern) > LONGEST_PATTERN else 0)
    return Machine(pattern)


def _result_type(machine: Machine) -> Type:
    named = [name for name in machine.names if name]
    if named and len(named) < len(machine.names):
        raise EvaluationError("invalid regexp pattern: cannot mix both named and unnamed capture groups")
    if named:
        return object_type(dict.fromkeys(named, STRING))
    return TupleType((STRING,) * len(machine.names)) if machine.names else STRING


def _describe_match(machine: Machine, text: str, slots: tuple[int, ...]) -> Value:
    parts = [
        string(text[slots[at] : slots[at + 1]]) if slots[at] >= 0 and slots[at + 1] >= 0 else null(STRING)
        for at in range(0, len(slots), 2)
    ]
    if not machine.names:
        return parts[0]
    if machine.names[0]:
        return object_of(dict(zip(machine.names, parts[1:])))
    return tuple_of(parts[1:])


def _find_all(machine: Machine, text: str, spend: Callable[[int], None]) -> Iterator[tuple[int, ...]]:
    """Yield the matches that do not overlap; an empty one does not count right after another one."""
    position, last_end = 0, -1
    while position <= len(text):
        slots = machine.search(text, position, spend)
        if slots is None:
            return
        start, end = slots[0], slots[1]
        if end == start == last_end:
            position = end + 1
            continue
        yield slots
        last_end = end
        position = end + 1 if end == start else end


def _regex(arguments: Sequence[Value], context: CallContext) -> Value:
    pattern, text = map(text_of, arguments)
    machine = _compile(pattern)
    _result_type(machine)
    slots = machine.search(text, 0, context.budget.spend)
    if slots is None:
        raise EvaluationError("pattern did not match any part of the given string")
    return _describe_match(machine, text, slots)


def _regexall(arguments: Sequence[Value], context: CallContext) -> Value:
    pattern, text = map(text_of, arguments)
    machine = _compile(pattern)
    element = _result_type(machine)
    matches = _find_all(machine, text, context.budget.spend)
    return list_of(element, [_describe_match(machine, text, slots) for slots in matches])


def _replace(arguments: Sequence[Value], context: CallContext) -> Value:
    text, wanted, replacement = map(text_of, arguments)
    if len(wanted) > 1 and wanted[0] == wanted[-1] == "/":
        return string(_replace_matches(_compile(wanted[1:-1]), text, replacement, context))
    found = text.count(wanted)
    bound_length(len(text) + found * len(replacement))
    return string(text.replace(wanted, replacement))


def _replace_matches(machine: Machine, text: str, replacement: str, context: CallContext) -> str:
    parts, position, size = [], 0, 0
    for slots in _find_all(machine, text, context.budget.spend):
        parts.append(text[position : slots[0]])
        parts.append(_expand(machine, text, replacement, slots))
        position = slots[1]
        size += len(parts[-1])
        bound_length(size)
    parts.append(text[position:])
    return "".join(parts)


def _expand(machine: Machine, text: str, replacement: str, slots: tuple[int, ...]) -> str:
    def refer(match: re.Match[str]) -> str:
        if match[1]:
            return "$"
        for number in _numbers_of(machine, match[2] or match[3]):
            if 2 * number + 1 < len(slots) and slots[2 * number] >= 0:
                return text[slots[2 * number] : slots[2 * number + 1]]
        return ""

    return _REFERENCE.sub(refer, replacement)


def _numbers_of(machine: Machine, name: str) -> list[int]:
    if name.isascii() and name.isdigit():
        return [int(name)] if len(name) < 6 and str(int(name)) == name else []  # noqa: PLR2004  # digits
    return [number for number, group in enumerate(machine.names, 1) if group == name]


def _regex_type(arguments: Sequence[Value]) -> Type:
    if not arguments[0].is_known:
        return DYNAMIC
    try:
        return _result_type(_compile(text_of(arguments[0])))
    except Exception:  # noqa: BLE001  # the call itself says what is wrong
        return DYNAMIC


def _regexall_type(arguments: Sequence[Value]) -> Type:
    return ListType(_regex_type(arguments))


_PATTERN = (Parameter("pattern", STRING), Parameter("string", STRING))
FUNCTIONS = (
    Function("regex", _PATTERN, _regex, result_for=_regex_type),
    Function("regexall", _PATTERN, _regexall, result_for=_regexall_type),
    Function("replace", tuple(Parameter(name, STRING) for name in ("str", "substr", "replace")), _replace, STRING),
)
