"""How a scan ends: what could not be judged, the SARIF that names it, and the exit code."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.cli.checkov_flags import CHECKOVS_TOOL
from checkov_keys.cli.exit_codes import FINDINGS, INCOMPLETE, NOTHING_FOUND
from checkov_keys.domain.text import escape_unprintable, one_line
from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.host.unjudged_notes import VARIABLE
from checkov_keys.iac.selection.marks import is_looked_at
from checkov_keys.report.destinations import Attempts, Style
from checkov_keys.report.standard_streams import print_line
from checkov_keys.report.writer import write_templates

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from checkov.common.output.report import Report

    from checkov_keys.cli.scanning.targets import Targets
    from checkov_keys.report.destinations import Destinations


@contextmanager
def keep_unjudged_notes() -> Iterator[Path]:
    """Have the checks, in whatever process, note what they cannot judge in a file that exists during the block."""
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder, "unjudged")
        notes.touch()
        os.environ[VARIABLE] = str(notes)
        try:
            yield notes
        finally:
            del os.environ[VARIABLE]


def find_unreadable_names(files: Sequence[str]) -> list[Unjudged]:
    """Return the files that somebody named, if no runner reads files with such names: a plan without its ending."""
    if any(map(is_looked_at, files)):
        return []
    return [Unjudged(file, "no runner of Checkov reads files with such a name") for file in files]


def find_unseen_loops(templates: Sequence[str]) -> list[Unjudged]:
    """Return the loops that make keys in templates for which Checkov has no graph."""
    if not templates:
        return []
    from checkov_keys.iac.cloudformation.unseen import unseen_loops  # noqa: PLC0415  # imports Checkov's CloudFormation

    return [loop for path in templates for loop in unseen_loops(path)]


def _find_refused(reports: Sequence[Report]) -> list[Unjudged]:
    """Return the files that runners do not parse, and on which a key can depend."""
    refused = dict.fromkeys((report.check_type, path) for report in reports for path in report.parsing_errors)
    if not refused:
        return []
    from checkov_keys.iac.host.refused_files import describe_refusal  # noqa: PLC0415  # imports the reading of Terraform

    found = {Unjudged(path, describe_refusal(framework, path)): None for framework, path in refused}
    return [unjudged for unjudged in found if unjudged.reason]


def choose_tool_name(options: Namespace) -> str | None:
    """Return the tool name that was asked for, None if it is Checkov's own default."""
    return None if options.custom_tool_name == CHECKOVS_TOOL else str(options.custom_tool_name)


def report_nothing(options: Namespace, chosen: Targets, destinations: Destinations) -> int:
    """Report as if targets were scanned in which nothing is, and return the exit code."""
    attempts = Attempts()
    for _ in chosen.targets:
        with attempts.attempt():
            write_templates((), destinations, Style(options.quiet, options.compact))
    unjudged = (*chosen.unlisted, *find_unreadable_names(options.file))
    sarif = destinations.files.get("sarif")
    code = finish_scan((), unjudged, sarif, choose_tool_name(options), findings=False)
    attempts.finish()
    return code


def finish_scan(
    reports: Sequence[Report], unjudged: Sequence[Unjudged], sarif: Path | None, tool: str | None, *, findings: bool
) -> int:
    """Name on standard error what could not be judged, write SARIF if there is a path, and return the exit code."""
    every = (*unjudged, *_find_refused(reports))
    for each in every:
        shown = f"{escape_unprintable(each.address)}: {one_line(each.reason)}"
        print_line(f"checkov-keys scan: not judged: {shown}", sys.stderr)
    if sarif:
        from checkov_keys.cli.scanning.sarif_file import write_sarif  # noqa: PLC0415  # imports Checkov's records

        write_sarif(sarif, reports, every, tool)
    if every:
        return INCOMPLETE
    return FINDINGS if findings else NOTHING_FOUND
