"""JUnit XML of test suites of plain values, in parts: a tree of a hundred thousand cases takes more memory than these.

It holds only what Jenkins' schema allows, which is the strictest one in use:
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from __future__ import annotations

import io
import itertools
import re
from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

_AT_ONCE = 1_000
# https://www.w3.org/TR/xml/#charsets
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Outcome(Enum):
    """How a case ended; each but PASSED is called as its element is."""

    PASSED = ""
    FAILED = "failure"
    ERROR = "error"
    SKIPPED = "skipped"


class Case(NamedTuple):
    """A test case: readers know it again by `classname` and `name`, which nothing else in the report should have.

    `message` is one line that says why it did not pass, `text` whatever else there is to say, in lines.
    """

    name: str
    classname: str
    outcome: Outcome = Outcome.PASSED
    message: str = ""
    text: str = ""


class Suite(NamedTuple):
    """A test suite: `counts` are how many of its `cases` end how, which is written before the first of these is made.

    `properties` are its facts by their names, `timestamp` (UTC) is when it began, None if that is not known.
    """

    name: str
    counts: Mapping[Outcome, int]
    cases: Iterable[Case]
    properties: Mapping[str, str]
    timestamp: datetime | None = None


def count_outcomes(cases: Iterable[Case]) -> Counter[Outcome]:
    """Return how many cases end how."""
    return Counter(case.outcome for case in cases)


def stream_suites(name: str, suites: Sequence[Suite]) -> Iterator[str]:
    """Yield the parts of an XML document of suites, which as a whole is called `name`."""
    text = io.StringIO()
    xml = _IndentedXml(text)
    total: Counter[Outcome] = Counter()
    for suite in suites:
        total.update(suite.counts)
    text.write('<?xml version="1.0" encoding="UTF-8"?>')
    xml.open("testsuites", {"name": name, "time": 0, **_encode_counts(total)})
    for suite in suites:
        _open_suite(xml, suite)
        cases = iter(suite.cases)
        while some := list(itertools.islice(cases, _AT_ONCE)):
            for case in some:
                _write_case(xml, case)
            yield text.getvalue()
            text.seek(0)
            text.truncate()
        xml.close("testsuite")
    xml.close("testsuites")
    yield f"{text.getvalue()}\n"


def _encode_counts(counts: Mapping[Outcome, int]) -> dict[str, object]:
    return {
        "tests": sum(counts.values()),
        "failures": counts.get(Outcome.FAILED, 0),
        "errors": counts.get(Outcome.ERROR, 0),
    }


def _open_suite(xml: _IndentedXml, suite: Suite) -> None:
    counts = {**_encode_counts(suite.counts), "skipped": suite.counts.get(Outcome.SKIPPED, 0)}
    when = {"timestamp": f"{suite.timestamp:%Y-%m-%dT%H:%M:%S}"} if suite.timestamp else {}
    xml.open("testsuite", {"name": suite.name, "time": 0, **counts, **when})
    if suite.properties:
        xml.open("properties")
        for name, value in suite.properties.items():
            xml.write("property", {"name": name, "value": value})
        xml.close("properties")


def _write_case(xml: _IndentedXml, case: Case) -> None:
    attributes = {"name": case.name, "classname": case.classname, "time": 0}
    if case.outcome is Outcome.PASSED:
        xml.write("testcase", attributes)
        return
    xml.open("testcase", attributes)
    kind = case.outcome.value
    xml.write(kind, {"type": kind, "message": case.message}, case.text)
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

    def write(self, name: str, attributes: Mapping[str, object], text: str = "") -> None:
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
