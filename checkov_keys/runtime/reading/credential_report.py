"""The credential report: what it says for sure about keys that are in use, though it may be hours old.

A last use only ever moves forward. So a key that was used within some days in a report of any age was used within them
now, or later. Nothing else in the report is taken for a fact: a key that it does not show, or shows as unused, may have
been used since. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

from __future__ import annotations

import csv
import io
import logging
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.domain.rules.judging import is_ahead, is_over
from checkov_keys.domain.users import LastUse
from checkov_keys.runtime.session.answers import parse_timestamp
from checkov_keys.runtime.session.faults import CALL_FAULTS, BrokenAnswerError, error_code, explained

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checkov_keys.domain.users import User

logger = logging.getLogger(__name__)

_NONE_YET = frozenset({"ReportNotPresent", "ReportExpired", "CredentialReportNotPresentException"})
_NOT_READY = frozenset({"ReportInProgress", "CredentialReportNotReadyException"})
# Seconds between looks at a report that AWS is making. It takes longer than a few calls do.
_WAITS = (1, 2, 3, 4, 5)
_WORTH_WAITING = 200  # calls that it may spare
# Two columns for each key: a user may have more keys than the report has columns.
_KEYS = ("access_key_1", "access_key_2")
_NOT_THERE = frozenset({"N/A", "no_information", "not_supported", ""})
_MOST_BYTES = 100_000_000


class ReportedKey(NamedTuple):
    """What a report says of one of a user's keys; `last_used` is UTC, None if it says nothing that can be read."""

    last_used: datetime | None


# The keys that a report shows for each user, by ARN.
CredentialReport = dict[str, tuple[ReportedKey, ...]]


def read_credential_report(iam: Any, calls: int) -> CredentialReport:  # noqa: ANN401  # a client of boto3
    """Return the report, {} if there is none to be had soon; `calls` is how many it may spare.

    Without iam:GetCredentialReport and iam:GenerateCredentialReport there is none, which costs calls and no verdict.
    """
    try:
        return _parse_report(_fetch(iam, _WAITS if calls >= _WORTH_WAITING else ()))
    except CALL_FAULTS as error:
        logger.info(
            "%s", explained("cannot read the credential report, so AWS is asked about the last use of each key", error)
        )
        return {}


def find_use(report: CredentialReport, user: User, now: datetime, days: int) -> LastUse | None:
    """Return that all keys of a user are in use, at least then; None if the report does not show that for sure.

    The report does not say which key a column is about. So every key that it shows must have been used within the days,
    and it must show as many as the user has that are older: a younger one may have been made since.
    """
    shown = report.get(user.address, ())
    old = [key for key in user.keys if key.created is None or is_over(key.created, now, days)]
    uses = [key.last_used for key in shown if key.last_used is not None and not is_ahead(key.last_used, now)]
    if not shown or len(uses) < len(shown) or len(old) > len(shown):
        return None
    first = min(uses)
    return None if is_over(first, now, days) else LastUse(first, "", "", at_least=True)


def _fetch(iam: Any, waits: tuple[int, ...]) -> bytes:  # noqa: ANN401
    try:
        return _get(iam)
    except CALL_FAULTS as error:
        if error_code(error) not in _NONE_YET | _NOT_READY:
            raise
        if error_code(error) in _NONE_YET:
            iam.generate_credential_report()
    for wait in waits:
        try:
            return _get(iam)
        except CALL_FAULTS as error:
            if error_code(error) not in _NONE_YET | _NOT_READY:
                raise
        time.sleep(wait)
    return _get(iam)


def _get(iam: Any) -> bytes:  # noqa: ANN401
    content = iam.get_credential_report()["Content"]
    if not isinstance(content, bytes) or len(content) > _MOST_BYTES:
        raise BrokenAnswerError("AWS's answer holds a credential report that is not one")
    return content


def _parse_report(content: bytes) -> CredentialReport:
    report: CredentialReport = {}
    rows = csv.DictReader(io.StringIO(content.decode("utf-8")), strict=True)
    if not {"arn", *(f"{key}_last_used_date" for key in _KEYS)} <= set(rows.fieldnames or ()):
        raise BrokenAnswerError("AWS's answer holds a credential report with other columns")
    try:
        for row in rows:
            # Of two rows for one user, neither is believed.
            report[row["arn"]] = () if row["arn"] in report else _read_row(row)
    except csv.Error as error:
        raise BrokenAnswerError(f"AWS's answer holds a credential report that is not CSV: {error}") from error
    return report


def _read_row(row: Mapping[str, str | None]) -> tuple[ReportedKey, ...]:
    keys = []
    for name in _KEYS:
        active, rotated, used = (
            row.get(f"{name}_{what}") or "" for what in ("active", "last_rotated", "last_used_date")
        )
        if rotated in _NOT_THERE and active.lower() != "true" and used in _NOT_THERE:
            continue
        moment = parse_timestamp(used) if used not in _NOT_THERE else None
        keys.append(ReportedKey(None if isinstance(moment, str) else moment))
    return tuple(keys)
