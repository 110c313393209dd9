"""A scan of templates as text: at most eight lines per violation, what could not be judged, and what was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkov.common.models.enums import CheckResult
from checkov.version import version as checkov_version
from termcolor import colored

from checkov_keys import __version__
from checkov_keys.domain.rules import RULES
from checkov_keys.report.formats.violation import describe_others
from checkov_keys.report.live.evidence import describe_unjudged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov.common.output.record import Record
    from checkov.common.output.report import Report

    from checkov_keys.report.destinations import Style
    from checkov_keys.report.templates.template_report import TemplateReport

_RULES = {rule.id: rule for rule in RULES}
_COLOURS = {CheckResult.PASSED: "green", CheckResult.FAILED: "red", CheckResult.SKIPPED: "blue"}
# A longer block is better looked at in its file.
_LINES_OF_CODE = 3
# More would hide the rest of the report.
_MOST_MODULES = 20


def stream_console(report: TemplateReport, style: Style) -> Iterator[str]:
    """Yield the text of each runner's report, then what could not be judged, then the closing lines."""
    yield f"checkov-keys {__version__} with Checkov {checkov_version}\n\n"
    for each in report.reports:
        yield from _stream_runner(each, style)
    for unjudged in report.unjudged:
        yield colored(f"Not judged: {describe_unjudged(unjudged)}\n", "red")
    for module in report.absent[:_MOST_MODULES]:
        yield f"Not here: module {module.source}, called in {module.path}: it may make keys\n"
    if len(report.absent) > _MOST_MODULES:
        yield f"Not here: {len(report.absent) - _MOST_MODULES} more modules\n"
    if report.unjudged or report.absent:
        yield "\n"
    yield from _describe_rules(report)
    if style.created_baseline:
        yield colored(f"Created a checkov baseline file at {style.created_baseline}\n", "blue")
    if style.baseline:
        yield colored(
            f"Compared with the baseline {style.baseline.path}: findings that are in it are left out\n", "blue"
        )
    yield f"{_summarize(report)}\n"


def _stream_runner(report: Report, style: Style) -> Iterator[str]:
    yield colored(f"{report.check_type} scan results:\n", "blue")
    summary = report.get_summary()
    counts = [f"{name.title()} checks: {summary[name]}" for name in ("passed", "failed", "skipped")]
    counts += [f"Parsing errors: {summary['parsing_errors']}"] if report.parsing_errors else []
    yield colored(f"\n{', '.join(counts)}\n\n", "cyan")
    shown = (
        () if style.quiet else report.passed_checks,
        report.failed_checks,
        () if style.quiet else report.skipped_checks,
    )
    for records in shown:
        for record in records:
            yield _format_record(record, with_code=not style.compact)
    for path in () if style.quiet else report.parsing_errors:
        yield colored(f"Error parsing file {path}\n", "red")


def _format_record(record: Record, *, with_code: bool) -> str:
    result: Any = record.check_result["result"]
    lines = [
        f'Check: {record.check_id}: "{record.check_name}"\n',
        colored(f"\t{result.name} for resource: {record.resource}\n", _COLOURS.get(result)),
        colored(f"\tFile: {record.repo_file_path}:{'-'.join(map(str, record.file_line_range))}\n", "magenta"),
    ]
    if result == CheckResult.SKIPPED:
        lines.append(f"\tSkipped: {record.check_result.get('suppress_comment') or 'no reason'}\n")
    if result == CheckResult.FAILED:
        lines += [colored(f"\t{line}\n", "yellow") for line in _explain(record)]
        code = record.code_block or []
        if with_code and 0 < len(code) <= _LINES_OF_CODE:
            lines += [f"\t\t{number} | {text.rstrip()}\n" for number, text in code]
    return "".join(lines) + "\n"


def _explain(record: Record) -> list[str]:
    user, fix = getattr(record, "iam_user", ""), getattr(record, "fix", "")
    lines = [f"User: {user}; other active keys: {describe_others(record) or 'none that has a name'}"] if user else []
    return [*lines, *([f"Turn it off: {fix}"] if fix else [])]


def _describe_rules(report: TemplateReport) -> Iterator[str]:
    """Yield what is the same for all findings of a rule, once."""
    failed = dict.fromkeys(record.check_id for each in report.reports for record in each.failed_checks)
    for rule in (_RULES[each] for each in failed if each in _RULES):
        yield f"{rule.id} [{rule.severity}] {rule.name}\n"
        yield f"\tRemedy: {rule.remedy}\n"
        yield f"\tGuide: {rule.guideline}\n"
        yield f"\tBenchmarks: {'; '.join(map(str, rule.benchmarks))}\n\n"


def _summarize(report: TemplateReport) -> str:
    failed, unjudged = report.count("failed"), len(report.unjudged)
    if not (failed or unjudged):
        return colored(f"No findings: {report.describe_clean()}", "green")
    parts = [f"{failed} finding{'' if failed == 1 else 's'}"] + ([f"{unjudged} not judged"] if unjudged else [])
    return colored(f"{', '.join(parts)}: {report.describe_clean()}", "red")
