"""What it costs that one of Checkov's runners does not parse a file: nothing, unless a key can depend on it.

Terraform's files are read by this pack itself, so that only those count which it cannot read either.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.common.frameworks import FRAMEWORKS
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.selection.marks import read_marks
from checkov_keys.iac.selection.module_calls import has_calls
from checkov_keys.iac.terraform.configuration import read_syntax
from checkov_keys.iac.terraform.module_files import (
    FileStore,
    ModuleFile,
    is_module_file,
    is_override,
    list_module_files,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_TERRAFORM = frozenset({"terraform", "terraform_json"})
_VALUES = (".tfvars", ".tfvars.json")
# https://developer.hashicorp.com/terraform/language/files: what is in tests and queries is not applied.
_TESTS = (".tftest.hcl", ".tofutest.hcl", ".tfmock.hcl", ".tfquery.hcl")
_KEY = re.compile(rb"aws_iam_(?:access_key|user)\b")
_OUTPUT = re.compile(rb'^[ \t]*output[ \t]+["\w]|"output"\s*:', re.MULTILINE)
# What other files of a module refer to by names that do not tell where it is declared.
_SHARED = re.compile(
    rb'^[ \t]*(?:variable|locals|output|provider)\b|"(?:variable|locals|output|provider)"', re.MULTILINE
)
_RESOURCE = re.compile(rb'^[ \t]*(?:resource|data|ephemeral)[ \t]+"?([\w-]+)"?[ \t]+"?([\w-]+)', re.MULTILINE)
_RESOURCE_IN_JSON = re.compile(rb'"(?:resource|data|ephemeral)"')
_UNPARSED = "it does not parse"


class RefusedFile(NamedTuple):
    """A file that a runner of Checkov does not parse: by which framework, its name, and what is in it.

    `problem` is why it cannot be read here either, "" if it can. `siblings` are the names and contents of the other
    files of a Terraform module. Both are of Terraform only.
    """

    framework: str
    name: str
    content: bytes
    problem: str = ""
    siblings: tuple[tuple[str, bytes], ...] = ()


def describe_refusal(framework: str, path: str) -> str:
    """Return why something is not judged since the runner of a framework does not parse a file, "" if nothing is."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    file = RefusedFile(framework, os.path.basename(path), content)  # noqa: PTH119
    if framework in _TERRAFORM and is_module_file(file.name):
        file = file._replace(problem=_find_problem(path), siblings=tuple(_read_siblings(path)))
    return judge_refusal(file)


def judge_refusal(file: RefusedFile) -> str:
    """Return why something is not judged without a file, "" if no key can depend on it."""
    if file.framework not in FRAMEWORKS:
        return _UNPARSED
    if file.framework not in _TERRAFORM:
        marks = read_marks(file.name, file.content)
        # Keys of Crossplane refer to users in other files.
        matters = file.framework in marks.frameworks or (file.framework == "kubernetes" and marks.crossplane)
        return _UNPARSED if matters else ""
    if file.name.endswith((*_VALUES, *_TESTS)):
        # Values that cannot be read are named by the modules that need them.
        return ""
    if not is_module_file(file.name):
        return _UNPARSED if _KEY.search(file.content) else ""
    return file.problem if file.problem and _can_matter(file) else ""


def _can_matter(file: RefusedFile) -> bool:
    """Tell whether keys may be in a file of a module, or in other files of it that depend on this one."""
    own = file.name, file.content
    if _KEY.search(file.content) or has_calls(*own):
        return True
    module = (own, *file.siblings)
    if not any(_KEY.search(text) or has_calls(name, text) or _OUTPUT.search(text) for name, text in module):
        return False
    if is_override(file.name) or _SHARED.search(file.content) or _RESOURCE_IN_JSON.search(file.content):
        return True
    names = {b".".join(labels) for labels in _RESOURCE.findall(file.content)}
    return any(name in text for name in names for _, text in file.siblings)


def _find_problem(path: str) -> str:
    try:
        read_syntax(ModuleFile(path, path.endswith(".json"), is_override=False), FileStore())
    except SyntaxProblem as problem:
        return f"{_UNPARSED}: line {problem.line}: {problem.message}"
    except UnicodeDecodeError:
        return f"{_UNPARSED}: it is not UTF-8"
    except OSError as error:
        return f"it cannot be read: {error.strerror or error}"
    return ""


def _read_siblings(path: str) -> Iterator[tuple[str, bytes]]:
    for file in list_module_files(os.path.dirname(path)):  # noqa: PTH120
        if file.path != path:
            try:
                yield os.path.basename(file.path), Path(file.path).read_bytes()  # noqa: PTH119
            except OSError:
                continue
