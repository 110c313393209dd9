"""Terraform's functions of paths and files; what files hold comes from the `Files` that the caller has."""

from __future__ import annotations

import base64
import posixpath
from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.conversion import convert
from checkov_keys.iac.hcl.errors import EvaluationError, UndecidedError
from checkov_keys.iac.hcl.functions.calling import CallContext, Function, Implementation, Parameter, text_of
from checkov_keys.iac.hcl.functions.hashes import digest_bytes
from checkov_keys.iac.hcl.path_globs import compile_glob, has_meta
from checkov_keys.iac.hcl.value_types import BOOL, DYNAMIC, STRING, MapType, ObjectType, SetType
from checkov_keys.iac.hcl.values import Value, boolean, set_of, string

if TYPE_CHECKING:
    from collections.abc import Sequence


def _clean(path: str) -> str:
    cleaned = posixpath.normpath(path) if path else "."
    return f"/{cleaned.lstrip('/')}" if cleaned.startswith("//") else cleaned


def _basename(arguments: Sequence[Value], _context: CallContext) -> Value:
    path = text_of(arguments[0])
    return string((path.rstrip("/").rpartition("/")[2] or "/") if path else ".")


def _dirname(arguments: Sequence[Value], _context: CallContext) -> Value:
    head, slash, _ = text_of(arguments[0]).rpartition("/")
    return string(_clean(head + slash))


def _abspath(arguments: Sequence[Value], _context: CallContext) -> Value:
    path = text_of(arguments[0])
    if not path.startswith("/"):
        raise UndecidedError("where Terraform will run is not known")
    return string(_clean(path))


def _pathexpand(arguments: Sequence[Value], _context: CallContext) -> Value:
    path = text_of(arguments[0])
    if not path.startswith("~"):
        return string(path)
    if len(path) > 1 and path[1] not in "/\\":
        raise EvaluationError("cannot expand user-specific home dir")
    raise UndecidedError("whose home directory it is, is not known")


def _read(path: str, context: CallContext) -> bytes:
    try:
        content = context.files.read_bytes(path)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise EvaluationError(f'no file exists at "{path}"') from error
    context.budget.spend(len(content))
    return content


def _read_text(path: str, context: CallContext) -> str:
    try:
        return _read(path, context).decode()
    except UnicodeDecodeError as error:
        raise EvaluationError(f'contents of "{path}" are not valid UTF-8') from error


def _file(arguments: Sequence[Value], context: CallContext) -> Value:
    return string(_read_text(text_of(arguments[0]), context))


def _filebase64(arguments: Sequence[Value], context: CallContext) -> Value:
    return string(base64.b64encode(_read(text_of(arguments[0]), context)).decode())


def _fileexists(arguments: Sequence[Value], context: CallContext) -> Value:
    path = text_of(arguments[0])
    try:
        return boolean(context.files.exists(path))
    except IsADirectoryError as error:
        raise EvaluationError(f'"{path}" is a directory, not a file') from error


def _fileset(arguments: Sequence[Value], context: CallContext) -> Value:
    directory, pattern = map(text_of, arguments)
    pattern = _clean(pattern.lstrip("/")) if pattern else "."
    if has_meta(directory) or pattern == ".." or pattern.startswith("../"):
        raise UndecidedError("the pattern is not known here")
    matcher = compile_glob(pattern)
    found = []
    for name in context.files.list(directory):
        context.budget.spend(20 + len(name))
        if matcher.match(name):
            found.append(string(name))
    return set_of(STRING, found)


def _filehash(algorithm: str, *, in_base64: bool = False) -> Implementation:
    def implementation(arguments: Sequence[Value], context: CallContext) -> Value:
        return string(digest_bytes(algorithm, _read(text_of(arguments[0]), context), in_base64=in_base64))

    return implementation


def _templatefile(arguments: Sequence[Value], context: CallContext) -> Value:
    return _render(_read_text(text_of(arguments[0]), context), arguments[1], "templatefile", context)


def _templatestring(arguments: Sequence[Value], context: CallContext) -> Value:
    return convert(_render(text_of(arguments[0]), arguments[1], "templatestring", context), STRING)


def _render(text: str, variables: Value, function: str, context: CallContext) -> Value:
    if not isinstance(variables.type, (MapType, ObjectType)):
        raise EvaluationError("invalid vars value: must be a map")
    for name in variables.content:
        if not name.replace("-", "_").isidentifier() or name.startswith("_"):
            raise EvaluationError(f'invalid template variable name "{name}"')
    result = context.evaluate_template(text, variables.content, function)
    if result.is_null:
        raise EvaluationError("the result of the template is null")
    return result.with_marks(variables.marks)


_PATH = (Parameter("path", STRING),)
_VARIABLES = Parameter("vars", partial=True, allow_marked=True)
FUNCTIONS = (
    Function("abspath", _PATH, _abspath, STRING),
    Function("basename", _PATH, _basename, STRING),
    Function("dirname", _PATH, _dirname, STRING),
    Function("file", _PATH, _file, STRING),
    Function("filebase64", _PATH, _filebase64, STRING),
    Function("filebase64sha256", _PATH, _filehash("sha256", in_base64=True), STRING),
    Function("filebase64sha512", _PATH, _filehash("sha512", in_base64=True), STRING),
    Function("fileexists", _PATH, _fileexists, BOOL),
    Function("filemd5", _PATH, _filehash("md5"), STRING),
    Function("fileset", (*_PATH, Parameter("pattern", STRING)), _fileset, SetType(STRING)),
    Function("filesha1", _PATH, _filehash("sha1"), STRING),
    Function("filesha256", _PATH, _filehash("sha256"), STRING),
    Function("filesha512", _PATH, _filehash("sha512"), STRING),
    Function("pathexpand", _PATH, _pathexpand, STRING),
    Function("templatefile", (*_PATH, _VARIABLES), _templatefile, DYNAMIC),
    Function("templatestring", (Parameter("template", STRING), _VARIABLES), _templatestring, STRING),
)
