"""What the Terraform reader is told of a scan beside Checkov's graph."""

from __future__ import annotations

from typing import NamedTuple


class ScanContext(NamedTuple):
    """Where a scan looks for Terraform's files.

    `directories` hold them, as absolute paths; `value_files` are those of --var-file; `root` is the directory that is
    scanned, below which expressions may read files. `is_json` tells which of Checkov's runners asks: the one of
    Terraform's JSON syntax reports the blocks in JSON files, the other one all others. `unparsed` are files that
    Checkov's own parser refuses or does not look at: their blocks have no vertex in its graph. `foreign_callers` are
    files of Terragrunt and of Terraform stacks.
    """

    directories: tuple[str, ...]
    root: str
    value_files: tuple[str, ...] = ()
    is_json: bool = False
    unparsed: frozenset[str] = frozenset()
    foreign_callers: tuple[str, ...] = ()
