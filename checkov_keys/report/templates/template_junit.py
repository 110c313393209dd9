"""A scan of templates as JUnit XML: a suite for each of Checkov's runners, and one for what could not be judged."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from checkov.common.models.enums import CheckResult
from checkov.version import version as checkov_version

from checkov_keys import __version__
from checkov_keys.report.formats.junit_suites import Case, Outcome, Suite, count_outcomes, stream_suites
from checkov_keys.report.formats.violation import describe_violation
from checkov_keys.report.live.audit_facts import TOOL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov.common.output.record import Record

    from checkov_keys.report.templates.template_report import TemplateReport

_OUTCOMES = {
    CheckResult.PASSED: Outcome.PASSED,
    CheckResult.FAILED: Outcome.FAILED,
    CheckResult.SKIPPED: Outcome.SKIPPED,
}


def stream_junit(report: TemplateReport) -> Iterator[str]:
    """Yield the parts of the XML document. A case is named after its rule and resource, whatever its outcome is."""
    properties = {"tool": f"{TOOL} {__version__}", "checkov": checkov_version, "judged": report.describe_clean()}
    suites = []
    for each in report.reports:
        cases = _number([_build_case(rec) for rec in (*each.passed_checks, *each.failed_checks, *each.skipped_checks)])
        suites.append(Suite(f"{each.check_type} scan", count_outcomes(cases), cases, properties))
    others = [Case(f"Not judged: {one.address}", "not judged", Outcome.ERROR, one.reason) for one in report.unjudged]
    for module in report.absent:
        message = f"It is called in {module.path} and is not here: it may make keys"
        others.append(Case(f"Not here: module {module.source}", "not here", Outcome.SKIPPED, message))
    if others or not suites:
        suites.append(Suite("not judged", count_outcomes(others), others, properties))
    return stream_suites(f"{TOOL} scan", suites)


def _build_case(record: Record) -> Case:
    result: Any = record.check_result["result"]
    outcome = _OUTCOMES.get(result, Outcome.ERROR)
    message = text = ""
    place = f"{record.repo_file_path.lstrip('/')}:{'-'.join(map(str, record.file_line_range))}"
    if outcome is Outcome.FAILED:
        message = describe_violation(record)
        code = "".join(f"{number} | {line}" for number, line in record.code_block or ())
        text = f"{place}\n{getattr(record, 'remedy', '')}\nGuide: {record.guideline}\n\n{code}"
    elif outcome is Outcome.SKIPPED:
        message = record.check_result.get("suppress_comment") or "no reason"
        text = place
    return Case(f"{record.check_id} {record.resource}", record.repo_file_path.lstrip("/"), outcome, message, text)


def _number(cases: list[Case]) -> list[Case]:
    """Return cases under names of their own: two blocks of one file may have one address by mistake."""
    seen: Counter[tuple[str, str]] = Counter()
    numbered = []
    for case in cases:
        seen[case.name, case.classname] += 1
        again = seen[case.name, case.classname]
        numbered.append(case if again == 1 else case._replace(name=f"{case.name} ({again})"))
    return numbered
