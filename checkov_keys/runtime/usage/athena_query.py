"""Some keys → the query that has Amazon Athena count who uses them, for trails that are too large for one machine.

It means what `read_call` means, and the answer has a row for each group of calls. Nothing here calls Athena.
https://docs.aws.amazon.com/athena/latest/ug/functions-env3.html: engine version 3 is Trino.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.text import one_line
from checkov_keys.runtime.usage.athena_table import name_table
from checkov_keys.runtime.usage.events import DENIED, LONGEST_SESSION, SESSION_ACTIONS, STS
from checkov_keys.runtime.usage.key_search import is_key_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

# What tells this query's answer from others; another number if another column or meaning comes.
QUERY = "checkov-keys usage 1"
# What the calls of a row have in common.
GROUPED = (
    "key_id",
    "address",
    "invoked_by",
    "user_agent",
    "service",
    "action",
    "region",
    "is_denied",
    "session",
    "target",
)
# `calls` counts each call once, `events` each delivery of one. `line` of `lines` tells that no row is missing.
COLUMNS = (
    "line",
    "lines",
    *GROUPED,
    "calls",
    "events",
    "without_id",
    "first_time",
    "last_time",
    "session_end",
    "has_data_events",
    "asked",
)
# https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
_LONGEST_QUERY = 262_144  # bytes
_ACCOUNT, _REGION = re.compile(r"[0-9]{12}"), re.compile(r"[a-z]{2}(?:-[a-z]+)+-[0-9]{1,2}")
# A database and a table, maybe in a catalog; Athena allows more characters, all of which need quotation marks.
_NAME = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,254}"
_TABLE = re.compile(rf"{_NAME}(?:\.{_NAME}){{0,2}}")
_ISO_TIME = "^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T"
_TIME = "%Y-%m-%dT%H:%i:%sZ"
# Java writes a time with one comma or with two; the last space may be U+202F.
_JAVA_TIMES = ("%b %e, %Y, %l:%i:%s %p", "%b %e, %Y %l:%i:%s %p")
_EXPIRATION = "replace(json_extract_scalar(responseelements, '$.credentials.expiration'), chr(8239), ' ')"
_SELECT = """WITH events AS (
  SELECT
    coalesce(useridentity.accesskeyid IN ({keys}), false) AS is_asked,
    useridentity.accesskeyid AS key_id,
    {address} AS address,
    {invoked_by} AS invoked_by,
    {user_agent} AS user_agent,
    {service} AS service,
    {action} AS action,
    {region} AS region,
    {error} AS error,
    coalesce(nullif({shared_id}, ''), {own_id}) AS id,
    {time} AS moment,
    coalesce(eventcategory = 'Data', false){older_data} AS is_data,
    requestparameters,
    responseelements
  FROM {table}{where}
),
calls AS (
  SELECT
    *,
    IF(address = invoked_by, '', address) AS own_address,
    IF(regexp_like(error, '{denied}'), 'true', 'false') AS is_denied,
    IF(error = '' AND service = '{sts}' AND action IN ({sessions}), action, '') AS session
  FROM events
),
told AS (
  SELECT
    *,
    CASE session
{targets}
      ELSE ''
    END AS target,
    date_format(moment, '{format}') AS moment_text,
    IF(session = '', NULL, coalesce(
{ends}
    )) AS session_end
  FROM calls
),
counted AS (
  SELECT
    IF(is_asked, key_id) AS key_id,
    IF(is_asked, own_address) AS address,
    IF(is_asked, invoked_by) AS invoked_by,
    IF(is_asked, user_agent) AS user_agent,
    IF(is_asked, service) AS service,
    IF(is_asked, action) AS action,
    IF(is_asked, region) AS region,
    IF(is_asked, is_denied) AS is_denied,
    IF(is_asked, session) AS session,
    IF(is_asked, target) AS target,
    count(DISTINCT IF(is_asked, concat(id, ' ', coalesce(moment_text, ''), ' ', coalesce(session_end, '')))) AS calls,
    count(*) AS events,
    count_if(is_asked AND id = '') AS without_id,
    min(moment_text) AS first_time,
    max(moment_text) AS last_time,
    max(IF(is_asked, session_end)) AS session_end,
    IF(bool_or(is_data), 'true', 'false') AS has_data_events
  FROM told
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
)
SELECT
  row_number() OVER (ORDER BY {grouped}) AS line,
  count(*) OVER () AS lines,
  {columns},
  {asked} AS asked
FROM counted
ORDER BY line"""


class Question(NamedTuple):
    """What Athena is asked: which keys, in which days (of delivery, UTC, None for no end), accounts and regions.

    `table` is the name of a table that is there already; then it has its own accounts and regions. It is None for the
    one that `format_create_table` makes of a trail at `source`.
    """

    keys: tuple[str, ...]
    table: str | None = None
    source: str = ""
    first: date | None = None
    last: date | None = None
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


def check_question(question: Question) -> Question:
    """Return a question, or raise UsageError if something in it is not what it should be."""
    for key in question.keys:
        if not is_key_id(key):
            raise UsageError(f"{one_line(key)!r} is not the id of an access key")
    for account in question.accounts:
        if not _ACCOUNT.fullmatch(account):
            raise UsageError(f"{one_line(account)!r} is not the id of an account: twelve digits")
    for region in question.regions:
        if not _REGION.fullmatch(region):
            raise UsageError(f"{one_line(region)!r} is not the name of a region, such as eu-west-1")
    if question.table is not None and not _TABLE.fullmatch(question.table):
        raise UsageError(f"{one_line(question.table)!r} is not the name of a table, such as database.table")
    return question


def format_query(question: Question) -> str:
    """Return the query, without a semicolon; raise UsageError if it cannot be asked.

    It reads each event once, also those of other keys, which make a row of their own: Athena is paid for the bytes that
    it reads, and so the answer tells whether there were events at all.
    """
    check_question(question)
    query = _SELECT.format(
        keys=_list_texts(question.keys),
        address=_cut("sourceipaddress"),
        invoked_by=_cut("useridentity.invokedby"),
        user_agent=_cut("useragent", 1024),
        service=_cut("eventsource"),
        action=_cut("eventname"),
        region=_cut("awsregion"),
        error=_cut("errorcode"),
        shared_id=_cut("sharedeventid"),
        own_id=_cut("eventid"),
        time=_parse_time(_cut("eventtime")),
        # The table that AWS documents has no such column.
        older_data="" if question.table is not None else " OR coalesce(managementevent = 'false', false)",
        table=_quote_table(name_table(question.source) if question.table is None else question.table),
        where=_format_where(question),
        denied=f"(?i){DENIED}",
        sts=STS,
        sessions=_list_texts(SESSION_ACTIONS),
        targets="\n".join(_list_targets()),
        format=_TIME,
        ends=",\n".join(f"      {end}" for end in _list_ends()),
        grouped=", ".join(GROUPED),
        columns=",\n  ".join(COLUMNS[2:-1]),
        asked=_quote(describe_question(question)),
    )
    if len(query.encode()) > _LONGEST_QUERY:
        raise UsageError("the query is longer than Athena allows: ask for fewer keys, accounts or regions at once")
    return query


def describe_question(question: Question) -> str:
    """Return a question as JSON in one line, which every row of its answer carries."""
    fields = question._asdict()
    days = {name: day.isoformat() if day else "" for name, day in (("first", question.first), ("last", question.last))}
    return json.dumps({"query": QUERY, **fields, **days}, separators=(",", ":"))


def _format_where(question: Question) -> str:
    chosen = []
    if question.table is None:
        chosen += [f"account IN ({_list_texts(question.accounts)})", f"region IN ({_list_texts(question.regions)})"]
    # As AWS's documentation names the column. A table that has another one makes the query fail.
    day = '"timestamp"' if question.table is not None else "day"
    for sign, end in ((">=", question.first), ("<=", question.last)):
        # %Y has no leading zeros on some systems.
        chosen += [f"{day} {sign} {_quote(end.isoformat().replace('-', '/'))}"] if end else []
    return "\n  WHERE " + "\n    AND ".join(chosen) if chosen else ""


def _list_targets() -> Iterable[str]:
    for action, parameter in SESSION_ACTIONS.items():
        if parameter:
            target = f"json_extract_scalar(requestparameters, '$.{parameter}')"
            yield f"      WHEN '{action}' THEN {_cut(target, 2048)}"


def _list_ends() -> Iterable[str]:
    """Yield what the end of a session may be, the best first."""
    for form in _JAVA_TIMES:
        yield f"date_format(try(date_parse({_EXPIRATION}, '{form}')), '{_TIME}')"
    yield f"date_format({_parse_time(_EXPIRATION)}, '{_TIME}')"
    seconds = "json_extract_scalar(requestparameters, '$.durationSeconds')"
    is_short = f"regexp_like({seconds}, '^[0-9]{{1,6}}$') AND try_cast({seconds} AS integer) <= {LONGEST_SESSION}"
    yield f"IF({is_short}, date_format(date_add('second', try_cast({seconds} AS integer), moment), '{_TIME}'))"


def _parse_time(text: str) -> str:
    # Trino takes a number for a year, and has years of five digits.
    return f"IF(regexp_like({text}, '{_ISO_TIME}'), try(from_iso8601_timestamp({text}))) AT TIME ZONE 'UTC'"


def _cut(column: str, longest: int = 256) -> str:
    return f"substr(coalesce({column}, ''), 1, {longest})"


def _list_texts(texts: Sequence[str] | Iterable[str]) -> str:
    return ", ".join(map(_quote, texts))


def _quote(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _quote_table(name: str) -> str:
    return ".".join(f'"{part}"' for part in name.split("."))
