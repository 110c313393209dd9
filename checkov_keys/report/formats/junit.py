"""A report as JUnit XML, in parts: a tree of a hundred thousand test cases takes more memory than the users."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from junit_xml import TestCase, TestSuite

from checkov_keys.report.live.drift_lines import drift_line
from checkov_keys.report.live.user_record import UserRecord, account_line
from checkov_keys.report.plain_text import account_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.domain.drift import Drift
    from checkov_keys.report.live.live_report import LiveReport, Missed

_AT_ONCE = 1_000
# https://www.w3.org/TR/xml/#charsets
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_text(report: LiveReport, properties: dict[str, str]) -> Iterator[str]:
    """Yield the parts of the XML document that holds the report's test suite, as Checkov writes it."""
    failed, missed = len(report.failed_checks), len(report.unjudged)
    skipped = len(report.skipped_checks) + len(report.drift)
    counts = {"errors": missed, "failures": failed, "tests": len(report.passed_checks) + failed + skipped + missed}
    yield '<?xml version="1.0" ?>\n'
    yield f"<testsuites{_attributes({'disabled': 0, **counts, 'time': 0.0})}>\n"
    suite = {"disabled": 0, **counts, "name": f"{report.check_type} scan", "skipped": skipped, "time": 0}
    yield f"\t<testsuite{_attributes(dict(sorted(suite.items())))}>\n\t\t<properties>\n"
    yield from (f"\t\t\t<property{_attributes({'name': name, 'value': properties[name]})}/>\n" for name in properties)
    yield "\t\t</properties>\n"
    cases = build_cases(report)
    while some := list(itertools.islice(cases, _AT_ONCE)):
        yield _cases(some)
    yield "\t</testsuite>\n</testsuites>\n"


def build_cases(report: LiveReport) -> Iterator[TestCase]:
    """Yield a case for each record, then an error for each thing not judged, then a skipped case for each difference.

    Records are as in Checkov's suite, with their account. A difference from templates neither passes nor fails: the
    rule is about something else.
    """
    for name in ("passed", "failed", "skipped"):
        records = iter(getattr(report, f"{name}_checks"))
        while some := list(itertools.islice(records, _AT_ONCE)):
            # Checkov lists the cases in the order of the records.
            for case, record in zip(report.part(**{name: some}).get_test_suite().test_cases, some):
                if isinstance(record, UserRecord):
                    _add_account(case, account_line(record))
                yield case
    yield from map(_build_error, report.unjudged)
    yield from map(_build_drift, report.drift)


def _add_account(case: TestCase, line: str) -> None:
    """Say in the text of a case, whatever its outcome, which account it is about."""
    outcomes = [*case.failures, *case.skipped]
    for outcome in outcomes:
        outcome["output"] = f"{line}\n{outcome['output'] or ''}".rstrip("\n")
    if not outcomes:
        case.stdout = line


def _build_error(missed: Missed) -> TestCase:
    prefix = f"/aws/{missed.account}/iam." if missed.account else "/"
    case = TestCase(name="[NONE] Not judged", classname=f"{prefix}{missed.address}")
    label = account_label(missed.account, missed.account_name)
    case.add_error_info(missed.reason, f"Account: {label}" if label else None)
    return case


def _build_drift(drift: Drift) -> TestCase:
    which = drift.keys or (() if drift.user else map(str, drift.places))
    name = " ".join(["[NONE] Drift:", drift.kind.value, *which])
    case = TestCase(name=name, classname=f"/aws/{drift.account or 'all'}/iam.{drift.user or 'all'}")
    case.add_skipped_info(drift_line(drift))
    return case


def _cases(cases: Iterable[TestCase]) -> str:
    suite = TestSuite("", list(cases)).build_xml_doc()
    ET.indent(suite, "\t", level=1)
    elements = [ET.tostring(case, encoding="unicode").rstrip() for case in suite]
    return _ILLEGAL.sub("", "".join(f"\t\t{element}\n" for element in elements))


def _attributes(values: dict[str, object]) -> str:
    return "".join(f" {name}={_ILLEGAL.sub('', quoteattr(str(value)))}" for name, value in values.items())
