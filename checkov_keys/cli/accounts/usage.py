"""`checkov-keys usage`: who still uses the access keys of a user."""

from __future__ import annotations

import sys
from datetime import datetime, time, timezone
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.cli.accounts.access import AwsAccess
from checkov_keys.cli.accounts.terminal import show_objects, show_regions
from checkov_keys.cli.accounts.usage_athena import describe_coverage, format_sql
from checkov_keys.cli.exit_codes import INCOMPLETE, NOTHING_FOUND
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.key_use import explain_use
from checkov_keys.domain.text import one_line
from checkov_keys.report.live.key_usage import EVENT_HISTORY
from checkov_keys.report.standard_streams import print_line
from checkov_keys.report.terminal_text import describe_screen
from checkov_keys.report.usage.usage_csv import format_csv
from checkov_keys.report.usage.usage_json import format_json
from checkov_keys.report.usage.usage_markdown import format_markdown
from checkov_keys.report.usage.usage_report import NO_DATA_EVENTS, Gap, KeyRow, UsageReport
from checkov_keys.report.usage.usage_text import format_text
from checkov_keys.runtime.usage.account_histories import list_first_regions
from checkov_keys.runtime.usage.athena_answer import read_answer
from checkov_keys.runtime.usage.bucket_place import is_bucket_url, parse_bucket_url
from checkov_keys.runtime.usage.enabled_regions import choose_regions
from checkov_keys.runtime.usage.event_history import HistoryReading, read_event_history
from checkov_keys.runtime.usage.key_owner import FoundKeys, find_keys
from checkov_keys.runtime.usage.trail_bucket import BucketReading, read_bucket
from checkov_keys.runtime.usage.trail_files import TrailReading, read_trail

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator
    from datetime import date

    from checkov_keys.domain.trail_coverage import Coverage
    from checkov_keys.domain.usage import KeyUsage
    from checkov_keys.runtime.session.aws_session import AwsSession
    from checkov_keys.runtime.usage.bucket_place import BucketPlace

_FORMATS = {"json": format_json, "csv": format_csv, "markdown": format_markdown}
_TRAIL = "the trail"
_MEGABYTE = 1_000_000
_MOST_FILES = 5  # of those that were not read, by name, for each reason


def run(options: Namespace) -> int:
    """Say who uses the keys and return the exit code: 2 if something was not read."""
    access = AwsAccess(options)
    found = _find_keys(options, access)
    if not found.ids:
        raise UsageError(f"user {one_line(found.user)} has no access key")
    if options.athena_sql:
        print_line(format_sql(options, found.ids, found.account))
        return _say_gaps(found)
    if options.from_athena:
        report = _read_athena(options, found)
    else:
        report = _read_trail(options, access, found) if options.trail else _read_history(options, access, found)
    if options.output == "cli":
        print_line(format_text(report, describe_screen(sys.stdout)))
    else:
        print_line(_FORMATS[options.output](report).rstrip("\n"))
    return INCOMPLETE if report.gaps else NOTHING_FOUND


def _find_keys(options: Namespace, access: AwsAccess) -> FoundKeys:
    """Return the keys to look up; AWS is not asked if they are named, and so is where their events are."""
    if options.key and (options.trail or options.athena_sql or options.from_athena):
        return FoundKeys("", "", "", tuple(sorted(set(options.key))))
    return find_keys(access.enter(), options.user, options.key[0] if options.key else None)


def _say_gaps(found: FoundKeys) -> int:
    """Say what is not known of the keys, apart from what was printed to be pasted, and return the exit code."""
    for what, reason in found.gaps:
        print_line(f"not read: {one_line(what)}: {one_line(reason)}", sys.stderr)
    return INCOMPLETE if found.gaps else NOTHING_FOUND


class _Source(NamedTuple):
    """What was read: its name in sentences, what it is called in full, and from when to when."""

    name: str
    title: str
    since: datetime | None
    until: datetime | None


def _read_history(options: Namespace, access: AwsAccess, found: FoundKeys) -> UsageReport:
    session = access.enter()
    choice = choose_regions(session, list_first_regions(session, found.partition, found.keys))
    with show_regions(len(choice.regions)) as note_region:
        reading = read_event_history(
            session,
            found.ids,
            choice,
            all_events=options.all_events,
            max_wait=options.max_wait_minutes * 60,
            note_region=note_region,
        )
    coverage = reading.coverage
    title = f"CloudTrail's event history in {len(coverage.regions)} region{'' if len(coverage.regions) == 1 else 's'}"
    source = _Source(EVENT_HISTORY, title, coverage.since, coverage.until)
    sampled = {key: coverage.list_sampled(key) for key in found.ids}
    gaps = [*found.gaps, *_list_history_gaps(reading)]
    report = _make_report(options, found, source, reading.usages, gaps, sampled)
    return report._replace(notes=tuple(_describe_own_keys(session, found)))


def _describe_own_keys(session: AwsSession, found: FoundKeys) -> Iterator[str]:
    """Yield one line about keys by which this command asks: AWS knows of these uses before event history does."""
    own = sorted(session.signers.keys.intersection(found.ids))
    if own:
        yield f"This command's calls are signed with {', '.join(own)}: what AWS tells of its last use may be these."


def _list_history_gaps(reading: HistoryReading) -> Iterator[tuple[str, str]]:
    if reading.was_stopped:
        yield "event history", "reading was stopped: what was read until then is shown"
    keys_of: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for usage in reading.usages:
        for gap in reading.coverage.list_faults(usage.key):
            keys_of.setdefault(gap, []).append(usage.key)
    for (fault, regions), keys in keys_of.items():
        which = "" if len(keys) == len(reading.usages) else f" for {', '.join(keys)}"
        yield f"{', '.join(regions) or 'other regions'}{which}", fault


def _read_trail(options: Namespace, access: AwsAccess, found: FoundKeys) -> UsageReport:
    days_chosen = {"first": options.first, "last": options.last}
    reading: TrailReading | BucketReading
    if is_bucket_url(options.trail):
        with show_objects() as note_object:
            place = parse_bucket_url(options.trail)
            reading = read_bucket(access.enter(), place, found.ids, note_object=note_object, **days_chosen)
        fetched = [_describe_cost(place, reading)]
    else:
        reading, fetched = read_trail(options.trail, found.ids, **days_chosen), []
    coverage = reading.coverage
    days = sorted(day for days in coverage.days.values() for day in days)
    source = _Source(
        _TRAIL,
        f"{coverage.files:,} file{'' if coverage.files == 1 else 's'} of a trail, {coverage.events:,} events",
        _begin(options.first or (days[0] if days else None)),
        _begin(options.last or (days[-1] if days else None)),
    )
    gaps = [*found.gaps, *_list_trail_gaps(coverage)]
    report = _make_report(options, found, source, reading.usages, gaps, {})
    if coverage.files and not coverage.has_data_events:
        fetched.append(NO_DATA_EVENTS)
    return report._replace(notes=(*fetched, *_describe_days_without_files(coverage)))


def _describe_cost(place: BucketPlace, reading: BucketReading) -> str:
    objects, pages = (f"{number:,}" for number in (reading.objects, reading.pages))
    size = f"{reading.bytes / _MEGABYTE:,.1f} MB"
    return (
        f"From {one_line(str(place))}, {objects} object{'' if reading.objects == 1 else 's'} of {size} were fetched, "
        f"by {pages} page{'' if reading.pages == 1 else 's'} of their list. AWS charges for these calls."
    )


def _read_athena(options: Namespace, found: FoundKeys) -> UsageReport:
    reading = read_answer(options.from_athena, found.ids)
    coverage = describe_coverage(reading)
    source = _Source(_TRAIL, coverage.title, coverage.since, coverage.until)
    report = _make_report(options, found, source, reading.usages, list(found.gaps), {})
    return report._replace(notes=coverage.notes)


def _describe_days_without_files(coverage: Coverage) -> Iterator[str]:
    """Yield one line about days without a file, which says nothing bad of a region in which little happens."""
    missing = coverage.list_gaps()
    if missing:
        place, first, last = missing[0]
        days = sum((end - start).days + 1 for _, start, end in missing)
        example = f"{first}" if first == last else f"{first} to {last}"
        yield (
            f"On {days:,} day{'' if days == 1 else 's'} no file was delivered between others of the same account "
            f"and region (first: account {place.account}, {place.region}, {example}). Nothing happened, or files are "
            "missing."
        )


def _list_trail_gaps(coverage: Coverage) -> Iterator[tuple[str, str]]:
    if coverage.was_stopped:
        yield "the trail", "reading was stopped: what was read until then is shown"
    by_reason: dict[str, list[str]] = {}
    for file in coverage.unread:
        by_reason.setdefault(file.reason, []).append(file.path)
    for reason, paths in by_reason.items():
        more = len(paths) - _MOST_FILES
        yield f"{', '.join(paths[:_MOST_FILES])}{f' and {more:,} more files' if more > 0 else ''}", reason
    if not coverage.files and coverage.is_complete:
        yield "the trail", "no file of a trail is there: name the place that holds AWSLogs, or one below it"


def _make_report(
    options: Namespace,
    found: FoundKeys,
    source: _Source,
    usages: tuple[KeyUsage, ...],
    gaps: list[tuple[str, str]],
    sampled: dict[str, tuple[str, ...]],
) -> UsageReport:
    keys = {key.address: key for key in found.keys}
    rows = [
        KeyRow(
            keys.get(usage.key),
            usage,
            explain_use(keys.get(usage.key), usage, source.since, source.name, has_gaps=bool(gaps)),
            sampled.get(usage.key, ()),
        )
        for usage in usages
    ]
    return UsageReport(
        found.account,
        found.user,
        source.title,
        source.since,
        source.until,
        tuple(rows),
        tuple(Gap(one_line(what), one_line(reason)) for what, reason in gaps),
        shows_addresses=not options.no_addresses,
        may_send_mail=found.may_send_mail,
    )


def _begin(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), timezone.utc) if day else None
