"""Who uses the keys of a user, for people at a terminal."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING

from checkov_keys.domain.key_use import Sight
from checkov_keys.domain.text import one_line
from checkov_keys.domain.users import NoUse
from checkov_keys.report.terminal_text import FILE, Screen
from checkov_keys.report.usage.usage_report import (
    SESSIONS,
    UsageReport,
    compare_keys,
    describe_period,
    describe_span,
    describe_subject,
    sort_actions,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from checkov_keys.domain.usage import CallerUse, KeyUsage
    from checkov_keys.report.usage.usage_report import KeyRow

_COLOURS = {Sight.SEEN: "yellow", Sight.USED_UNSEEN: "red", Sight.NOT_SEEN: "green"}
# The other formats have them all.
_MOST_CALLERS = 20  # of a key
_MOST_ACTIONS = 8  # of a caller
_MOST_AGENTS = 2  # of a caller
_LONGEST_AGENT = 160
_ALL = "-o json names all"


def format_text(report: UsageReport, screen: Screen = FILE) -> str:
    """Return the report as lines that fit the screen."""
    blocks = [[_describe_subject(report)], *(list(_list_key(report, row, screen)) for row in report.keys)]
    if len(report.keys) > 1:
        blocks.append(_compare(report))
    blocks.append(
        ["Not read:", *(f"  {one_line(f'{gap.what}: {gap.reason}')}" for gap in report.gaps)] if report.gaps else []
    )
    blocks.append(list(report.all_notes))
    blocks.append(["What to do next:", *(f"  {number}. {step}" for number, step in enumerate(report.next_steps, 1))])
    return "\n\n".join("\n".join(screen.wrap_all(map(report.hide, lines), "    ")) for lines in blocks if lines)


def _describe_subject(report: UsageReport) -> str:
    what, name, where = describe_subject(report)
    return f"{what} {name}{where}: {report.source} {describe_period(report)}".rstrip()


def _list_key(report: UsageReport, row: KeyRow, screen: Screen) -> Iterator[str]:
    status = ""
    if row.key is not None:
        made = f", made {row.key.created:%Y-%m-%d}" if row.key.created else ""
        status = f" ({row.key.status.value}{made})"
    yield f"{row.usage.key}{status}: {screen.paint(row.use.sentence, _choose_colour(report, row))}"
    yield from (f"  {line}" for line in _list_use(report, row))


def _choose_colour(report: UsageReport, row: KeyRow) -> str:
    """Return the colour of what is said of a key: green only if nothing is missing that could contradict it."""
    knows_all = row.key is not None and row.key.last_use is not NoUse.NOT_READ and not report.gaps
    return _COLOURS[row.use.sight] if knows_all or row.use.sight is not Sight.NOT_SEEN else "yellow"


def _list_use(report: UsageReport, row: KeyRow) -> Iterator[str]:
    usage = row.usage
    for use in usage.callers[:_MOST_CALLERS]:
        yield f"{_join(report.name_family(use), report.name_place(use))}: {_count(usage, use)}"
        yield from (f"  {line}" for line in (*_list_actions(use), *_list_agents(report, use)))
    more = len(usage.callers) - _MOST_CALLERS
    if more > 0:
        yield f"and {more:,} other caller{'' if more == 1 else 's'}, who called before these: {_ALL}"
    if usage.more_callers.number:
        calls, denied = usage.others
        refused = f", and {usage.count_calls(denied)} denied" if denied.number else ""
        yield f"{usage.more_callers} callers without a row: {usage.count_calls(calls)} calls{refused}"
    for session in usage.sessions:
        target = f" of {one_line(session.kind.target)}" if session.kind.target else ""
        end = f", the last ends {session.last_end:%Y-%m-%d %H:%M} UTC" if session.last_end else ""
        yield f"sessions by {session.kind.action}{target}: {usage.count_calls(session.made)}{end}"
    if usage.more_sessions[1].number:
        yield f"{usage.more_sessions[1]} kinds of sessions without a row: {usage.count_calls(usage.more_sessions[0])}"
    if usage.sessions:
        yield SESSIONS
    if usage.own_calls.number:
        yield f"calls of checkov-keys itself, which do not count: {usage.count_calls(usage.own_calls)}"
    if row.sampled:
        yield f"sampled, the latest page of each week, in {', '.join(row.sampled)}: --all-events reads all"


def _list_actions(use: CallerUse) -> Iterator[str]:
    """Yield a line for each service and region with the actions that were called most, then how many others there are.

    An action that AWS denied each time is marked.
    """
    shown = sort_actions(use)[:_MOST_ACTIONS]
    places: dict[tuple[str, str], list[str]] = {}
    for action, calls, denied in shown:
        only_denied = " (denied)" if denied.number and not calls.number else ""
        place = places.setdefault((action.service.partition(".")[0], action.region), [])
        place.append(f"{one_line(action.name) or 'unknown action'}{only_denied}")
    for (service, region), names in places.items():
        where = f" in {one_line(region)}" if region else ""
        yield f"{one_line(service) or 'unknown service'}{where}: {', '.join(names)}"
    more = len(use.actions) - len(shown) + use.more_actions.number
    if more > 0:
        yield f"and {more:,} other action{'' if more == 1 else 's'}: {_ALL}"


def _list_agents(report: UsageReport, use: CallerUse) -> Iterator[str]:
    agents = report.list_agents(use)
    for agent in agents[:_MOST_AGENTS]:
        yield f"says: {agent if len(agent) <= _LONGEST_AGENT else f'{agent[:_LONGEST_AGENT].rstrip()}...'}"
    more = len(agents) - _MOST_AGENTS
    if more > 0 or use.has_more_agents:
        yield f"and {'more than ' if use.has_more_agents else ''}{max(more, 1)} other user agents: {_ALL}"


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
    callers = compare_keys(report)
    lines = [f"  {_join(family, place)}: {', '.join(starmap(_until, keys.items()))}" for family, place, keys in callers]
    more = len(lines) - _MOST_CALLERS
    others = [f"  and {more:,} others: {_ALL}"] if more > 0 else []
    return ["Who uses which key:", *lines[:_MOST_CALLERS], *others] if lines else []


def _join(family: str, place: str) -> str:
    # What a service calls itself is its name.
    return family if family == place else f"{family}, {place}"


def _until(key: str, last: datetime | None) -> str:
    return f"{key} until {last:%Y-%m-%d}" if last else key
