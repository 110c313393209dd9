"""Who uses the keys of a user, for a ticket: GitHub's Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabulate import tabulate

from checkov_keys.domain.callers import CONSOLE, NO_AGENT, PRODUCTS
from checkov_keys.domain.text import one_line
from checkov_keys.report.plain_text import table_cell
from checkov_keys.report.usage.usage_report import (
    SESSIONS,
    UsageReport,
    compare_keys,
    describe_period,
    describe_span,
    describe_subject,
    name_action,
    sort_actions,
)

if TYPE_CHECKING:
    from datetime import datetime

    from checkov_keys.domain.usage import CallerUse
    from checkov_keys.report.usage.usage_report import KeyRow

_COLUMNS = ("Caller", "From", "Calls", "Denied", "Seen", "Actions")
_MOST_ACTIONS = 8
# GitHub takes 65,536 characters in a comment.
_MOST_CALLERS = 50
_OURS = frozenset({CONSOLE, NO_AGENT, *(product.family for product in PRODUCTS)})


def format_markdown(report: UsageReport) -> str:
    """Return a section per key with a table of its callers, then what was not read, and what to do.

    What others wrote is code, so that it mentions nobody and links nowhere.
    """
    what, name, where = describe_subject(report)
    parts = [
        f"## {what} {_code(name)}{where}",
        f"{table_cell(report.source)} {describe_period(report)}".rstrip(),
        *(_format_key(report, row) for row in report.keys),
        *_compare(report),
    ]
    if report.gaps:
        gaps = [f"- {table_cell(one_line(gap.what))}: {_code(gap.reason)}" for gap in report.gaps]
        parts.append("\n".join(["### Not read", "", *gaps]))
    steps = [f"{number}. {step}" for number, step in enumerate(report.next_steps, 1)]
    parts += [*map(table_cell, report.all_notes), "\n".join(["### What to do next", "", *steps])]
    return report.hide("\n\n".join(parts))


def _format_key(report: UsageReport, row: KeyRow) -> str:
    usage = row.usage
    about = f" ({row.key.status.value})" if row.key is not None else ""
    parts = [f"### {usage.key}{about}", table_cell(row.use.sentence)]
    if usage.callers:
        rows = [
            [
                _name_family(report, use),
                _code(report.name_place(use), in_table=True),
                str(usage.count_calls(use.calls)),
                str(use.denied.number),
                describe_span(use.calls.join(use.denied)),
                table_cell(_name_actions(use)),
            ]
            for use in usage.callers[:_MOST_CALLERS]
        ]
        parts.append(str(tabulate(rows, headers=_COLUMNS, tablefmt="github", disable_numparse=True)))
    more = len(usage.callers) - _MOST_CALLERS
    if more > 0:
        parts.append(f"And {more:,} other callers, who called before these: `-o csv` names all.")
    if usage.more_callers.number:
        parts.append(f"{usage.more_callers} callers without a row: {usage.count_calls(usage.others[0])} calls")
    if usage.sessions:
        parts.append(SESSIONS)
        parts.append("\n".join(f"- {_describe(each.kind)}" for each in usage.sessions[:_MOST_CALLERS]))
    if usage.own_calls.number:
        parts.append(f"Calls of checkov-keys itself, which do not count: {usage.count_calls(usage.own_calls)}.")
    if row.sampled:
        parts.append(f"Sampled, the latest page of each week, in {', '.join(row.sampled)}.")
    return "\n\n".join(parts)


def _compare(report: UsageReport) -> list[str]:
    """Return a table with a row per caller and a column per key, if there are several keys."""
    callers, keys = compare_keys(report)[:_MOST_CALLERS], [row.usage.key for row in report.keys]
    if len(keys) == 1 or not callers:
        return []
    rows = [
        [
            family if family in _OURS else _code(family, in_table=True),
            _code(place, in_table=True),
            *(_describe_use(used, key) for key in keys),
        ]
        for family, place, used in callers
    ]
    headers = ("Caller", "From", *keys)
    return ["### Who uses which key", str(tabulate(rows, headers, tablefmt="github", disable_numparse=True))]


def _describe_use(used: dict[str, datetime | None], key: str) -> str:
    if key not in used:
        return ""
    last = used[key]
    return f"until {last:%Y-%m-%d}" if last else "used"


def _name_family(report: UsageReport, use: CallerUse) -> str:
    name = report.name_family(use)
    return name if name in _OURS else _code(name, in_table=True)


def _name_actions(use: CallerUse) -> str:
    names = [name_action(each.action) for each in sort_actions(use)]
    more = len(names) - _MOST_ACTIONS + use.more_actions.number
    return f"{', '.join(names[:_MOST_ACTIONS])}{f', and {more} more' if more > 0 else ''}"


def _describe(kind: tuple[str, str]) -> str:
    action, target = kind
    return f"{action} of {_code(target)}" if target else action


def _code(text: str, *, in_table: bool = False) -> str:
    """Return a text as code, in which nothing is markup but the end of a cell; "" if it is empty."""
    shown = one_line(text).replace("`", "'")
    if in_table:
        shown = shown.replace("|", "\\|")
    return f"`{shown}`" if shown else ""
