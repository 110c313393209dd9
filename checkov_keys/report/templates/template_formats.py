"""The formats of what Checkov's runners found in templates, word for word as Checkov's RunnerRegistry writes them.

That needs everything that Checkov's main imports. SARIF is written elsewhere, when all that it must name is known.
https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from checkov_keys.report.format_table import Format, SarifFormat, without_colours

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov.common.output.report import Report

    from checkov_keys.report.destinations import Destinations, Style


class TemplateReports:
    """The reports of runners, each of which holds something."""

    def __init__(self, reports: Iterable[Report]) -> None:
        self.filled = [report for report in reports if not report.is_empty()]

    @cached_property
    def gitlab(self) -> Any:  # noqa: ANN401  # JSON
        """GitLab's report as JSON: Checkov makes new ids whenever it is asked, and file and console show the same."""
        from checkov.common.output.gitlab_sast import GitLabSast  # noqa: PLC0415  # it imports an HTTP client

        return GitLabSast(self.filled).sast_json


class _TemplateConsole(Format[TemplateReports]):
    def introduce(self, style: Style) -> str:
        return "" if style.quiet else f"{_load_banner()}\n\n"


class _TemplateSarif(SarifFormat[TemplateReports]):
    def write(self, report: TemplateReports, destinations: Destinations, style: Style) -> str:  # noqa: ARG002
        return ""


def _load_banner() -> str:
    from checkov.common.util.banner import banner  # noqa: PLC0415  # it imports an HTTP client

    return str(banner)


def _format_console(report: Report, style: Style) -> str:
    return report.print_console(
        is_quiet=style.quiet,
        is_compact=style.compact,
        created_baseline_path=style.created_baseline,
        baseline=style.baseline,
    )


def _stream_console(reports: TemplateReports, style: Style) -> Iterator[str]:
    errors = reports.filled[0].add_errors_to_output() if reports.filled else ""
    yield "".join([errors, *(_format_console(report, style) for report in reports.filled)])


def _stream_beside_sarif(reports: TemplateReports, style: Style) -> Iterator[str]:
    yield f"{_load_banner()}\n"
    for report in reports.filled:
        yield f"{_format_console(report, style)}\n"


def _stream_markdown(reports: TemplateReports, style: Style) -> Iterator[str]:  # noqa: ARG001
    for report in reports.filled:
        yield report.print_failed_github_md()


def _stream_gitlab(reports: TemplateReports, style: Style) -> Iterator[str]:  # noqa: ARG001
    yield json.dumps(reports.gitlab, indent=4)


def _stream_gitlab_file(reports: TemplateReports, style: Style) -> Iterator[str]:  # noqa: ARG001
    yield json.dumps(reports.gitlab)


def _stream_json(reports: TemplateReports, style: Style) -> Iterator[str]:
    yield _format_json(reports, style, indent=4)


def _stream_json_file(reports: TemplateReports, style: Style) -> Iterator[str]:
    yield _format_json(reports, style, indent=None)


def _format_json(reports: TemplateReports, style: Style, *, indent: int | None) -> str:
    """Return an object for one report, a list for several, a summary for none."""
    from checkov.common.output.report import Report  # noqa: PLC0415
    from checkov.common.util.json_utils import CustomJSONEncoder  # noqa: PLC0415  # it imports Checkov's Terraform

    every = [report.get_dict(is_quiet=style.quiet) for report in reports.filled]
    if style.compact:
        for report in every:
            report["results"] = {name: list(map(_remove_code, found)) for name, found in report["results"].items()}
    data: Any = every
    if len(every) < 2:  # noqa: PLR2004
        data = every[0] if every else Report("").get_summary()
    return json.dumps(data, indent=indent, cls=CustomJSONEncoder)


def _remove_code(found: Any) -> Any:  # noqa: ANN401  # a record, or the path of a file that does not parse
    return {**found, "code_block": None, "connected_node": None} if isinstance(found, dict) else found


FORMATS: tuple[Format[TemplateReports], ...] = (
    Format("github_failed_only", _stream_markdown),
    _TemplateConsole("cli", _stream_console, without_colours(_stream_console)),
    _TemplateSarif("sarif", _stream_beside_sarif),
    Format("json", _stream_json, _stream_json_file),
    Format("gitlab_sast", _stream_gitlab, _stream_gitlab_file),
)
