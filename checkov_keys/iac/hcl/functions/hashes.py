"""Terraform's functions of hashes and other one-way texts; those that differ at each call are unknown."""

from __future__ import annotations

import base64
import binascii
import hashlib
import uuid
from typing import TYPE_CHECKING, Callable

from checkov_keys.iac.hcl.errors import EvaluationError, UndecidedError
from checkov_keys.iac.hcl.functions.calling import CallContext, Function, Implementation, Parameter, text_of
from checkov_keys.iac.hcl.value_types import NUMBER, STRING
from checkov_keys.iac.hcl.values import Value, string, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMESPACES = {
    "dns": uuid.NAMESPACE_DNS,
    "url": uuid.NAMESPACE_URL,
    "oid": uuid.NAMESPACE_OID,
    "x500": uuid.NAMESPACE_X500,
}
_DIGEST_SIZES = (32, 36, 38, 45)


def encode_bytes(text: str) -> bytes:
    """Return a text as UTF-8; what cannot be in a text of Terraform is an EvaluationError."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise EvaluationError("the text is not valid UTF-8") from error


def digest_bytes(algorithm: str, content: bytes, *, in_base64: bool) -> str:
    """Return the digest of bytes as hexadecimal digits or as Base64."""
    digest = hashlib.new(algorithm, content, usedforsecurity=False)
    return base64.b64encode(digest.digest()).decode() if in_base64 else digest.hexdigest()


def _hash(algorithm: str, *, in_base64: bool = False) -> Implementation:
    def implementation(arguments: Sequence[Value], _context: CallContext) -> Value:
        return string(digest_bytes(algorithm, encode_bytes(text_of(arguments[0])), in_base64=in_base64))

    return implementation


def _uuidv5(arguments: Sequence[Value], _context: CallContext) -> Value:
    chosen, name = map(text_of, arguments)
    namespace = _NAMESPACES.get(chosen) or _parse_uuid(chosen)
    digest = hashlib.sha1(namespace.bytes + encode_bytes(name), usedforsecurity=False).digest()
    return string(str(uuid.UUID(bytes=digest[:16], version=5)))


def _parse_uuid(text: str) -> uuid.UUID:
    plain = text
    if len(text) == 45 and text[:9].lower() == "urn:uuid:":  # noqa: PLR2004  # the prefix and a UUID
        plain = text[9:]
    elif len(text) == 38:  # noqa: PLR2004  # a UUID in braces
        plain = text[1:-1]
    digits = plain if len(plain) == 32 else plain.replace("-", "")  # noqa: PLR2004  # digits alone
    dashes = len(plain) == 36 and [at for at, each in enumerate(plain) if each == "-"] != [8, 13, 18, 23]  # noqa: PLR2004
    if len(text) not in _DIGEST_SIZES or len(digits) != 32 or dashes:  # noqa: PLR2004  # as above
        raise EvaluationError(f"uuidv5() doesn't support namespace {text}")
    try:
        return uuid.UUID(bytes=bytes.fromhex(digits)) if digits.isascii() else _refuse(text)
    except ValueError as error:
        raise EvaluationError(f"uuidv5() doesn't support namespace {text}") from error


def _refuse(text: str) -> uuid.UUID:
    raise EvaluationError(f"uuidv5() doesn't support namespace {text}")


def _rsadecrypt(arguments: Sequence[Value], _context: CallContext) -> Value:
    try:
        base64.b64decode(text_of(arguments[0]), validate=True)
    except (binascii.Error, ValueError) as error:
        raise EvaluationError("failed to decode input: cipher text must be base64-encoded") from error
    raise UndecidedError("what is encrypted is not decrypted here")


def _differing(name: str) -> Callable[[Sequence[Value], CallContext], Value]:
    def implementation(_arguments: Sequence[Value], context: CallContext) -> Value:
        return unknown(
            STRING, f"{name}()@{context.call_site}", f"{name}() is something else at each call", not_null=True
        )

    return implementation


_TEXT = (Parameter("str", STRING),)
FUNCTIONS = (
    Function("base64sha256", _TEXT, _hash("sha256", in_base64=True), STRING, one_way=True),
    Function("base64sha512", _TEXT, _hash("sha512", in_base64=True), STRING, one_way=True),
    Function(
        "bcrypt",
        (Parameter("str", STRING, allow_unknown=True),),
        _differing("bcrypt"),
        STRING,
        variadic=Parameter("cost", NUMBER, allow_unknown=True),
        one_way=True,
    ),
    Function("md5", _TEXT, _hash("md5"), STRING, one_way=True),
    Function("plantimestamp", (), _differing("plantimestamp"), STRING),
    Function("rsadecrypt", (Parameter("ciphertext", STRING), Parameter("privatekey", STRING)), _rsadecrypt, STRING),
    Function("sha1", _TEXT, _hash("sha1"), STRING, one_way=True),
    Function("sha256", _TEXT, _hash("sha256"), STRING, one_way=True),
    Function("sha512", _TEXT, _hash("sha512"), STRING, one_way=True),
    Function("timestamp", (), _differing("timestamp"), STRING),
    Function("uuid", (), _differing("uuid"), STRING),
    Function("uuidv5", (Parameter("namespace", STRING), Parameter("name", STRING)), _uuidv5, STRING, one_way=True),
)
