"""A report as JUnit XML, in parts: a tree of a hundred thousand test cases takes more memory than the users do."""

from __future__ import annotations

import io
import itertools
import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from junit_xml import TestCase

from checkov_keys.report.live.drift import format_drift
from checkov_keys.report.live.user_record import UserRecord, format_account
from checkov_keys.report.plain_text import account_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checkov_keys.domain.drift import Drift
    from checkov_keys.domain.users import Unjudged
    from checkov_keys.report.live.live_report import LiveReport

_AT_ONCE = 1_000
# https://www.w3.org/TR/xml/#charsets
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def stream_junit(report: LiveReport, properties: dict[str, str]) -> Iterator[str]:
    """Yield the parts of the XML document that holds the report's test suite, as Checkov writes it."""
    text = io.StringIO()
    xml = _IndentedXml(text)
    failed, unjudged = len(report.failed_checks), len(report.unjudged)
    skipped = len(report.skipped_checks) + len(report.drift)
    counts = {"errors": unjudged, "failures": failed, "tests": len(report.passed_checks) + failed + skipped + unjudged}
    suite = {"disabled": 0, **counts, "name": f"{report.check_type} scan", "skipped": skipped, "time": 0}
    text.write('<?xml version="1.0" ?>')
    xml.open("testsuites", {"disabled": 0, **counts, "time": 0.0})
    xml.open("testsuite", dict(sorted(suite.items())))
    xml.open("properties")
    for name, value in properties.items():
        xml.write("property", {"name": name, "value": value})
    xml.close("properties")
    cases = build_cases(report)
    while some := list(itertools.islice(cases, _AT_ONCE)):
        for case in some:
            _write_case(xml, case)
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    xml.close("testsuite")
    xml.close("testsuites")
    yield f"{text.getvalue()}\n"


def build_cases(report: LiveReport) -> Iterator[TestCase]:
    """Yield a case for each record, then an error for each thing not judged, then a skipped case for each difference.

    Records are as in Checkov's suite, with their account. A difference from templates neither passes nor fails: the
    rule is about something else.
    """
    for name in ("passed", "failed", "skipped"):
        records = iter(getattr(report, f"{name}_checks"))
        while some := list(itertools.islice(records, _AT_ONCE)):
            # Checkov lists the cases in the order of the records.
            for case, record in zip(report.build_part(**{name: some}).get_test_suite().test_cases, some):
                if isinstance(record, UserRecord):
                    _add_account(case, format_account(record))
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


def _build_error(unjudged: Unjudged) -> TestCase:
    prefix = f"/aws/{unjudged.account}/iam." if unjudged.account else "/"
    case = TestCase(name="[NONE] Not judged", classname=f"{prefix}{unjudged.address}")
    label = account_label(unjudged.account, unjudged.account_name)
    case.add_error_info(unjudged.reason, f"Account: {label}" if label else None)
    return case


def _build_drift(drift: Drift) -> TestCase:
    which = drift.keys or (() if drift.user else map(str, drift.source_ranges))
    name = " ".join(["[NONE] Drift:", drift.kind.value, *which])
    case = TestCase(name=name, classname=f"/aws/{drift.account or 'all'}/iam.{drift.user or 'all'}")
    case.add_skipped_info(format_drift(drift))
    return case


def _write_case(xml: _IndentedXml, case: TestCase) -> None:
    attributes = {"name": case.name, "classname": case.classname}
    xml.open("testcase", {**attributes, "file": case.file} if case.file else attributes)
    for kind, outcomes in (("failure", case.failures), ("error", case.errors), ("skipped", case.skipped)):
        for outcome in outcomes:
            message = {"message": outcome["message"]} if outcome["message"] else {}
            xml.write(kind, {"type": kind, **message}, outcome["output"])
    if case.stdout:
        xml.write("system-out", {}, case.stdout)
    xml.close("testcase")


class _IndentedXml:
    """Writes elements, each on a line of its own, indented by tabs; leaves out characters that XML has no place for."""

    def __init__(self, out: io.StringIO) -> None:
        self._xml = XMLGenerator(out, "utf-8", short_empty_elements=True)
        self._depth = 0

    def open(self, name: str, attributes: Mapping[str, object] | None = None) -> None:
        """Write the start of an element that holds elements."""
        self._start_line()
        self._start(name, attributes or {})
        self._depth += 1

    def close(self, name: str) -> None:
        """Write the end of the element that was opened last."""
        self._depth -= 1
        self._start_line()
        self._xml.endElement(name)

    def write(self, name: str, attributes: Mapping[str, object], text: str | None = None) -> None:
        """Write an element that holds a text, or nothing."""
        self._start_line()
        self._start(name, attributes)
        if text:
            self._xml.characters(_ILLEGAL.sub("", text))
        self._xml.endElement(name)

    def _start_line(self) -> None:
        self._xml.ignorableWhitespace("\n" + "\t" * self._depth)

    def _start(self, name: str, attributes: Mapping[str, object]) -> None:
        texts = {key: _ILLEGAL.sub("", str(value)) for key, value in attributes.items()}
        self._xml.startElement(name, AttributesImpl(texts))
