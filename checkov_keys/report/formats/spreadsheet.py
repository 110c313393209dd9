"""CSV with one row per key, for people who live in spreadsheets."""

from __future__ import annotations

import csv
import io
import itertools
from typing import TYPE_CHECKING

from checkov_keys.report.live.drift import format_drift
from checkov_keys.report.live.user_record import UserRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.report.live.live_report import LiveReport

COLUMNS = (
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
    "proposal",
)
# What spreadsheets take for a formula; an IAM user's name may begin with any of these.
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def stream_csv(report: LiveReport, *, quiet: bool = False) -> Iterator[str]:
    """Yield the report as rows of CSV (RFC 4180): one for each key of each user, one for what could not be judged.

    `quiet` leaves out users that do not fail. Users without keys have no row.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    for row in itertools.chain([COLUMNS], _list_rows(report, quiet=quiet)):
        writer.writerow([_defuse(cell) for cell in row])
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def _list_rows(report: LiveReport, *, quiet: bool) -> Iterator[tuple[object, ...]]:
    others = () if quiet else (report.skipped_checks, report.passed_checks)
    for record in itertools.chain(report.failed_checks, *others):
        if isinstance(record, UserRecord):
            yield from _list_keys(record)
    for unjudged in report.unjudged:
        yield unjudged.account, unjudged.account_name, unjudged.address, *[""] * 7, "NOT JUDGED", unjudged.reason
    for drift in report.drift:
        yield drift.account, "", drift.user, " ".join(drift.keys), *[""] * 6, "DRIFT", format_drift(drift)


def _list_keys(record: UserRecord) -> Iterator[tuple[object, ...]]:
    verdict = str(getattr(record.check_result["result"], "value", ""))
    said = record.check_result.get("suppress_comment") or (record.proposal or {}).get("sentence") or ""
    for key in record.access_keys:
        used = key["last_used"] or ("never" if key["last_used_service"] else "")
        service_and_region = (key["last_used_service"], key["last_used_region"]) if key["last_used"] else ("", "")
        yield (
            record.account,
            record.account_name,
            record.user,
            key["id"],
            key["status"],
            key["created"],
            key["age_days"],
            used,
            *service_and_region,
            verdict,
            said,
        )


def _defuse(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
