"""How a scan ends: what could not be judged, the report, and the exit code."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.cli.checkov_flags import CHECKOVS_TOOL
from checkov_keys.cli.exit_codes import FINDINGS, INCOMPLETE, NOTHING_FOUND
from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.host.scan_notes import VARIABLE
from checkov_keys.iac.selection.named_files import explain_unjudged_file
from checkov_keys.report.standard_streams import print_line
from checkov_keys.report.writer import write_templates

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from checkov.common.output.report import Report

    from checkov_keys.report.destinations import Destinations, Style
    from checkov_keys.report.templates.template_report import TemplateReport


@contextmanager
def keep_notes() -> Iterator[Path]:
    """Have the checks, in whatever process, note what they know in a file that exists during the block."""
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder, "notes")
        notes.touch()
        os.environ[VARIABLE] = str(notes)
        try:
            yield notes
        finally:
            del os.environ[VARIABLE]


def explain_files(files: Sequence[str]) -> list[Unjudged]:
    """Return the files that somebody named and that are not judged, whatever is in the others."""
    reasons = [(file, explain_unjudged_file(file)) for file in files]
    return [Unjudged(file, reason) for file, reason in reasons if reason]


def find_unseen_loops(templates: Sequence[str]) -> list[Unjudged]:
    """Return the loops that make keys in templates for which Checkov has no graph."""
    if not templates:
        return []
    from checkov_keys.iac.cloudformation.unseen import unseen_loops  # noqa: PLC0415  # imports Checkov's CloudFormation

    return [loop for path in templates for loop in unseen_loops(path)]


def find_refused(reports: Sequence[Report]) -> list[Unjudged]:
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


def report_scan(report: TemplateReport, destinations: Destinations, style: Style, *, findings: bool) -> int:
    """Write a scan's report, and return the exit code; raise UsageError at the end if a file could not be written."""
    told = "cli" in destinations.console and sys.stdout.isatty()
    for each in () if told else report.unjudged:
        print_line(f"checkov-keys scan: not judged: {each.address}: {each.reason}", sys.stderr)
    write_templates(report, destinations, style)
    if report.unjudged:
        return INCOMPLETE
    return FINDINGS if findings else NOTHING_FOUND
