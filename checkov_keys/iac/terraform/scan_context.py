"""What the Terraform reader is told of a scan beside Checkov's graph."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.terraform.addresses import file_path, is_planned

if TYPE_CHECKING:
    from checkov_keys.iac.common.graph_view import GraphView
    from checkov_keys.iac.terraform.module_tree import ModuleTree


class ScanContext(NamedTuple):
    """Where a scan looks for Terraform's files.

    `directories` hold them, as absolute paths; `value_files` are those of --var-file; `root` is the directory that is
    scanned, below which expressions may read files. `is_json` tells which of Checkov's runners asks: the one of
    Terraform's JSON syntax reports the blocks in JSON files, the other one all others. `reported` are the files
    of which it reports every key, also if its graph has no vertex of it, since Checkov does not parse the file or does
    not load the module. `foreign_callers` are files of Terragrunt and of Terraform stacks. `tree` has the modules that
    one check has read for the next one.
    """

    directories: tuple[str, ...]
    root: str
    value_files: tuple[str, ...] = ()
    is_json: bool = False
    reported: frozenset[str] = frozenset()
    foreign_callers: tuple[str, ...] = ()
    tree: ModuleTree | None = None


def guess_context(graph: GraphView) -> ScanContext:
    """Return what the graph alone tells of the scan, for graphs that no runner of Checkov made."""
    paths = {file_path(vertex) for vertex in graph.vertices() if not is_planned(vertex)}
    paths = {path for path in paths if path.endswith((".tf", ".tofu", ".tf.json", ".tofu.json", ".hcl"))}
    directories = sorted({os.path.dirname(os.path.abspath(path)) for path in paths})  # noqa: PTH100, PTH120
    root = os.path.commonpath(directories) if directories else ""
    is_json = bool(paths) and all(path.endswith(".json") for path in paths)
    return ScanContext(tuple(directories), root, is_json=is_json)
