"""Who uses the keys of a user, for a ticket: GitHub's Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabulate import tabulate

from checkov_keys.domain.text import one_line
from checkov_keys.report.plain_text import table_cell
from checkov_keys.report.usage.usage_report import (
    MAIL,
    SESSIONS,
    UsageReport,
    describe_period,
    describe_span,
    name_action,
)

if TYPE_CHECKING:
    from checkov_keys.report.usage.usage_report import KeyRow

_COLUMNS = ("Caller", "From", "Calls", "Denied", "Seen", "Actions")
_MOST_ACTIONS = 8


def format_markdown(report: UsageReport) -> str:
    """Return a section per key with a table of its callers, then what was not read, and what to do."""
    where = f" in account {report.account}" if report.account else ""
    who = f"user {one_line(report.user)}" if report.user else "a key whose user is not known"
    parts = [
        f"## Who uses the access keys of {table_cell(who)}{where}",
        f"{table_cell(report.source)} {describe_period(report)}".rstrip(),
        *(_format_key(report, row) for row in report.keys),
    ]
    if report.gaps:
        gaps = [f"- {table_cell(gap.what)}: {table_cell(gap.reason)}" for gap in report.gaps]
        parts.append("\n".join(["### Not read", "", *gaps]))
    steps = [f"{number}. {step}" for number, step in enumerate(report.next_steps, 1)]
    parts += [*map(table_cell, report.notes), MAIL, "\n".join(["### What to do next", "", *steps])]
    return "\n\n".join(parts)


def _format_key(report: UsageReport, row: KeyRow) -> str:
    usage = row.usage
    about = f" ({row.key.status.value})" if row.key is not None else ""
    parts = [f"### {usage.key}{about}", table_cell(row.use.sentence)]
    if usage.callers:
        rows = [
            [
                table_cell(report.name_family(use)),
                table_cell(report.name_place(use)),
                str(usage.count_calls(use.calls)),
                str(use.denied.number),
                describe_span(use.calls.join(use.denied)),
                table_cell(_name_actions([name_action(each.action) for each in use.actions])),
            ]
            for use in usage.callers
        ]
        parts.append(str(tabulate(rows, headers=_COLUMNS, tablefmt="github", disable_numparse=True)))
    if usage.more_callers.number:
        parts.append(f"{usage.more_callers} other callers: {usage.count_calls(usage.others[0])} calls")
    if usage.sessions:
        parts.append(SESSIONS)
        parts.append("\n".join(f"- {table_cell(_describe(each.kind))}" for each in usage.sessions))
    if row.sampled:
        parts.append(f"Sampled, the latest page of each week, in {', '.join(row.sampled)}.")
    return "\n\n".join(parts)


def _name_actions(names: list[str]) -> str:
    more = len(names) - _MOST_ACTIONS
    return f"{', '.join(names[:_MOST_ACTIONS])}{f', and {more} more' if more > 0 else ''}"


def _describe(kind: tuple[str, str]) -> str:
    action, target = kind
    return f"{action} of {one_line(target)}" if target else action
