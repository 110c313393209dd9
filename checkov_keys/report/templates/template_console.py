"""A scan of templates as text: at most eight lines per violation, what could not be judged, and what was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkov.common.models.enums import CheckResult
from checkov.version import version as checkov_version

from checkov_keys import __version__
from checkov_keys.domain.rules.family import RULES
from checkov_keys.report.formats.exposure_text import describe_place, describe_way
from checkov_keys.report.formats.violation import describe_others
from checkov_keys.report.live.evidence import describe_unjudged
from checkov_keys.report.terminal_text import FILE, Screen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov.common.output.record import Record
    from checkov.common.output.report import Report

    from checkov_keys.report.destinations import Style
    from checkov_keys.report.templates.template_report import TemplateReport

_COLOURS = {CheckResult.PASSED: "green", CheckResult.FAILED: "red", CheckResult.SKIPPED: "yellow"}
_INDENT = " " * 8
# A longer block is better looked at in its file.
_LINES_OF_CODE = 3
# More would hide the rest of the report.
_MOST_MODULES = 20
_MOST_SECRETS = 2


def stream_console(report: TemplateReport, style: Style, screen: Screen = FILE) -> Iterator[str]:
    """Yield the text of each runner's report, then what could not be judged, then the closing lines."""
    yield f"checkov-keys {__version__} with Checkov {checkov_version}\n\n"
    for each in report.reports:
        yield from _stream_runner(each, style, screen)
    for unjudged in report.unjudged:
        yield _paint(screen, f"Not judged: {describe_unjudged(unjudged)}", "red")
    for module in report.absent[:_MOST_MODULES]:
        yield _paint(screen, f"Not here: module {module.source}, called in {module.path}: it may make keys", "cyan")
    if len(report.absent) > _MOST_MODULES:
        yield f"Not here: {len(report.absent) - _MOST_MODULES} more modules\n"
    if report.unjudged or report.absent:
        yield "\n"
    yield from _describe_rules(report, screen)
    if style.created_baseline:
        yield _paint(screen, f"Created a checkov baseline file at {style.created_baseline}", "cyan")
    if style.baseline:
        path = style.baseline.path
        yield _paint(screen, f"Baseline {path}: only findings that it does not know are reported as failed", "cyan")
    failed, unjudged_count = report.count("failed"), len(report.unjudged)
    yield _paint(screen, _summarize(report), "red" if failed or unjudged_count else "green")


def _stream_runner(report: Report, style: Style, screen: Screen) -> Iterator[str]:
    yield screen.paint(f"{report.check_type} scan results:", "cyan") + "\n"
    summary = report.get_summary()
    counts = [f"{name.title()} checks: {summary[name]}" for name in ("passed", "failed", "skipped")]
    counts += [f"Parsing errors: {summary['parsing_errors']}"] if report.parsing_errors else []
    yield f"\n{screen.paint(', '.join(counts), 'cyan')}\n\n"
    quiet = style.quiet
    for records in (
        () if quiet else report.passed_checks,
        report.failed_checks,
        () if quiet else report.skipped_checks,
    ):
        for record in records:
            yield _format_record(record, screen, with_code=not style.compact)
    for path in () if quiet else report.parsing_errors:
        yield _paint(screen, f"Error parsing file {path}", "red")


def _format_record(record: Record, screen: Screen, *, with_code: bool) -> str:
    result: Any = record.check_result["result"]
    place = f"{record.repo_file_path}:{'-'.join(map(str, record.file_line_range))}"
    lines = [
        _paint(screen, f'Check: {record.check_id}: "{record.check_name}"'),
        _paint(screen, f"{result.name} for resource: {record.resource}", _COLOURS.get(result, ""), _INDENT),
        _paint(screen, f"File: {place}", "", _INDENT),
    ]
    if result == CheckResult.SKIPPED:
        reason = record.check_result.get("suppress_comment") or "no reason"
        lines.append(_paint(screen, f"Skipped: {reason}", "", _INDENT))
    if result == CheckResult.FAILED:
        lines += [_paint(screen, line, "yellow", _INDENT) for line in _explain(record)]
        # The ways of secrets name the lines that matter, and others than these.
        code = [] if hasattr(record, "exposed_secrets") else record.code_block or []
        if with_code and 0 < len(code) <= _LINES_OF_CODE:
            lines += [f"{_INDENT}{number} | {text.rstrip()}\n" for number, text in code]
    return "".join(lines) + "\n"


def _paint(screen: Screen, line: str, colour: str = "", indent: str = "") -> str:
    """Return a line as lines that fit, each in a colour."""
    wrapped = screen.wrap(line, indent, f"{indent}  ")
    return "".join(f"{screen.paint(each, colour) if colour else each}\n" for each in wrapped)


def _explain(record: Record) -> list[str]:
    if hasattr(record, "exposed_secrets"):
        return _explain_exposure(vars(record))
    user, fix = getattr(record, "iam_user", ""), getattr(record, "fix", "")
    others = ""
    if hasattr(record, "other_keys"):
        others = f"; other active keys: {describe_others(record) or 'none that has a name'}"
    lines = [f"User: {user}{others}"] if user else []
    return [*lines, *([f"Turn it off: {fix}"] if fix else [])]


def _explain_exposure(fields: dict[str, Any]) -> list[str]:
    secrets = fields["exposed_secrets"][:_MOST_SECRETS]
    places = map(describe_place, secrets)
    lines = [f"{place[:1].upper()}{place[1:]}: {describe_way(secret)}" for place, secret in zip(places, secrets)]
    more = len(fields["exposed_secrets"]) + fields["exposed_secrets_omitted"] - len(secrets)
    lines += [f"and {more:,} more place{'' if more == 1 else 's'} in it"] if more else []
    return [*lines, fields["exposure_reason"], f"To do: {fields['remedy']}"]


def _describe_rules(report: TemplateReport, screen: Screen) -> Iterator[str]:
    """Yield what is the same for all findings of a rule, once."""
    failed = dict.fromkeys(record.check_id for each in report.reports for record in each.failed_checks)
    for rule in (RULES[each] for each in failed if each in RULES):
        yield _paint(screen, f"{rule.id} ({rule.severity}) {rule.name}")
        yield _paint(screen, f"Remedy: {rule.remedy}", "", _INDENT)
        yield _paint(screen, f"Guide: {rule.guideline}", "", _INDENT)
        if rule.benchmarks:
            yield _paint(screen, f"Benchmarks: {'; '.join(map(str, rule.benchmarks))}", "", _INDENT)
        yield "\n"


def _summarize(report: TemplateReport) -> str:
    failed, unjudged = report.count("failed"), len(report.unjudged)
    if not (failed or unjudged):
        return f"No findings: {report.describe_clean()}"
    parts = [f"{failed} finding{'' if failed == 1 else 's'}"] + ([f"{unjudged} not judged"] if unjudged else [])
    return f"{', '.join(parts)}: {report.describe_clean()}"
