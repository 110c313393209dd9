"""Who uses the keys of a user, for people at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.domain.key_use import Sight
from checkov_keys.domain.text import one_line
from checkov_keys.report.terminal_text import FILE, Screen
from checkov_keys.report.usage.usage_report import (
    MAIL,
    SESSIONS,
    UsageReport,
    describe_period,
    describe_span,
    name_action,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.domain.usage import CallerUse, KeyUsage
    from checkov_keys.report.usage.usage_report import KeyRow

_COLOURS = {Sight.SEEN: "yellow", Sight.USED_UNSEEN: "red", Sight.NOT_SEEN: "green"}
_MOST_ACTIONS = 8  # of a caller; the other formats have them all


def format_text(report: UsageReport, screen: Screen = FILE) -> str:
    """Return the report as lines that fit the screen."""
    blocks = [[_describe_user(report)], *(list(_list_key(report, row, screen)) for row in report.keys)]
    if len(report.keys) > 1:
        blocks.append(_compare(report))
    blocks.append(["Not read:", *(f"  {gap.what}: {gap.reason}" for gap in report.gaps)] if report.gaps else [])
    blocks.append([*report.notes, MAIL])
    blocks.append(["What to do next:", *(f"  {number}. {step}" for number, step in enumerate(report.next_steps, 1))])
    return "\n\n".join("\n".join(screen.wrap_all(lines, "    ")) for lines in blocks if lines)


def _describe_user(report: UsageReport) -> str:
    who = f"user {one_line(report.user)}" if report.user else "a key whose user is not known"
    where = f" in account {one_line(report.account)}" if report.account else ""
    return f"Who uses the access keys of {who}{where}: {report.source} {describe_period(report)}".rstrip()


def _list_key(report: UsageReport, row: KeyRow, screen: Screen) -> Iterator[str]:
    status = ""
    if row.key is not None:
        made = f", made {row.key.created:%Y-%m-%d}" if row.key.created else ""
        status = f" ({row.key.status.value}{made})"
    yield f"{row.usage.key}{status}: {screen.paint(row.use.sentence, _COLOURS[row.use.sight])}"
    yield from (f"  {line}" for line in _list_use(report, row))


def _list_use(report: UsageReport, row: KeyRow) -> Iterator[str]:
    usage = row.usage
    for use in usage.callers:
        yield f"{report.name_family(use)}, {report.name_place(use)}: {_count(usage, use)}"
        shown = [name_action(each.action) for each in use.actions]
        more = len(shown) - _MOST_ACTIONS + use.more_actions.number
        yield f"  {', '.join(shown[:_MOST_ACTIONS])}{f', and {more} more' if more > 0 else ''}"
        agents = report.list_agents(use)
        if agents:
            yield f"  says: {'; '.join(agents)}{'; and others' if use.has_more_agents else ''}"
    if usage.more_callers.number:
        yield f"{usage.more_callers} other callers: {usage.count_calls(usage.others[0])} calls"
    for session in usage.sessions:
        target = f" of {one_line(session.kind.target)}" if session.kind.target else ""
        end = f", the last ends {session.last_end:%Y-%m-%d %H:%M} UTC" if session.last_end else ""
        yield f"sessions by {session.kind.action}{target}: {usage.count_calls(session.made)}{end}"
    if usage.sessions:
        yield SESSIONS
    if usage.own_calls.number:
        yield f"calls of checkov-keys itself, which do not count: {usage.count_calls(usage.own_calls)}"
    if row.sampled:
        yield f"sampled, the latest page of each week, in {', '.join(row.sampled)}: --all-events reads all"


def _count(usage: KeyUsage, use: CallerUse) -> str:
    counts = []
    if use.calls.number or not use.denied.number:
        counts.append(f"{_calls(usage, use.calls.number)}{_days(describe_span(use.calls))}")
    if use.denied.number:
        counts.append(f"{_calls(usage, use.denied.number)} denied{_days(describe_span(use.denied))}")
    return "; ".join(counts)


def _calls(usage: KeyUsage, number: int) -> str:
    word = "exactly" if usage.is_exact else "at least"
    return f"{word} {number:,} call{'' if number == 1 else 's'}"


def _days(span: str) -> str:
    return f", {span}" if span else ""


def _compare(report: UsageReport) -> list[str]:
    """Return which caller uses which key: the list of what to move."""
    users: dict[str, list[str]] = {}
    for row in report.keys:
        for use in row.usage.callers:
            name = f"{report.name_family(use)}, {report.name_place(use)}"
            last = max(filter(None, (use.calls.last, use.denied.last)), default=None)
            day = f" until {last:%Y-%m-%d}" if last else ""
            keys = users.setdefault(name, [])
            keys.append(f"{row.usage.key}{day}")
    if not users:
        return []
    return ["Who uses which key:", *(f"  {name}: {', '.join(keys)}" for name, keys in sorted(users.items()))]
