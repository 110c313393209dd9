"""The text for a terminal: who fails and what to do, what could not be judged, drift, and a summary at the end."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.text import one_line
from checkov_keys.report.live.audit_facts import collect_facts, describe_counts
from checkov_keys.report.live.drift import format_drift, format_drift_title
from checkov_keys.report.live.evidence import describe_unjudged
from checkov_keys.report.live.user_record import PassedRecords, UserRecord, count_passed
from checkov_keys.report.live.user_text import list_lines
from checkov_keys.report.plain_text import account_label
from checkov_keys.report.terminal_text import FILE, Screen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checkov.common.output.record import Record

    from checkov_keys.domain.users import Account, Unjudged
    from checkov_keys.report.destinations import Style
    from checkov_keys.report.live.audit_facts import AccountCounts, AuditFacts
    from checkov_keys.report.live.live_report import LiveReport

# More would hide what a report is about.
_MOST_NAMED = 20
# What AWS's refusals name, each another user.
_ON_RESOURCE = re.compile(r"on resource: (?:user )?\S+")
_COLOURS = {"PASSED": "green", "FAILED": "red", "SKIPPED": "yellow"}
_HEADERS = ("account", "users", "failed", "passed", "skipped", "not judged")
_GAP = "  "
# An account's id, and some of its name.
_LEAST_ROOM = 16


def stream_console(report: LiveReport, style: Style, screen: Screen = FILE) -> Iterator[str]:
    """Yield the text in parts, each of which is whole lines.

    What could not be judged is named even if only failures are asked for. Users that pass are only counted, unless the
    style wants them shown.
    """
    facts = collect_facts(report)
    yield _join(screen.wrap(f"{facts.tools}: {name_accounts(report.accounts)}{_name_shard(report)}", "", "  "))
    shown: list[Iterable[Record]] = [report.failed_checks]
    if not style.quiet:
        shown = [report.passed_checks if style.show_passed else (), *shown, report.skipped_checks]
    yield from _stream_records(report, shown, style, screen)
    if report.unjudged:
        yield "\n" + _join(screen.paint(line, "red") for line in screen.wrap_all(_list_unjudged(report)))
    if report.drift_basis:
        lines = (f"  {format_drift(drift)}" for drift in report.drift)
        yield "\n" + _join(screen.wrap(f"{format_drift_title(report.drift_basis)}:", "", "  "))
        yield _join(screen.wrap_all(lines)) if report.drift else "  none\n"
    yield from _stream_summary(report, facts, style, screen)


def name_accounts(accounts: Sequence[Account]) -> str:
    """Return the accounts in words, so many of them that the rest of the report is still seen."""
    labels = [account_label(account.id, account.name) for account in accounts]
    if len(labels) == 1:
        return f"account {labels[0]}"
    more = len(labels) - _MOST_NAMED
    named = ", ".join([*labels[:_MOST_NAMED], *([f"and {more} more"] if more > 0 else [])])
    return f"{len(labels)} accounts: {named}" if labels else "no accounts"


def _name_shard(report: LiveReport) -> str:
    return f" in shard {report.shard}" if report.shard else ""


def _stream_records(report: LiveReport, lists: list[Iterable[Record]], style: Style, screen: Screen) -> Iterator[str]:
    """Yield the records of lists, below the name of their rule, which is given once."""
    for rule in (each.text for each in report.rules):
        title = _join(screen.wrap(f'Check: {rule.id}: "{rule.name}" ({rule.severity})', "", "  "))
        for records in lists:
            for record in _select(records, rule.id):
                if title:
                    yield f"\n{title}"
                    title = ""
                yield _format_record(record, style, screen)


def _select(records: Iterable[Record], rule: str) -> Iterator[UserRecord]:
    """Yield the records of the rule of an id; those that pass are made for it only."""
    chosen = records.select(rule) if isinstance(records, PassedRecords) else records
    return (record for record in chosen if isinstance(record, UserRecord) and record.check_id == rule)


def _list_unjudged(report: LiveReport) -> Iterator[str]:
    """Yield what could not be judged, users of one account that a rule cannot judge for one reason in one line."""
    groups: dict[tuple[str, str, str], list[Unjudged]] = {}
    for each in report.unjudged:
        groups.setdefault((each.rule, each.account, _ON_RESOURCE.sub("", each.reason)), []).append(each)
    for (rule, account, _), group in groups.items():
        if len(group) == 1 or not rule:
            yield from (f"Not judged: {describe_unjudged(each)}" for each in group)
            continue
        users = ", ".join(each.address.rpartition("/")[2] for each in group)
        label = account_label(account, group[0].account_name)
        yield f"Not judged by {rule} in account {label}: {len(group):,} users: {group[0].reason}: {users}"


def _format_record(record: UserRecord, style: Style, screen: Screen) -> str:
    verdict = str(getattr(record.check_result["result"], "value", ""))
    heads = screen.wrap(f"{verdict} for resource: {one_line(record.resource)}", "", "  ")
    lines = screen.wrap_all(list_lines(record, compact=style.compact))
    return _join([*(screen.paint(head, _COLOURS.get(verdict, "cyan")) for head in heads), *lines])


def _stream_summary(report: LiveReport, facts: AuditFacts, style: Style, screen: Screen) -> Iterator[str]:
    yield "\n"
    if len(facts.accounts) > 1:
        yield f"{_format_table(facts.accounts, screen)}\n"
    if len(report.rules) > 1:
        yield f"{_format_rules(report, screen)}\n"
    yield _join(screen.paint(line, "cyan") for line in screen.wrap(_count(report), "", "  "))
    lines = [_capitalize(facts.reading)] if facts.reading else []
    if not (report.failed_checks or report.unjudged) and facts.accounts:
        lines.append(f"No {'new ' if style.baseline else ''}findings: {_describe_judged(report)}")
    shown = {record.check_id for record in (*report.failed_checks, *report.skipped_checks)}
    for rule in (each.text for each in report.rules):
        if rule.id in shown and rule.benchmarks:
            lines.append(f"Benchmarks of {rule.id}: {'; '.join(map(str, rule.benchmarks))}")
        if rule.id in shown:
            lines.append(f"Guide: {rule.guideline}")
    if report.failed_checks:
        several = {record.check_id for record in report.failed_checks} != {ONE_ACTIVE_KEY.text.id}
        flag = " --rule RULE" if several else ""
        lines.append(f"What to do, user by user, with commands: checkov-keys remediate{flag}")
    if style.created_baseline:
        lines.append(f"Created a checkov baseline file at {style.created_baseline}")
    if style.baseline:
        path = one_line(str(style.baseline.path))
        lines.append(f"Baseline {path}: only findings that it does not know are reported as failed")
    yield _join(screen.wrap_all(lines))


def _format_rules(report: LiveReport, screen: Screen) -> str:
    """Return a table of how many users each rule fails, passes, skips and cannot judge, or a sentence for each."""
    counts = {
        "failed": Counter(record.check_id for record in report.failed_checks),
        "passed": count_passed(report.passed_checks),
        "skipped": Counter(record.check_id for record in report.skipped_checks),
        "not judged": Counter(each.rule for each in report.unjudged),
    }
    rules = [each.text for each in report.rules]
    cells = [["", *counts], *([rule.id, *(str(count[rule.id]) for count in counts.values())] for rule in rules)]
    widths = [max(map(len, column)) for column in zip(*cells)]
    titles = ["", *(rule.title for rule in rules)]
    if screen.width is not None and sum(widths) + len(_GAP) * len(widths) + max(map(len, titles)) > screen.width:
        said = (", ".join(f"{count[rule.id]} {name}" for name, count in counts.items()) for rule in rules)
        return _join(screen.wrap_all(f"{rule.id}: {each}" for rule, each in zip(rules, said)))
    return _join(
        _GAP.join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:]), title]).rstrip()
        for row, title in zip(cells, titles)
    )


def _count(report: LiveReport) -> str:
    summary = report.get_summary()
    counts = ", ".join(f"{name.title()} checks: {summary[name]}" for name in ("passed", "failed", "skipped"))
    return f"{counts}, Not judged: {len(report.unjudged)}" if report.unjudged else counts


def _describe_judged(report: LiveReport) -> str:
    users = sum(len(account.users) for account in report.accounts)
    keys = sum(len(user.keys) for account in report.accounts for user in account.users)
    of = f"{_number(keys, 'access key')} of {_number(users, 'user')}"
    return f"{of} in {_number(len(report.accounts), 'account')} judged"


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _format_table(accounts: Sequence[AccountCounts], screen: Screen) -> str:
    """Return a table of accounts and their sums, or a sentence for each if the screen is too narrow."""
    numbers = [(each.users, each.failed, each.passed, each.skipped, each.unjudged) for each in accounts]
    sums = [sum(filter(None, column)) for column in zip(*numbers)]
    cells = [_HEADERS[1:], *(["-" if number is None else str(number) for number in row] for row in (*numbers, sums))]
    widths = [max(map(len, column)) for column in zip(*cells)]
    labels = [_HEADERS[0], *(each.label for each in accounts), "all"]
    room = max(map(len, labels))
    if screen.width is not None:
        room = min(room, screen.width - sum(widths) - len(_GAP) * len(widths))
    if room < _LEAST_ROOM:
        return _join(screen.wrap_all(f"{each.label}: {describe_counts(each)}" for each in accounts))
    return _join(
        _GAP.join([_shorten(label, room).ljust(room), *(cell.rjust(width) for cell, width in zip(row, widths))])
        for label, row in zip(labels, cells)
    )


def _shorten(label: str, room: int) -> str:
    return label if len(label) <= room else f"{label[: room - 1]}…"


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


def _join(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
