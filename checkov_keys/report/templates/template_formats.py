"""The formats of a scan of templates. SARIF is written here too: Checkov's own lacks what GitHub needs.

https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
"""

from __future__ import annotations

import json
import sys
import uuid
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from checkov_keys import __version__
from checkov_keys.domain.rules.exposed_secrets import EXPOSED_SECRETS
from checkov_keys.report.format_table import Format, SarifFormat
from checkov_keys.report.formats.sarif_files import write_log
from checkov_keys.report.formats.sarif_log import build_template_log
from checkov_keys.report.formats.violation import describe_others, describe_violation
from checkov_keys.report.live.audit_facts import TOOL
from checkov_keys.report.live.evidence import describe_unjudged
from checkov_keys.report.plain_text import table_cell
from checkov_keys.report.templates.template_console import stream_console
from checkov_keys.report.templates.template_junit import stream_junit
from checkov_keys.report.templates.template_report import TemplateReport
from checkov_keys.report.terminal_text import describe_screen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov.common.output.record import Record

    from checkov_keys.domain.templates import AbsentModule
    from checkov_keys.report.destinations import Destinations, Style

_PAST_LIMITS = (
    "scan folders separately, each with its own --custom-tool-name, or record what is known with --create-baseline, "
    "and report what is new with --baseline"
)
_COLUMNS = ("Check ID", "Resource", "IAM user", "Other active keys", "File", "To do")
_COLUMNS_OF_SECRETS = ("Check ID", "Resource", "Finding", "File", "To do")


class _TemplateSarif(SarifFormat[TemplateReport]):
    def write(self, report: TemplateReport, destinations: Destinations, style: Style) -> str:
        path = destinations.files[self.name]
        write_log(
            path,
            build_template_log(report.reports, report.unjudged, style.tool, map(_describe_module, report.absent)),
            _PAST_LIMITS,
        )
        return str(path)


def _stream_to_terminal(report: TemplateReport, style: Style) -> Iterator[str]:
    return stream_console(report, style, describe_screen(sys.stdout))


def _stream_markdown(report: TemplateReport, style: Style) -> Iterator[str]:  # noqa: ARG001
    counts = ", ".join(f"{name.title()} Checks: {report.count(name)}" for name in ("passed", "failed", "skipped"))
    failed = [record for each in report.reports for record in each.failed_checks]
    exposures = [record for record in failed if record.check_id == EXPOSED_SECRETS.text.id]
    keys = [record for record in failed if record.check_id != EXPOSED_SECRETS.text.id]
    yield f"### Access keys in templates\n\n```\n{counts}, Not judged: {len(report.unjudged)}\n```\n\n"
    if keys:
        yield f"{_format_table(_COLUMNS, list(map(_build_row, keys)))}\n\n"
    if exposures:
        yield f"### Secrets in plain sight: {len(exposures)}\n\n"
        yield f"{_format_table(_COLUMNS_OF_SECRETS, list(map(_build_row_of_secrets, exposures)))}\n\n"
    if report.unjudged:
        missed = [[table_cell(each.address), table_cell(each.reason)] for each in report.unjudged]
        yield f"### Not judged: {len(missed)}\n\n{_format_table(('Not judged', 'Reason'), missed)}\n\n"
    if report.absent:
        modules = [[table_cell(each.source), table_cell(each.path)] for each in report.absent]
        yield f"### Modules that are not here: {len(modules)}\n\n{_format_table(('Source', 'Called in'), modules)}\n\n"
    yield f"{report.describe_clean()}\n\n---\n"


def _describe_module(module: AbsentModule) -> str:
    return f"Module {module.source}, called in {module.path}, is not here: it may make keys"


def _build_row(record: Record) -> list[str]:
    user = getattr(record, "iam_user", "")
    return _build_cells(record, user, describe_others(record), _locate(record), _get_remedy(record))


def _build_row_of_secrets(record: Record) -> list[str]:
    return _build_cells(record, describe_violation(record), _locate(record), _get_remedy(record))


def _build_cells(record: Record, *texts: str) -> list[str]:
    return [f"[{record.check_id}]({record.guideline})", *map(table_cell, (record.resource, *texts))]


def _locate(record: Record) -> str:
    return f"{record.repo_file_path.lstrip('/')}:{record.file_line_range[0]}"


def _format_table(columns: tuple[str, ...], rows: list[list[str]]) -> str:
    return str(tabulate(rows, headers=columns, tablefmt="github", disable_numparse=True))


def _get_remedy(record: Record) -> str:
    return str(getattr(record, "remedy", ""))


def _build_gitlab(report: TemplateReport) -> dict[str, Any]:
    """Return GitLab's report as Checkov makes it, with ids that stay, and with what Checkov's lacks.

    https://docs.gitlab.com/development/integrations/secure/
    """
    from checkov.common.output.gitlab_sast import GitLabSast  # noqa: PLC0415  # it imports an HTTP client

    data: dict[str, Any] = GitLabSast(report.reports).sast_json
    scanner = {"id": TOOL, "name": TOOL, "vendor": {"name": TOOL}, "version": __version__}
    data["scan"].update(
        analyzer=scanner,
        scanner=scanner,
        status="failure" if report.unjudged else "success",
        messages=[
            *({"level": "fatal", "value": describe_unjudged(each)} for each in report.unjudged),
            *({"level": "info", "value": _describe_module(each)} for each in report.absent),
        ],
    )
    records = (record for each in report.reports for record in each.failed_checks)
    for vulnerability, record in zip(data["vulnerabilities"], records):
        identity = f"{record.check_id} {record.repo_file_path} {record.resource}"
        vulnerability["id"] = str(uuid.uuid5(uuid.NAMESPACE_URL, identity))
        vulnerability["description"] = describe_violation(record)
        vulnerability["solution"] = _get_remedy(record)
        location = vulnerability["location"]
        location["start_line"] = max(1, location["start_line"])
        location["end_line"] = max(location["start_line"], location["end_line"])
    return data


def _stream_gitlab(report: TemplateReport, style: Style) -> Iterator[str]:  # noqa: ARG001
    yield json.dumps(_build_gitlab(report), indent=4)


def _stream_junit(report: TemplateReport, style: Style) -> Iterator[str]:  # noqa: ARG001
    return stream_junit(report)


def _stream_json(report: TemplateReport, style: Style) -> Iterator[str]:
    yield _format_json(report, style, indent=4)


def _stream_json_file(report: TemplateReport, style: Style) -> Iterator[str]:
    yield _format_json(report, style, indent=None)


def _format_json(report: TemplateReport, style: Style, *, indent: int | None) -> str:
    """Return an object for one report, a list for several, a summary for none, as Checkov does.

    What could not be judged is in the first report. If no runner has one, an empty report is added for it.
    """
    from checkov.common.output.report import Report  # noqa: PLC0415
    from checkov.common.util.json_utils import CustomJSONEncoder  # noqa: PLC0415  # it imports Checkov's Terraform

    reports = report.reports or ([Report("")] if report.unjudged or report.absent else [])
    every = [each.get_dict(is_quiet=style.quiet) for each in reports]
    if every:
        every[0]["results"]["unjudged"] = [{"address": one.address, "reason": one.reason} for one in report.unjudged]
        every[0]["results"]["modules_not_here"] = [{"source": one.source, "file": one.path} for one in report.absent]
        every[0]["summary"]["unjudged"] = len(report.unjudged)
        every[0]["summary"]["checkov_keys_version"] = __version__
    if style.compact:
        for each in every:
            each["results"] = {name: list(map(_remove_code, found)) for name, found in each["results"].items()}
    data: Any = every
    if len(every) < 2:  # noqa: PLR2004
        nothing = {**Report("").get_summary(), "unjudged": 0, "checkov_keys_version": __version__}
        data = every[0] if every else nothing
    return json.dumps(data, indent=indent, cls=CustomJSONEncoder)


def _remove_code(found: Any) -> Any:  # noqa: ANN401  # a record, or the path of a file that does not parse
    is_record = isinstance(found, dict) and "code_block" in found
    return {**found, "code_block": None, "connected_node": None} if is_record else found


FORMATS: tuple[Format[TemplateReport], ...] = (
    Format("github_failed_only", _stream_markdown),
    Format("cli", _stream_to_terminal, stream_console),
    _TemplateSarif("sarif", _stream_to_terminal),
    Format("json", _stream_json, _stream_json_file),
    Format("junitxml", _stream_junit),
    Format("gitlab_sast", _stream_gitlab),
)
