"""Terraform's functions that encode and decode texts."""

from __future__ import annotations

import base64
import codecs
import re
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from checkov_keys.iac.hcl.csv_texts import read_csv
from checkov_keys.iac.hcl.errors import EvaluationError, UndecidedError
from checkov_keys.iac.hcl.functions.calling import CallContext, Function, Parameter, settle, text_of
from checkov_keys.iac.hcl.functions.hashes import encode_bytes
from checkov_keys.iac.hcl.functions.strings import bound_length
from checkov_keys.iac.hcl.json_texts import decode_json, encode_json
from checkov_keys.iac.hcl.value_types import STRING, ObjectType
from checkov_keys.iac.hcl.values import Value, is_wholly_known, list_of, object_of, string, unknown
from checkov_keys.iac.hcl.yaml_emitter import encode_yaml
from checkov_keys.iac.hcl.yaml_texts import decode_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_GZIP_HEADER = "H4sIAAAAAAAA/"
_CODECS = {
    "utf-8": "utf-8", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "iso-8859-1": "latin-1",
    "iso-8859-2": "iso8859-2", "iso-8859-5": "iso8859-5", "iso-8859-15": "iso8859-15", "windows-1250": "cp1250",
    "windows-1251": "cp1251", "windows-1252": "cp1252",
}  # fmt: skip


def decode_base64(text: str) -> bytes:
    """Return the bytes of Base64 as Go reads it: line breaks do not matter, padding does."""
    plain = text.replace("\r", "").replace("\n", "")
    if len(plain) % 4 or not _BASE64.fullmatch(plain):
        raise EvaluationError("failed to decode base64 data")
    return base64.b64decode(plain)


def _base64decode(arguments: Sequence[Value], _context: CallContext) -> Value:
    try:
        return string(decode_base64(text_of(arguments[0])).decode())
    except UnicodeDecodeError as error:
        raise EvaluationError("the result of decoding the provided string is not valid UTF-8") from error


def _base64encode(arguments: Sequence[Value], _context: CallContext) -> Value:
    return string(base64.b64encode(encode_bytes(text_of(arguments[0]))).decode())


def _base64gzip(arguments: Sequence[Value], _context: CallContext) -> Value:
    return unknown(
        STRING,
        f"base64gzip({arguments[0].content!r})",
        "Go compresses in its own way",
        not_null=True,
        prefix=_GZIP_HEADER,
    )


def _codec(name: str) -> str:
    found = _CODECS.get(name.lower())
    if found is None:
        raise UndecidedError(f'the encoding "{name}" is not known here')
    return found


def _textencodebase64(arguments: Sequence[Value], _context: CallContext) -> Value:
    text, codec = text_of(arguments[0]), _codec(text_of(arguments[1]))
    try:
        return string(base64.b64encode(codecs.encode(text, codec)).decode())
    except UnicodeEncodeError as error:
        if codec.startswith("cp"):
            raise UndecidedError("a character is not known here") from error
        raise EvaluationError("the given string contains characters that cannot be represented") from error


def _textdecodebase64(arguments: Sequence[Value], _context: CallContext) -> Value:
    content, codec = text_of(arguments[0]), _codec(text_of(arguments[1]))
    try:
        text = codecs.decode(decode_base64(content), codec)
    except UnicodeDecodeError as error:
        if codec.startswith("cp"):
            raise UndecidedError("a character is not known here") from error
        raise EvaluationError("the given string contains symbols that are not defined") from error
    if "\ufffd" in text:
        raise EvaluationError("the given string contains symbols that are not defined")
    return string(text)


def _csvdecode(arguments: Sequence[Value], context: CallContext) -> Value:
    text = text_of(arguments[0])
    context.budget.spend(20 * len(text) + 40 * text.count(","))
    records = read_csv(text)
    if not records:
        raise EvaluationError("missing header line")
    names = [string(name).content for name in records[0]]
    if len(set(names)) < len(names):
        raise EvaluationError("duplicate column name")
    rows = []
    for record in records[1:]:
        if len(record) != len(names):
            raise EvaluationError("CSV parse error: wrong number of fields")
        rows.append(object_of(dict(zip(names, map(string, record)))))
    return list_of(ObjectType(tuple((name, STRING) for name in sorted(names))), rows)


def _jsondecode(arguments: Sequence[Value], context: CallContext) -> Value:
    text = text_of(arguments[0])
    context.budget.spend(4 * len(text))
    return decode_json(text)


def _jsonencode(arguments: Sequence[Value], context: CallContext) -> Value:
    if is_wholly_known(arguments[0]):
        text = encode_json(arguments[0])
        bound_length(len(text))
        return string(text)
    return settle(arguments, _JSONENCODE_OF_KNOWN, context)


def _urlencode(arguments: Sequence[Value], _context: CallContext) -> Value:
    return string(quote_plus(encode_bytes(text_of(arguments[0]))))


def _yamldecode(arguments: Sequence[Value], context: CallContext) -> Value:
    return decode_yaml(text_of(arguments[0]), context.budget.spend)


def _yamlencode(arguments: Sequence[Value], context: CallContext) -> Value:
    return string(encode_yaml(arguments[0], context.budget.spend))


_JSONENCODE_OF_KNOWN = Function("jsonencode", (Parameter("val", allow_null=True),), _jsonencode, STRING)
_TEXT = (Parameter("str", STRING),)
_ENCODING = Parameter("encoding", STRING)
FUNCTIONS = (
    Function("base64decode", _TEXT, _base64decode, STRING),
    Function("base64encode", _TEXT, _base64encode, STRING),
    Function("base64gzip", _TEXT, _base64gzip, STRING),
    Function("csvdecode", _TEXT, _csvdecode),
    Function("jsondecode", _TEXT, _jsondecode, not_null=False),
    Function("jsonencode", (Parameter("val", allow_null=True, allow_unknown=True),), _jsonencode, STRING),
    Function("textdecodebase64", (Parameter("source", STRING), _ENCODING), _textdecodebase64, STRING),
    Function("textencodebase64", (Parameter("string", STRING), _ENCODING), _textencodebase64, STRING),
    Function("urlencode", _TEXT, _urlencode, STRING),
    Function("yamldecode", (Parameter("src", STRING),), _yamldecode, not_null=False),
    Function("yamlencode", (Parameter("value", allow_null=True),), _yamlencode, STRING),
)
