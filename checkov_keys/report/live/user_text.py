"""A live user for people at a terminal: who it is, its keys with the one to turn off marked, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.text import one_line
from checkov_keys.report.live.key_usage import describe_caller
from checkov_keys.report.plain_text import account_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.report.live.user_record import UserRecord

_MOST_CALLERS = 5


def list_lines(record: UserRecord, *, compact: bool) -> Iterator[str]:
    """Yield what is said of a user below its ARN, in lines that are indented; `compact` leaves out the keys."""
    yield f"  {format_account(record)}"
    reason = record.check_result.get("suppress_comment")
    if reason:
        yield f"  Suppress comment: {one_line(str(reason))}"
    if reason or record.proposal is None:
        return
    if record.template:
        yield f"  Declared: {one_line(record.template)}"
    if not compact:
        for key in record.access_keys:
            yield format_key_line(key, record.proposal["key"])
            yield from (f"      {line}" for line in _list_usage(key.get("usage")))
        if record.check_id != ONE_ACTIVE_KEY.text.id and record.finding:
            yield f"  Finding: {record.finding['summary']}"
    if record.note:
        yield f"  Note: {one_line(record.note)}"
    yield f"  Proposal: {record.proposal['sentence']}"
    for step in () if compact else record.proposal["steps"]:
        yield f"    {step}"


def format_account(record: UserRecord) -> str:
    """Return the account of a record as a line of the text below it."""
    return f"Account: {account_label(record.account, record.account_name)}"


def format_key_line(key: dict[str, Any], marked: str | None) -> str:
    """Return a key, from its JSON, in a line; the one whose id is `marked`, which should be turned off, has a sign."""
    age = (
        "age unknown" if key["age_days"] is None else f"{key['age_days']} day{'' if key['age_days'] == 1 else 's'} old"
    )
    sign = ">" if key["id"] == marked else " "
    # With 20 characters of an id and most services, it fits 80.
    return f"  {sign} {one_line(key['id'])} {key['status']} {age}, {_describe_last_use(key)}"


def _list_usage(usage: dict[str, Any] | None) -> Iterator[str]:
    """Yield who uses a key, if event history was asked, and what of it was not read."""
    if usage is None:
        return
    yield str(usage["sentence"])
    for caller in usage["callers"][:_MOST_CALLERS]:
        yield describe_caller(caller, is_exact=usage["is_exact"], addresses_left_out=usage["addresses_left_out"])
    more = len(usage["callers"]) - _MOST_CALLERS + usage["more_callers"]
    if more > 0:
        yield f"and {more:,} more callers: see checkov-keys usage"
    if usage["sessions"]:
        yield "Sessions made with it outlive it."
    for gap in usage["not_read"]:
        yield f"Not read: {gap['what']}: {gap['reason']}"


def _describe_last_use(key: dict[str, Any]) -> str:
    if key["last_used"] and not key["last_used_service"]:
        return f"used {key['last_used'][:10]} or later"
    if key["last_used"]:
        return f"used {key['last_used'][:10]} by {one_line(key['last_used_service'])}"
    return "never used" if key["last_used_service"] else "last use unknown"
