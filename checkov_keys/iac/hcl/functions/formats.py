"""Terraform's functions `format` and `formatlist`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.binary_numbers import NegativeZero
from checkov_keys.iac.hcl.conditionals import trim_prefix
from checkov_keys.iac.hcl.conversion import convert
from checkov_keys.iac.hcl.errors import EvaluationError, UndecidedError
from checkov_keys.iac.hcl.functions.calling import CallContext, Function, Parameter, settle, text_of
from checkov_keys.iac.hcl.functions.collections_ import SEQUENCES
from checkov_keys.iac.hcl.functions.strings import LONGEST_TEXT, bound_length, take_text
from checkov_keys.iac.hcl.graphemes import split_graphemes
from checkov_keys.iac.hcl.json_texts import encode_json, quote_json
from checkov_keys.iac.hcl.number_texts import Verb, print_digits, print_integer, print_number
from checkov_keys.iac.hcl.possibilities import unknown_result
from checkov_keys.iac.hcl.value_types import BOOL, DYNAMIC, NUMBER, STRING, ListType, SetType, TupleType
from checkov_keys.iac.hcl.values import Unknown, Value, canonical_text, is_wholly_known, list_of, string

if TYPE_CHECKING:
    from collections.abc import Sequence

_VERB = re.compile(r"%([0#+ -]*)([1-9][0-9]*)?(?:\.([0-9]*))?(?:\[([1-9][0-9]*)\])?([A-Za-z])")
_INTEGERS, _NUMBERS, _TEXTS = "bdoxX", "eEfgG", "sq"


def render_format(layout: str, values: Sequence[Value]) -> str:
    """Return what a format string makes of wholly known values; raise EvaluationError if they do not fit it."""
    parts: list[str] = []
    position, following, highest, size = 0, 1, 0, 0
    while position < len(layout):
        end = layout.find("%", position)
        if end < 0:
            parts.append(layout[position:])
            break
        parts.append(layout[position:end])
        if layout[end + 1 : end + 2] == "%":
            parts.append("%")
            position = end + 2
            continue
        match = _VERB.match(layout, end)
        if match is None:
            raise EvaluationError(f"unrecognized format character at offset {end}")
        verb = _read_verb(match, following)
        highest = max(highest, verb.argument)
        parts.append(_render(verb, values))
        following, position = verb.argument + 1, match.end()
        size += len(parts[-1])
        bound_length(size)
    if highest < len(values):
        raise EvaluationError(f"too many arguments; only {highest} used by format string")
    return "".join(parts)


def _read_verb(match: re.Match[str], following: int) -> Verb:
    numbers = [part for part in match.group(2, 3, 4) if part]
    if any(len(part) > len(str(LONGEST_TEXT)) for part in numbers):
        bound_length(LONGEST_TEXT + 1)
    return Verb(
        match[0],
        match[5],
        int(match[4]) if match[4] else following,
        match[1],
        int(match[2]) if match[2] else None,
        None if match[3] is None else int(match[3] or "0"),
    )


def _render(verb: Verb, values: Sequence[Value]) -> str:
    if verb.argument > len(values):
        raise EvaluationError(f'not enough arguments for "{verb.text}": need index {verb.argument}')
    value = values[verb.argument - 1]
    bound_length((verb.width or 0) + (verb.precision or 0))
    if verb.mode == "v":
        return _pad(verb, _render_as_is(verb, value))
    if value.is_null:
        raise EvaluationError(f'unsupported value for "{verb.text}": null value cannot be formatted')
    if verb.mode == "t":
        return "true" if convert(value, BOOL).content else "false"
    if verb.mode in _TEXTS:
        return _render_text(verb, text_of(convert(value, STRING)))
    if verb.mode not in _INTEGERS + _NUMBERS:
        raise EvaluationError(f'unsupported format verb "{verb.mode}"')
    content = convert(value, NUMBER).content
    if verb.mode in _NUMBERS:
        return print_number(content, verb)
    if content.denominator != 1:
        raise EvaluationError(f'unsupported value for "{verb.text}": an integer is required')
    return print_integer(int(content), verb)


def _render_as_is(verb: Verb, value: Value) -> str:
    if "#" not in verb.flags and not value.is_null:
        if value.type == STRING:
            return text_of(value)
        if value.type == NUMBER:
            content = value.content
            sign = "-" if content < 0 or isinstance(content, NegativeZero) else ""
            return sign + print_digits(content, "g", None)
    return encode_json(value)


def _render_text(verb: Verb, text: str) -> str:
    if verb.precision:
        text = "".join(split_graphemes(text)[: verb.precision])
    return _pad(verb, quote_json(text) if verb.mode == "q" else text)


def _pad(verb: Verb, text: str) -> str:
    if verb.width is None:
        return text
    missing = verb.width - len(split_graphemes(text))
    pads = ("0" if "0" in verb.flags else " ") * missing
    return text + pads if "-" in verb.flags else pads + text


def _format(arguments: Sequence[Value], context: CallContext) -> Value:
    if any(argument.is_null and argument.type == DYNAMIC for argument in arguments):
        raise UndecidedError("Terraform does not know what becomes of a null without a type")
    if all(map(is_wholly_known, arguments)):
        return string(render_format(text_of(arguments[0]), arguments[1:]))
    if arguments[0].content == "%s" and len(arguments) == 2 and arguments[1].type == STRING:  # noqa: PLR2004  # as it is
        return take_text(arguments[1])
    if not arguments[0].is_known:
        return settle(arguments, _FORMAT_OF_KNOWN, context)
    result = settle(arguments, _FORMAT_OF_KNOWN, context)
    hidden = result.content
    if isinstance(hidden, Unknown) and not hidden.prefix:
        prefix = text_of(arguments[0]).partition("%")[0]
        return Value(
            STRING, Unknown(hidden.symbol, hidden.reason, hidden.not_null, trim_prefix(prefix), hidden.possible)
        )
    return result


_FORMAT_OF_KNOWN = Function(
    "format", (Parameter("format", STRING),), _format, STRING, variadic=Parameter("args", allow_null=True)
)


def _formatlist(arguments: Sequence[Value], context: CallContext) -> Value:
    layout, values = arguments[0], arguments[1:]
    if not values:
        return list_of(STRING, [_format([layout], context)])
    length = _common_length(values)
    if length is None:
        name = f"formatlist({', '.join(map(canonical_text, arguments))})"
        return unknown_result(ListType(STRING), name, arguments)
    context.budget.spend(40 * length * len(values))
    rows = []
    for position in range(length):
        row = [value.members[position] if _is_iterated(value) else value for value in values]
        rows.append(_format([layout, *row], context))
    return list_of(STRING, rows)


def _is_iterated(value: Value) -> bool:
    return isinstance(value.type, SEQUENCES) and not value.is_null


def _common_length(values: Sequence[Value]) -> int | None:
    """Return how many rows there are; None if that is not known."""
    lengths = set()
    unsettled = False
    for value in values:
        if not value.is_known:
            unsettled = unsettled or value.type == DYNAMIC or isinstance(value.type, (ListType, SetType))
            if isinstance(value.type, TupleType):
                return None
        elif _is_iterated(value):
            if isinstance(value.type, SetType) and not is_wholly_known(value):
                unsettled = True
            else:
                lengths.add(len(value.members))
    if len(lengths) > 1:
        raise EvaluationError("the lists have different lengths")
    if unsettled:
        return None
    return lengths.pop() if lengths else 1


_ARGUMENTS = Parameter("args", allow_null=True, allow_unknown=True)
FUNCTIONS = (
    Function("format", (Parameter("format", STRING, allow_unknown=True),), _format, STRING, variadic=_ARGUMENTS),
    Function("formatlist", (Parameter("format", STRING),), _formatlist, ListType(STRING), variadic=_ARGUMENTS),
)
