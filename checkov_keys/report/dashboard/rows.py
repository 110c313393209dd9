"""Counts → rows of a table, each with a stacked bar; the bars of a table share one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from checkov_keys.report.dashboard.findings import PASSED, VERDICTS
from checkov_keys.report.plain_text import account_label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checkov_keys.report.dashboard.figures import DashboardNumbers

# In percent of a bar: less could not be seen.
_NARROWEST = 0.75


class Segment(NamedTuple):
    """A part of a bar, in percent of the longest bar of its table."""

    verdict: str
    start: float
    width: float


class Row(NamedTuple):
    """A row of counts {verdict: number}, with the fragment that leads to its findings."""

    label: str
    link: str
    counts: Mapping[str, int]
    bar: list[Segment]
    read_at: str = ""


class Table(NamedTuple):
    """Rows, and the verdicts that any of them has: the columns."""

    rows: list[Row]
    verdicts: list[str]


def build_account_table(numbers: DashboardNumbers) -> Table:
    """Return a row for each account."""
    names, read_at = numbers.account_names, numbers.audits.read_at
    labels = {account: account_label(account, names.get(account, "")) for account in numbers.by_account}
    table = _build(numbers.by_account, labels, "account")
    if len(set(read_at.values())) < 2:  # noqa: PLR2004  # the page says one time once
        return table
    by_label = {label: read_at.get(account, "") for account, label in labels.items()}
    return table._replace(rows=[row._replace(read_at=by_label[row.label]) for row in table.rows])


def build_file_table(by_file: Mapping[str, Mapping[str, int]]) -> Table:
    """Return a row for each file that has more than passed checks."""
    counted = _drop_passed(by_file)
    return _build(counted, {path: path for path in counted}, "q")


def build_check_table(numbers: DashboardNumbers) -> Table:
    """Return a row for each check that has more than passed."""
    counted = _drop_passed(numbers.by_check)
    return _build(counted, {check: check for check in counted}, "check")


def scale(histogram: list[tuple[str, int]]) -> list[tuple[str, int, float]]:
    """Return a histogram with the lengths of its bars, in percent of the longest."""
    most = max((count for _, count in histogram), default=0)
    return [(label, count, round(100 * count / most, 2) if most else 0.0) for label, count in histogram]


def _drop_passed(counted: Mapping[str, Mapping[str, int]]) -> dict[str, Mapping[str, int]]:
    return {name: counts for name, counts in counted.items() if sum(counts.values()) > counts.get(PASSED, 0)}


def _build(counted: Mapping[str, Mapping[str, int]], labels: Mapping[str, str], filtered: str) -> Table:
    """Return rows, those with the most failed checks first."""
    most = max((sum(counts.values()) for counts in counted.values()), default=0)
    order = sorted(counted, key=lambda name: (*(-counted[name].get(verdict, 0) for verdict in VERDICTS[:-1]), name))
    rows = [
        Row(labels[name], f"#{urlencode({filtered: name})}", counted[name], _stack(counted[name], most))
        for name in order
    ]
    return Table(rows, [verdict for verdict in VERDICTS if any(row.counts.get(verdict) for row in rows)])


def _stack(counts: Mapping[str, int], most: int) -> list[Segment]:
    segments, start = [], 0.0
    for verdict in VERDICTS:
        if counts.get(verdict):
            width = max(100 * counts[verdict] / most, _NARROWEST)
            segments.append(Segment(verdict, round(start, 2), round(width, 2)))
            start += width
    return segments
