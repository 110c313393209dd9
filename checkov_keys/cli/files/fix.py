"""`checkov-keys fix`: the edit that turns a declared access key off, as a diff or written into the template."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.cli.exit_codes import FINDINGS, INCOMPLETE, NOTHING_FOUND
from checkov_keys.domain.text import one_line
from checkov_keys.iac.declared.key_blocks import key_blocks
from checkov_keys.iac.editing.edit_plan import plan_edits
from checkov_keys.iac.editing.refusal import place, shown
from checkov_keys.report.rewriting import rewrite_files
from checkov_keys.report.standard_streams import print_bytes, print_line
from checkov_keys.report.unified_diff import unified_diff

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from checkov_keys.iac.editing.drafts import FileEdit
    from checkov_keys.iac.editing.edit_plan import EditPlan


def run(options: Namespace) -> int:
    """Print the diff, or write the files, and return the exit code."""
    plan = plan_edits(options.resource, key_blocks(*options.directory), options.directory)
    for refusal in plan.refused:
        _say(f"refused: {refusal.address}: {refusal.reason}")
    for key in plan.inactive:
        _say(f"inactive already: {key.address}, {place(key.path, key.first_line)}")
    if not options.write:
        _print_diff(plan.files, options.directory)
    elif plan.refused and plan.files:
        _say("nothing was written, because something was refused")
    else:
        _write(plan)
    if plan.refused:
        return INCOMPLETE
    return FINDINGS if plan.files and not options.write else NOTHING_FOUND


def _print_diff(edits: Sequence[FileEdit], directories: list[Path]) -> None:
    """Print the diff with paths from the working directory, or from where all files are, if they are not below it."""
    here = Path.cwd()
    below = all(here in edit.path.parents for edit in edits)
    base = here if below else Path(os.path.commonpath(directories))
    for edit in edits:
        diff = unified_diff(edit.path.relative_to(base).as_posix(), edit.before, edit.after)
        # The very bytes of the files, whatever the terminal's encoding and line breaks.
        print_bytes(diff.encode("utf-8", "surrogateescape"))
    if not below:
        _say(f"the paths in the diff start at {base}: apply it with patch -p1 -d {shlex.quote(str(base))}")


def _write(plan: EditPlan) -> None:
    rewrite_files({file.path: (file.before, file.after) for file in plan.files})
    for file in plan.files:
        turned_off = [edit.address for edit in plan.edits if edit.path == file.path]
        _say(f"wrote {shown(file.path)}: {', '.join(turned_off)}")
    if plan.files:
        _say("AWS turns them off with the next terraform apply or deployment of the stack")


def _say(line: str) -> None:
    print_line(f"checkov-keys fix: {one_line(line)}", sys.stderr)
