"""The values that files give to the variables of a root module, in Terraform's order.

`terraform.tfvars`, `terraform.tfvars.json`, `*.auto.tfvars` and `*.auto.tfvars.json` by their names, then the files
that the command line names; a later one wins. Values in the environment are those of the machine that scans, not of the
one that applies, and are not read. https://developer.hashicorp.com/terraform/language/values/variables
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.hcl.blocks import Attribute, parse_file
from checkov_keys.iac.hcl.json_syntax import parse_json_file
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.terraform.configuration import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checkov_keys.iac.terraform.module_files import FileStore

_FIRST = ("terraform.tfvars", "terraform.tfvars.json")
_AUTOMATIC = (".auto.tfvars", ".auto.tfvars.json")


class FileValues(NamedTuple):
    """The expressions that files give to variables by name, and the files that could not be read."""

    values: dict[str, Attribute]
    problems: tuple[Problem, ...]


def read_value_files(directory: str, named: Iterable[str], files: FileStore) -> FileValues:
    """Return the values that the files of a root module, and the `named` ones, give to its variables."""
    values: dict[str, Attribute] = {}
    problems: list[Problem] = []
    for path in (*_list_automatic(directory), *named):
        found = _read_file(path, files)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            values.update(found)
    return FileValues(values, tuple(problems))


def _read_file(path: str, files: FileStore) -> dict[str, Attribute] | Problem:
    try:
        text = files.read(path)
        body = parse_json_file(text, _count_no_labels) if path.endswith(".json") else parse_file(text)
    except SyntaxProblem as error:
        return Problem(path, error.line, error.message)
    except OSError as error:
        return Problem(path, 0, error.strerror or str(error))
    except UnicodeDecodeError:
        return Problem(path, 0, "it is not UTF-8")
    return body.attributes


def _list_automatic(directory: str) -> Sequence[str]:
    try:
        names = {entry.name for entry in os.scandir(directory) if entry.is_file()}
    except OSError:
        return ()
    ordered = [*(name for name in _FIRST if name in names), *sorted(n for n in names if n.endswith(_AUTOMATIC))]
    return [os.path.join(directory, name) for name in ordered]  # noqa: PTH118


def _count_no_labels(path: tuple[str, ...]) -> int | None:
    """Tell that nothing in a file of values is a block."""
    del path
    return None
