"""The files that a scan of a directory could not read, and whether one of them may declare an access key."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.declared.module_paths import list_problems
from checkov_keys.iac.selection.marks import read_marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.host.reading_scan import GraphReading
    from checkov_keys.iac.terraform.module_tree import ModuleTree

# The source of a module, in either syntax of Terraform.
_SOURCE = re.compile(rb'\bsource"?\s*[=:]\s*"(\.[^"\\$%\r\n\0]*)"')
TERRAFORM, TERRAFORM_JSON = "terraform", "terraform_json"


class UnreadFile(NamedTuple):
    """A file that does not parse as the language (Checkov's framework) that it should be."""

    language: str
    path: Path

    @property
    def may_declare_key(self) -> bool:
        """Whether the words in it allow for an access key."""
        try:
            return bool(read_marks(self.path.name, self.path.read_bytes()).frameworks)
        except OSError:
            return True

    def may_call(self, directory: Path) -> bool:
        """Tell whether the file may call the Terraform module in a directory."""
        if self.language not in (TERRAFORM, TERRAFORM_JSON):
            return False
        try:
            sources = _SOURCE.findall(self.path.read_bytes())
        except OSError:
            return False
        called = (self.path.parent / source.decode("utf-8", "replace") for source in sources)
        return any(path.resolve() == directory.resolve() for path in called)


def find_unread(scan: GraphReading, tree: ModuleTree) -> Iterator[UnreadFile]:
    """Yield the files that could not be read.

    A file of a Terraform module is one of them if Terraform's own rules refuse it, whatever Checkov's parser says.
    """
    judged: set[str] = set()
    if scan.framework in (TERRAFORM, TERRAFORM_JSON):
        for graph, _ in scan.readings:
            context = graph.notes.get("terraform")
            directories = context.directories if context else ()
            judged.update(path for directory in directories for path in tree.module(directory).paths)
            for problem in list_problems(tree, directories):
                if problem.path.endswith(".json") is (scan.framework == TERRAFORM_JSON):
                    yield UnreadFile(scan.framework, Path(problem.path).resolve())
    judged_files = {Path(path).resolve() for path in judged}
    for path in scan.unparsed:
        if Path(path).resolve() not in judged_files:
            yield UnreadFile(scan.framework, Path(path).resolve())
