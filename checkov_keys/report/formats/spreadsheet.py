"""CSV with one row per key, and one per user without keys, for people who live in spreadsheets."""

from __future__ import annotations

import csv
import io
import itertools
from typing import TYPE_CHECKING, Any

from checkov_keys.domain.rules.family import RULES
from checkov_keys.domain.text import one_line
from checkov_keys.report.live.drift import format_drift
from checkov_keys.report.live.user_record import UserRecord
from checkov_keys.report.plain_text import spreadsheet_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.report.live.live_report import LiveReport

COLUMNS = (
    "rule",
    "benchmarks",
    "account",
    "account name",
    "user",
    "key id",
    "status",
    "created",
    "age in days",
    "last used",
    "last used service",
    "last used region",
    "verdict",
    "finding",
    "key to turn off",
    "proposal",
    "exemption",
    "error",
    "drift",
    "read at",
)
_BENCHMARKS = {rule.id: "; ".join(map(str, rule.benchmarks)) for rule in RULES.values()}
_LISTS = ("failed_checks", "passed_checks", "skipped_checks")


def stream_csv(report: LiveReport, *, quiet: bool = False) -> Iterator[str]:
    """Yield the report as rows of CSV (RFC 4180): one per key of each user, one per user without keys.

    An account without users has a row that says so. What could not be judged has a row with the error, each difference
    from templates one with the drift. `quiet` leaves out users that do not fail.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    for row in _list_rows(report, quiet=quiet):
        writer.writerow({name: spreadsheet_cell(cell) for name, cell in row.items()})
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    # The header, if there is nothing else.
    yield text.getvalue()


def _list_rows(report: LiveReport, *, quiet: bool) -> Iterator[dict[str, object]]:
    read_at = {account.id: account.read_at.isoformat() for account in report.accounts if account.read_at}
    others = () if quiet else (report.skipped_checks, report.passed_checks)
    for record in itertools.chain(report.failed_checks, *others):
        if isinstance(record, UserRecord):
            about = {**_describe_user(record), "read at": read_at.get(record.account)}
            for key in record.access_keys or ({},):
                yield {**about, **_describe_key(key)}
    named = {row_account for name in _LISTS for row_account, _ in report.list_subjects(name)}
    named.update(each.account for each in report.unjudged)
    for account in () if quiet else report.accounts:
        if account.id not in named:
            yield {
                "account": account.id,
                "account name": one_line(account.name),
                "verdict": "NO USERS",
                "read at": read_at.get(account.id),
            }
    for unjudged in report.unjudged:
        yield {
            "rule": unjudged.rule,
            "account": unjudged.account,
            "account name": unjudged.account_name,
            "user": unjudged.address,
            "verdict": "NOT JUDGED",
            "error": unjudged.reason,
            "read at": read_at.get(unjudged.account),
        }
    for drift in report.drift:
        yield {
            "account": drift.account,
            "user": drift.user,
            "key id": " ".join(drift.keys),
            "verdict": "DRIFT",
            "drift": format_drift(drift),
            "read at": read_at.get(drift.account or ""),
        }


def _describe_user(record: UserRecord) -> dict[str, object]:
    proposal = record.proposal or {}
    return {
        "rule": record.check_id,
        "benchmarks": _BENCHMARKS.get(record.check_id),
        "account": record.account,
        "account name": record.account_name,
        "user": record.user,
        "verdict": getattr(record.check_result["result"], "value", ""),
        "finding": record.finding["sentence"] if record.finding else "",
        "key to turn off": proposal.get("key"),
        "proposal": proposal.get("sentence"),
        "exemption": record.check_result.get("suppress_comment") or record.note,
    }


def _describe_key(key: dict[str, Any]) -> dict[str, object]:
    if not key:
        return {}
    return {
        "key id": key["id"],
        "status": key["status"],
        "created": key["created"],
        "age in days": key["age_days"],
        "last used": key["last_used"] or ("never" if key["last_used_service"] else ""),
        "last used service": key["last_used_service"] if key["last_used"] else "",
        "last used region": key["last_used_region"] if key["last_used"] else "",
    }
