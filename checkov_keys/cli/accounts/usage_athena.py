"""`checkov-keys usage` with Amazon Athena: the statements to paste there, and what its answer covers."""

from __future__ import annotations

from datetime import datetime, time, timezone
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.errors import UsageError
from checkov_keys.report.usage.usage_report import NO_DATA_EVENTS
from checkov_keys.runtime.usage.athena_query import Question, check_question, format_query
from checkov_keys.runtime.usage.athena_table import format_create_table, read_location
from checkov_keys.runtime.usage.known_regions import list_known_regions

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence
    from datetime import date

    from checkov_keys.runtime.usage.athena_answer import AthenaReading

_HEAD = """-- Who uses {keys}.
-- Printed by checkov-keys usage; nothing was run. Athena is paid for what it reads: {cost}
-- When the query has ended, choose "Download results", or take its .csv from the bucket of results, and run
-- checkov-keys usage {flags} --from-athena FILE"""
_TABLE_HEAD = """-- 1. Make the table, if it is not there yet. It holds nothing but where the files of the trail are."""
_QUERY_HEAD = "-- 2. Ask who uses the keys, of these accounts, regions and days:"
_MOST_PARTITIONS = 1_000_000  # HIVE_EXCEEDED_PARTITION_LIMIT
_ALL_REGIONS = "-- The regions are those that this release of botocore knows: name a newer one by --athena-region."
_OWN_TABLE = """\
-- The columns are those of AWS's documentation. If Athena does not know one, your table is older than this page:
-- https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html"""
_DAYS = (
    """-- The day is the partition "timestamp" there (2026/11/29). If your table has others, write them in its place."""
)
_NO_DAYS = "-- No day was given, so the whole table is read: --from and --to choose days."


class AthenaCoverage(NamedTuple):
    """What Athena read: a title, from when to when (UTC, None if it is not known), and sentences about it."""

    title: str
    since: datetime | None
    until: datetime | None
    notes: tuple[str, ...]


def format_sql(options: Namespace, keys: Sequence[str], account: str) -> str:
    """Return the statements that the flags ask for, with comments; raise UsageError if something is missing.

    `account` is the one of the keys, "" if AWS was not asked.
    """
    # A semicolon ends each statement: the editor of Athena runs the one that is selected.
    flags = f"--user {options.user}" if options.user else " ".join(f"--key {key}" for key in keys)
    if options.athena_table is not None:
        question = Question(tuple(keys), options.athena_table, "", options.first, options.last)
        parts = [_format_head(question, flags), _OWN_TABLE, _DAYS if question.first or question.last else _NO_DAYS]
        return "\n".join([*parts, f"{format_query(question)};"])
    location = read_location(options.athena_location)
    accounts = _choose("--athena-account", options.athena_account, location.account) or (account,) * bool(account)
    if not accounts:
        raise UsageError("say whose trail it is: --athena-account ID, or a location that names the account")
    regions = _choose("--athena-region", options.athena_region, location.region)
    question = Question(
        tuple(keys),
        None,
        location.root,
        options.first,
        options.last,
        accounts,
        regions or list_known_regions(options.region or "us-east-1"),
    )
    _check_partitions(question)
    parts = [_format_head(question, flags), "", _TABLE_HEAD, f"{format_create_table(location)};", "", _QUERY_HEAD]
    return "\n".join([*parts, *([] if regions else [_ALL_REGIONS]), f"{format_query(question)};"])


def _choose(flag: str, given: Sequence[str] | None, located: str) -> tuple[str, ...]:
    """Return what flags name, or else what the location does; both may not differ."""
    chosen = tuple(dict.fromkeys(given or ()))
    if located and chosen and chosen != (located,):
        raise UsageError(f"{flag} {' '.join(chosen)}: the location names {located}, so leave one of them out")
    return chosen or ((located,) if located else ())


def _check_partitions(question: Question) -> None:
    """Raise UsageError if Athena would refuse the query, which it may do after half an hour only."""
    last = question.last or datetime.now(timezone.utc).date()
    days = (last - question.first).days + 1 if question.first else 1
    number = len(question.accounts) * len(question.regions) * days
    if number > _MOST_PARTITIONS:
        raise UsageError(
            f"{number:,} folders are more than the {_MOST_PARTITIONS:,} partitions that Athena reads in a query: ask "
            "for fewer days, accounts or regions at once"
        )


def _format_head(question: Question, flags: str) -> str:
    check_question(question)
    cost = "the files of these days." if question.first or question.last else "all files of the table."
    return _HEAD.format(keys=", ".join(question.keys), cost=cost, flags=flags)


def describe_coverage(reading: AthenaReading) -> AthenaCoverage:
    """Return what an answer covers, as far as it can be known."""
    question, events = reading.question, reading.events
    where = question.table or question.source
    return AthenaCoverage(
        f"{events.number:,} event{'' if events.number == 1 else 's'} that Amazon Athena read of {where}",
        _begin(question.first) or events.first,
        _begin(question.last) or events.last,
        tuple(_list_notes(reading)),
    )


def _list_notes(reading: AthenaReading) -> Iterator[str]:
    question, events = reading.question, reading.events
    if question.table is not None:
        where = f"all accounts and regions that the table {question.table} has, which are not known here"
    else:
        regions = f"{len(question.regions)} regions" if len(question.regions) > 1 else question.regions[0]
        count = len(question.accounts)
        accounts = f"account {question.accounts[0]}" if count == 1 else f"{count:,} accounts"
        where = f"{accounts} in {regions}"
    yield f"Athena was asked for {where}. A day whose files are not there looks like a day on which nothing happened."
    if events.first and events.last:
        yield f"The events that it read, of any key, are of {events.first:%Y-%m-%d} to {events.last:%Y-%m-%d}."
    if not reading.has_data_events:
        yield NO_DATA_EVENTS


def _begin(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), timezone.utc) if day else None
