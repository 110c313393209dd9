"""One row a key, for people who live in spreadsheets."""

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
    for row in itertools.chain([COLUMNS], _rows(report, quiet=quiet)):
        writer.writerow([_harmless(cell) for cell in row])
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def _rows(report: LiveReport, *, quiet: bool) -> Iterator[tuple[object, ...]]:
    others = () if quiet else (report.skipped_checks, report.passed_checks)
    for record in itertools.chain(report.failed_checks, *others):
        if isinstance(record, UserRecord):
            yield from _keys(record)
    for missed in report.unjudged:
        yield missed.account, missed.account_name, missed.address, *[""] * 7, "NOT JUDGED", missed.reason
    for drift in report.drift:
        yield drift.account, "", drift.user, " ".join(drift.keys), *[""] * 6, "DRIFT", format_drift(drift)


def _keys(record: UserRecord) -> Iterator[tuple[object, ...]]:
    verdict = str(getattr(record.check_result["result"], "value", ""))
    said = record.check_result.get("suppress_comment") or (record.proposal or {}).get("sentence") or ""
    for key in record.access_keys:
        used = key["last_used"] or ("never" if key["last_used_service"] else "")
        place = (key["last_used_service"], key["last_used_region"]) if key["last_used"] else ("", "")
        yield (
            record.account,
            record.account_name,
            record.user,
            key["id"],
            key["status"],
            key["created"],
            key["age_days"],
            used,
            *place,
            verdict,
            said,
        )


def _harmless(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
