"""JSON as Terraform reads and writes it (of values: `json_syntax` reads the JSON form of Terraform's own files)."""

from __future__ import annotations

import json
import re

from checkov_keys.iac.hcl.binary_numbers import format_number, parse_number
from checkov_keys.iac.hcl.errors import EvaluationError, LimitError, UndecidedError
from checkov_keys.iac.hcl.values import Value, boolean, null, number, object_of, string, tuple_of

_ESCAPED = re.compile('[\x00-\x1f"\\\\<>&\u2028\u2029]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_SURROGATES = re.compile("[\ud800-\udfff]")
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
DEEPEST = 100


def encode_json(value: Value) -> str:
    """Return a wholly known value as JSON, with the characters escaped that Go escapes."""
    content = value.content
    if content is None:
        return "null"
    if isinstance(content, str):
        return quote_json(content)
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, dict):
        return "{" + ",".join(f"{quote_json(key)}:{encode_json(member)}" for key, member in content.items()) + "}"
    if isinstance(content, tuple):
        return "[" + ",".join(map(encode_json, content)) + "]"
    return format_number(content)


def quote_json(text: str) -> str:
    """Return a text in quotes."""
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    return _SHORT.get(match[0]) or f"\\u{ord(match[0]):04x}"


def decode_json(text: str) -> Value:
    """Return what JSON describes; raise EvaluationError if it is not JSON."""
    _bound_depth(text)
    plain = text.strip(_SPACES)
    try:
        decoded, end = _DECODER.raw_decode(plain)
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"not valid JSON: {error}") from error
    rest = plain[end:].lstrip(_SPACES)
    if rest and rest[0] not in "]}":
        raise EvaluationError("not valid JSON: extraneous data after JSON object")
    return _from_json(decoded)


def _bound_depth(text: str) -> None:
    depth = 0
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], 0)
        if depth > DEEPEST:
            raise LimitError("the JSON nests too deep")


class _Digits(str):
    """The text of a number in JSON."""

    __slots__ = ()


_SPACES = " \t\n\r"
_DECODER = json.JSONDecoder(parse_int=_Digits, parse_float=_Digits)


def _from_json(decoded: object) -> Value:
    if decoded is None:
        return null()
    if isinstance(decoded, bool):
        return boolean(decoded)
    if isinstance(decoded, _Digits):
        return _read_number(decoded)
    if isinstance(decoded, str):
        if _SURROGATES.search(decoded):
            raise UndecidedError("half a surrogate pair is not known here")
        return string(decoded)
    if isinstance(decoded, list):
        return tuple_of([_from_json(member) for member in decoded])
    if isinstance(decoded, dict):
        return object_of({string(name).content: _from_json(member) for name, member in decoded.items()})
    raise EvaluationError("not valid JSON: NaN and infinite numbers are not part of it")


def _read_number(digits: str) -> Value:
    if not _JSON_NUMBER.fullmatch(digits):
        raise EvaluationError(f"not valid JSON: {digits}")
    return number(parse_number(digits))
