"""Writes reports in Checkov's formats, to the places that Checkov's flags name, under Checkov's file names."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from checkov_keys.domain.text import escape_unprintable
from checkov_keys.report.destinations import DELIMITER, Attempts
from checkov_keys.report.standard_streams import print_line, print_parts
from checkov_keys.report.templates.template_formats import FORMATS

if TYPE_CHECKING:
    from checkov_keys.report.destinations import Destinations, Style
    from checkov_keys.report.format_table import Format, R
    from checkov_keys.report.live.live_report import LiveReport
    from checkov_keys.report.templates.template_report import TemplateReport

# What begins a command of a CI service, and what means the same in the languages of formats.
_TWICE = "##"
_ESCAPES = {"json": r"#\u0023", "gitlab_sast": r"#\u0023", "junitxml": "#&#35;"}


def write_report(report: LiveReport, destinations: Destinations, style: Style) -> None:
    """Write and print the report of live accounts in every format that `destinations` has, then name the files.

    Raises UsageError at the end if a file could not be written.
    """
    from checkov_keys.report.formats import live_formats  # noqa: PLC0415  # a scan of templates needs none of them

    attempts = Attempts()
    _name_files(_write(live_formats.FORMATS, report, destinations, style, attempts), destinations)
    attempts.finish()


def write_templates(report: TemplateReport, destinations: Destinations, style: Style) -> None:
    """Write and print the report of a scan in every format that `destinations` has.

    Raises UsageError at the end if a file could not be written.
    """
    attempts = Attempts()
    _name_files(_write(FORMATS, report, destinations, style, attempts), destinations)
    attempts.finish()


def _name_files(written: list[str], destinations: Destinations) -> None:
    for words in written:
        # Whoever reads a report from standard output must find nothing else there.
        print_line(f"Wrote {escape_unprintable(words)}", sys.stderr if destinations.console else sys.stdout)


def _write(
    formats: tuple[Format[R], ...], report: R, destinations: Destinations, style: Style, attempts: Attempts
) -> list[str]:
    """Write and print in the order of Checkov's RunnerRegistry.print_reports, and return in words what was written.

    Files come first, so that standard output that is full must not cost them.
    """
    named = {each.name: each for each in formats}
    written = []
    for name in destinations.files:
        with attempts.attempt():
            written.append(named[name].write(report, destinations, style))
    delimiter = ""
    for name in destinations.formats:
        with attempts.attempt():
            shown = name in destinations.console
            print_parts([delimiter if shown else "", named[name].introduce(style)])
            if shown:
                escape = _ESCAPES.get(name, _TWICE)
                parts = named[name].show(report, destinations, style)
                print_parts(part.replace(_TWICE, escape) for part in parts)
                delimiter = DELIMITER
    return [words for words in written if words]
