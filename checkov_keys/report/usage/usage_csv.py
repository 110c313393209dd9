"""Who uses the keys of a user, for spreadsheets: one row per caller and key."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from checkov_keys.report.plain_text import spreadsheet_cell
from checkov_keys.report.usage.usage_report import HIDDEN, UNKNOWN, UsageReport, name_action

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


def format_csv(report: UsageReport) -> str:
    """Return the report as CSV (RFC 4180): one row per caller and key, one per key without callers, one per gap."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    for row in _list_rows(report):
        about = {"account": report.account, "user": report.user, **row}
        writer.writerow({name: spreadsheet_cell(cell) for name, cell in about.items()})
    return text.getvalue()


def _list_rows(report: UsageReport) -> Iterator[dict[str, object]]:
    for row in report.keys:
        yield from _list_callers(report, row)
    for gap in report.gaps:
        yield {"sight": "NOT READ", "not read": f"{gap.what}: {gap.reason}"}


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
            "service": use.caller.service,
            "calls": use.calls.number,
            "denied calls": use.denied.number,
            "first seen": _time(both.first),
            "last seen": _time(both.last),
            "actions": "; ".join(name_action(each.action) for each in use.actions),
            "user agents": "; ".join(report.list_agents(use)),
        }
    if usage.more_callers.number:
        calls, denied = usage.others
        yield {**about, "family": f"{usage.more_callers} others", "calls": calls.number, "denied calls": denied.number}


def _time(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
