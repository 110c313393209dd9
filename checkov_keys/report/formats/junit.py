"""A report as JUnit XML, in parts: a tree of a hundred thousand test cases takes more memory than the users."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from junit_xml import TestSuite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from junit_xml import TestCase

    from checkov_keys.report.live.live_report import LiveReport

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
    for part in _parts(report):
        yield _cases(part.get_test_suite().test_cases)
    yield "\t</testsuite>\n</testsuites>\n"


def _parts(report: LiveReport) -> Iterator[LiveReport]:
    """Yield reports of no more records than fit into memory as a tree."""
    for name in ("passed", "failed", "skipped"):
        records = iter(getattr(report, f"{name}_checks"))
        while some := list(itertools.islice(records, _AT_ONCE)):
            yield report.part(**{name: some})
    yield report.part(unjudged=report.unjudged, drift=report.drift)


def _cases(cases: Iterable[TestCase]) -> str:
    suite = TestSuite("", list(cases)).build_xml_doc()
    ET.indent(suite, "\t", level=1)
    elements = [ET.tostring(case, encoding="unicode").rstrip() for case in suite]
    return _ILLEGAL.sub("", "".join(f"\t\t{element}\n" for element in elements))


def _attributes(values: dict[str, object]) -> str:
    return "".join(f" {name}={_ILLEGAL.sub('', quoteattr(str(value)))}" for name, value in values.items())
