"""Terraform's functions of texts."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.errors import EvaluationError, LimitError, UndecidedError
from checkov_keys.iac.hcl.functions.calling import CallContext, Function, Parameter, as_integer, settle, text_of
from checkov_keys.iac.hcl.graphemes import split_graphemes
from checkov_keys.iac.hcl.losses import LOSSES
from checkov_keys.iac.hcl.value_types import BOOL, NUMBER, STRING, ListType
from checkov_keys.iac.hcl.values import Unknown, Value, boolean, is_wholly_known, list_of, string, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

SPACES = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
LONGEST_TEXT = 1_000_000
STRINGS = ListType(STRING)


def _texts(*names: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, STRING) for name in names)


def bound_length(length: int) -> None:
    """Raise LimitError if a text would become too long."""
    if length > LONGEST_TEXT:
        raise LimitError("the text would be too long")


def _map_runes(text: str, case: str) -> str:
    if text.isascii():
        return text.upper() if case == "upper" else text.lower()
    return "".join(map_rune(character, case) for character in text)


def map_rune(character: str, case: str) -> str:
    """Return one code point in another case (`upper`, `lower`, `title`) as one code point, as Go does."""
    if unicodedata.category(character) == "Cn":
        raise UndecidedError(f"U+{ord(character):04X} is not known here")
    mapped: str = getattr(character, case)()
    if len(mapped) == 1:
        return mapped
    if case == "lower":
        return "i" if character == "\u0130" else character
    titled = character.title()
    return titled if len(titled) == 1 else character


def _upper(arguments: Sequence[Value], _context: CallContext) -> Value:
    return string(_map_runes(text_of(arguments[0]), "upper"))


def _lower(arguments: Sequence[Value], _context: CallContext) -> Value:
    return string(_map_runes(text_of(arguments[0]), "lower"))


def _title(arguments: Sequence[Value], _context: CallContext) -> Value:
    result, before = [], " "
    for character in text_of(arguments[0]):
        result.append(map_rune(character, "title") if _separates(before) else character)
        before = character
    return string("".join(result))


def _separates(character: str) -> bool:
    if character.isascii():
        return not (character.isalnum() or character == "_")
    return unicodedata.category(character) not in {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd"} and character in SPACES


def _strrev(arguments: Sequence[Value], _context: CallContext) -> Value:
    return string("".join(reversed(split_graphemes(text_of(arguments[0])))))


def _substr(arguments: Sequence[Value], _context: CallContext) -> Value:
    text = text_of(arguments[0])
    offset, length = as_integer(arguments[1], "offset"), as_integer(arguments[2], "length")
    clusters = split_graphemes(text)
    if offset < 0:
        offset += len(clusters)
    elif length == 0:
        return string("")
    rest = clusters[offset:] if offset > 0 else clusters
    if length >= 0:
        rest = rest[:length] if length else rest
    return string("".join(rest))


def _join(arguments: Sequence[Value], context: CallContext) -> Value:
    separator = text_of(arguments[0])
    if not arguments[1:]:
        raise EvaluationError("at least one list is required")
    if not all(map(is_wholly_known, arguments)):
        members = [member for each in arguments[1:] for member in each.members]
        return take_text(members[0]) if len(members) == 1 else settle(arguments, _JOIN_OF_KNOWN, context)
    items = []
    for each in arguments[1:]:
        for position, member in enumerate(each.members):
            if member.is_null:
                raise EvaluationError(f"element {position} is null; cannot concatenate null values")
            items.append(text_of(member))
    bound_length(sum(map(len, items)) + len(separator) * len(items))
    return string(separator.join(items))


def take_text(member: Value) -> Value:
    """Return an unknown text as the result of a function that gives it back but refuses null."""
    hidden = member.content
    if not isinstance(hidden, Unknown):
        return member
    LOSSES.count += not hidden.not_null
    possible = tuple(choice for choice in hidden.possible if not choice.is_null)
    return unknown(STRING, hidden.symbol, hidden.reason, not_null=True, prefix=hidden.prefix, possible=possible)


_JOIN_OF_KNOWN = Function("join", _texts("separator"), _join, STRING, variadic=Parameter("lists", STRINGS))


def _split(arguments: Sequence[Value], context: CallContext) -> Value:
    separator, text = map(text_of, arguments)
    context.budget.spend(40 * (text.count(separator) if separator else len(text)))
    parts = text.split(separator) if separator else list(text)
    return list_of(STRING, [string(part) for part in parts])


def _sort(arguments: Sequence[Value], _context: CallContext) -> Value:
    if any(member.is_null for member in arguments[0].members):
        raise EvaluationError("a null string cannot be sorted")
    return list_of(STRING, [string(text) for text in sorted(map(text_of, arguments[0].members))])


def _chomp(arguments: Sequence[Value], _context: CallContext) -> Value:
    return string(text_of(arguments[0]).rstrip("\r\n"))


def _indent(arguments: Sequence[Value], _context: CallContext) -> Value:
    spaces, text = as_integer(arguments[0], "spaces"), text_of(arguments[1])
    if spaces < 0:
        raise EvaluationError("spaces must not be negative")
    bound_length(len(text) + text.count("\n") * spaces + (spaces if spaces > LONGEST_TEXT else 0))
    return string(text.replace("\n", "\n" + " " * spaces))


def _trim(arguments: Sequence[Value], _context: CallContext) -> Value:
    text, cutset = map(text_of, arguments)
    return string(text.strip(cutset))


def _trimprefix(arguments: Sequence[Value], _context: CallContext) -> Value:
    text, prefix = map(text_of, arguments)
    return string(text.removeprefix(prefix))


def _trimsuffix(arguments: Sequence[Value], _context: CallContext) -> Value:
    text, suffix = map(text_of, arguments)
    return string(text[: len(text) - len(suffix)] if text.endswith(suffix) else text)


def _trimspace(arguments: Sequence[Value], _context: CallContext) -> Value:
    return string(text_of(arguments[0]).strip(SPACES))


def _startswith(arguments: Sequence[Value], context: CallContext) -> Value:
    text, prefix = arguments
    hidden = text.content
    if isinstance(hidden, Unknown):
        if not prefix.is_known:
            return settle(arguments, _STARTSWITH_STRICT, context)
        wanted = text_of(prefix)
        if hidden.prefix.startswith(wanted) and wanted:
            return boolean(True)  # noqa: FBT003  # it is the value
        if not wanted.startswith(hidden.prefix):
            return boolean(False)  # noqa: FBT003  # it is the value
        return settle(arguments, _STARTSWITH_STRICT, context)
    if not prefix.is_known:
        return settle(arguments, _STARTSWITH_STRICT, context)
    return boolean(str(hidden).startswith(text_of(prefix)))


_STARTSWITH_STRICT = Function("startswith", _texts("str", "prefix"), _startswith, BOOL)


def _endswith(arguments: Sequence[Value], _context: CallContext) -> Value:
    text, suffix = map(text_of, arguments)
    return boolean(text.endswith(suffix))


def _strcontains(arguments: Sequence[Value], _context: CallContext) -> Value:
    text, part = map(text_of, arguments)
    return boolean(part in text)


FUNCTIONS = (
    Function("chomp", _texts("str"), _chomp, STRING),
    Function("endswith", _texts("str", "suffix"), _endswith, BOOL),
    Function("indent", (Parameter("spaces", NUMBER), Parameter("str", STRING)), _indent, STRING),
    Function("join", _texts("separator"), _join, STRING, variadic=Parameter("lists", STRINGS, partial=True)),
    Function("lower", _texts("str"), _lower, STRING),
    Function("sort", (Parameter("list", STRINGS),), _sort, STRINGS),
    Function("split", _texts("separator", "str"), _split, STRINGS),
    Function(
        "startswith",
        (Parameter("str", STRING, allow_unknown=True), Parameter("prefix", STRING, allow_unknown=True)),
        _startswith,
        BOOL,
    ),
    Function("strcontains", _texts("str", "substr"), _strcontains, BOOL),
    Function("strrev", _texts("str"), _strrev, STRING),
    Function(
        "substr", (Parameter("str", STRING), Parameter("offset", NUMBER), Parameter("length", NUMBER)), _substr, STRING
    ),
    Function("title", _texts("str"), _title, STRING),
    Function("trim", _texts("str", "cutset"), _trim, STRING),
    Function("trimprefix", _texts("str", "prefix"), _trimprefix, STRING),
    Function("trimspace", _texts("str"), _trimspace, STRING),
    Function("trimsuffix", _texts("str", "suffix"), _trimsuffix, STRING),
    Function("upper", _texts("str"), _upper, STRING),
)
