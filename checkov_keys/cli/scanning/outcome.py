"""What a scan comes to: what could not be judged, the SARIF that names it, and the exit code."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.domain.exit_codes import FINDINGS, INCOMPLETE, NOTHING_FOUND
from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.host.unjudged_notes import VARIABLE
from checkov_keys.iac.selection.marks import is_looked_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checkov.common.output.report import Report

# What helps where GitHub would not take the SARIF. It tells uploads of one category apart by the tool.
_PAST_LIMITS = (
    "scan folders apart, each with a --custom-tool-name of its own, or record what is known with --create-baseline, "
    "and report what is new with --baseline"
)


@contextmanager
def unjudged_notes() -> Iterator[Path]:
    """Have the checks, in whatever process, note what they cannot judge, in a file that is there meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder, "unjudged")
        notes.touch()
        os.environ[VARIABLE] = str(notes)
        try:
            yield notes
        finally:
            del os.environ[VARIABLE]


def unreadable_names(files: Sequence[str]) -> list[Unjudged]:
    """Return the files that somebody named, if no runner reads files of such names: a plan without its ending."""
    if any(is_looked_at(file) for file in files):
        return []
    return [Unjudged(file, "no runner of Checkov reads files of such a name") for file in files]


def loops_unseen(templates: Sequence[str]) -> list[Unjudged]:
    """Return the loops that make keys in templates of which Checkov has no graph."""
    if not templates:
        return []
    from checkov_keys.iac.cloudformation.unseen import unseen_loops  # noqa: PLC0415  # imports Checkov

    return [loop for path in templates for loop in unseen_loops(path)]


def concluded(
    reports: Sequence[Report], unjudged: Sequence[Unjudged], sarif: Path | None, tool: str | None, *, findings: bool
) -> int:
    """Name on standard error what could not be judged, write SARIF if there is a place, and return the exit code."""
    unparsed = [Unjudged(path, "it does not parse") for report in reports for path in report.parsing_errors]
    missed = (*unjudged, *dict.fromkeys(unparsed))
    for one in missed:
        print(f"checkov-keys scan: not judged: {one.address}: {one.reason}", file=sys.stderr)
    if sarif:
        from checkov_keys.report.formats.sarif_files import write_log  # noqa: PLC0415
        from checkov_keys.report.formats.sarif_log import build_template_log  # noqa: PLC0415  # these import Checkov's JSON

        write_log(sarif, build_template_log(reports, missed, tool), _PAST_LIMITS)
    if missed:
        return INCOMPLETE
    return FINDINGS if findings else NOTHING_FOUND
