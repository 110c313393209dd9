"""Who uses the keys of a user, for spreadsheets: one row per caller and key."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from checkov_keys.domain.source_addresses import HIDDEN
from checkov_keys.domain.text import one_line
from checkov_keys.report.plain_text import spreadsheet_cell
from checkov_keys.report.usage.usage_report import UNKNOWN, UsageReport, name_action

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from checkov_keys.report.usage.usage_report import KeyRow

COLUMNS = (
    "account",
    "user",
    "key id",
    "status",
    "sight",
    "family",
    "address",
    "service",
    "calls",
    "calls are exact",
    "denied calls",
    "first seen",
    "last seen",
    "actions",
    "user agents",
    "not read",
)

# Excel cuts a cell after 32,767 characters.
# https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3
_LONGEST_CELL = 32_000


def format_csv(report: UsageReport) -> str:
    """Return the report as CSV (RFC 4180): one row per caller and key, one per key without callers, one per gap."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    for row in _list_rows(report):
        about = {"account": report.account, "user": one_line(report.user), **row}
        writer.writerow({name: spreadsheet_cell(cell) for name, cell in about.items()})
    return report.hide(text.getvalue())


def _list_rows(report: UsageReport) -> Iterator[dict[str, object]]:
    for row in report.keys:
        yield from _list_callers(report, row)
    for gap in report.gaps:
        yield {"sight": "NOT READ", "not read": one_line(f"{gap.what}: {gap.reason}")}


def _list_callers(report: UsageReport, row: KeyRow) -> Iterator[dict[str, object]]:
    usage = row.usage
    about = {
        "key id": usage.key,
        "status": row.key.status.value if row.key else "",
        "sight": row.use.sight.value,
        "calls are exact": "yes" if usage.is_exact else "no, at least",
    }
    if not usage.callers:
        yield {**about, "calls": usage.calls.number, "denied calls": usage.denied.number}
    for use in usage.callers:
        both = use.calls.join(use.denied)
        place = report.name_place(use)
        yield {
            **about,
            "family": report.name_family(use),
            "address": "" if place in (HIDDEN, UNKNOWN) or use.caller.service else place,
            "service": one_line(use.caller.service),
            "calls": use.calls.number,
            "denied calls": use.denied.number,
            "first seen": _time(both.first),
            "last seen": _time(both.last),
            "actions": _join([name_action(each.action) for each in use.actions], use.more_actions.number),
            "user agents": "; ".join(report.list_agents(use)),
        }
    if usage.more_callers.number:
        calls, denied = usage.others
        yield {**about, "family": f"{usage.more_callers} others", "calls": calls.number, "denied calls": denied.number}


def _join(names: list[str], more: int) -> str:
    """Return names as one cell, as many as fit, and how many others there are."""
    shown = names
    while sum(map(len, shown)) + 2 * len(shown) > _LONGEST_CELL:
        shown = shown[: len(shown) * 9 // 10]
    more += len(names) - len(shown)
    return "; ".join([*shown, *([f"and {more:,} more"] if more else [])])


def _time(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
