"""Writes reports in Checkov's formats, to the places that Checkov's flags name, under Checkov's file names."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from checkov_keys.report.destinations import DELIMITER, print_parts
from checkov_keys.report.templates.template_formats import FORMATS, TemplateReports

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov.common.output.report import Report

    from checkov_keys.report.destinations import Destinations, Style
    from checkov_keys.report.format_table import Format, R
    from checkov_keys.report.live.live_report import LiveReport


def write_report(report: LiveReport, destinations: Destinations, style: Style) -> None:
    """Write and print the report of live accounts in every format that `destinations` has, then name the files.

    Raises UsageError if a file cannot be written.
    """
    from checkov_keys.report.formats import live_formats  # noqa: PLC0415  # a scan of templates needs none of them

    written = _write(live_formats.FORMATS, report, destinations, style)
    if written:
        print(f"Wrote {', '.join(written)}", file=sys.stderr)  # noqa: T201


def write_templates(reports: Iterable[Report], destinations: Destinations, style: Style) -> None:
    """Write and print what Checkov's runners found, as Checkov does; the file of SARIF is written by sarif_files.py.

    Raises UsageError if a file cannot be written.
    """
    _write(FORMATS, TemplateReports(reports), destinations, style)


def _write(formats: tuple[Format[R], ...], report: R, destinations: Destinations, style: Style) -> list[str]:
    """Write and print in the order of Checkov's RunnerRegistry.print_reports, and return in words what was written.

    Files come first: a reader of standard output that goes away, like head, must not cost them.
    """
    named = {each.name: each for each in formats}
    written = [named[name].write(report, destinations, style) for name in destinations.files]
    delimiter = ""
    for name in destinations.formats:
        shown = name in destinations.console
        print_parts([delimiter if shown else "", named[name].introduce(style)])
        if shown:
            print_parts(named[name].show(report, destinations, style))
            delimiter = DELIMITER
    return [words for words in written if words]
