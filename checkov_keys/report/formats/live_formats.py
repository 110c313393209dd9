"""The formats of a live report, in the order of Checkov's RunnerRegistry.print_reports."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from checkov_keys.report.destinations import name_account_file
from checkov_keys.report.format_table import Format, SarifFormat
from checkov_keys.report.formats.console import stream_console
from checkov_keys.report.formats.gitlab import format_gitlab
from checkov_keys.report.formats.json_stream import stream_json
from checkov_keys.report.formats.junit import stream_junit
from checkov_keys.report.formats.markdown_summary import format_markdown
from checkov_keys.report.formats.sarif_files import write_sarif, write_sarif_per_account
from checkov_keys.report.formats.spreadsheet import stream_csv
from checkov_keys.report.terminal_text import describe_screen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.report.destinations import Destinations, Style
    from checkov_keys.report.live.live_report import LiveReport


class _LiveSarif(SarifFormat["LiveReport"]):
    def write(self, report: LiveReport, destinations: Destinations, style: Style) -> str:
        path = destinations.files[self.name]
        if not destinations.sarif_per_account:
            write_sarif(report, path, style.tool)
            return str(path)
        files = write_sarif_per_account(report, path, style.tool)
        return str(files[0]) if len(files) == 1 else f"{len(files)} files {name_account_file(path, '*')}"


class _LiveConsole(Format["LiveReport"]):
    def show(self, report: LiveReport, destinations: Destinations, style: Style) -> Iterator[str]:  # noqa: ARG002
        return _stream_console(report, style)


def _stream_console(report: LiveReport, style: Style) -> Iterator[str]:
    return stream_console(report, style, describe_screen(sys.stdout))


def _stream_beside_sarif(report: LiveReport, style: Style) -> Iterator[str]:
    yield from _stream_console(report, style)
    yield "\n"


def _stream_markdown(report: LiveReport, style: Style) -> Iterator[str]:  # noqa: ARG001
    yield format_markdown(report)


def _stream_json(report: LiveReport, style: Style) -> Iterator[str]:
    return stream_json(report, quiet=style.quiet, compact=style.compact)


def _stream_junit(report: LiveReport, style: Style) -> Iterator[str]:  # noqa: ARG001
    return stream_junit(report)


def _stream_gitlab(report: LiveReport, style: Style) -> Iterator[str]:  # noqa: ARG001
    yield format_gitlab(report)


def _stream_csv(report: LiveReport, style: Style) -> Iterator[str]:
    return stream_csv(report, quiet=style.quiet)


FORMATS: tuple[Format[LiveReport], ...] = (
    Format("github_failed_only", _stream_markdown),
    _LiveConsole("cli", _stream_console, stream_console),
    _LiveSarif("sarif", _stream_beside_sarif),
    Format("json", _stream_json),
    Format("junitxml", _stream_junit),
    Format("gitlab_sast", _stream_gitlab),
    Format("csv", _stream_csv),
)
