"""Writes SARIF: one file for all accounts, or one per account; warns if GitHub code scanning would not accept it."""

from __future__ import annotations

import json
import logging
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from checkov.common.util.json_utils import CustomJSONEncoder

from checkov_keys.domain.errors import UsageError
from checkov_keys.report.destinations import name_account_file
from checkov_keys.report.files import write_whole
from checkov_keys.report.formats.github_limits import check_limits, check_run_limit
from checkov_keys.report.formats.sarif_log import build_live_log
from checkov_keys.report.live.audit_facts import count_verdicts
from checkov_keys.report.live.user_record import UserRecord

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from checkov.common.output.record import Record

    from checkov_keys.domain.users import Account, Unjudged
    from checkov_keys.report.live.live_report import LiveReport

logger = logging.getLogger(__name__)

# What a file may be named after: an account id from a snapshot could be a path that leads elsewhere.
_ACCOUNT_ID = re.compile(r"\w+", re.ASCII)
_ONLY_NEW = "record what is known with --create-baseline, and report what is new with --baseline"
_SEVERAL = f"write a file for each account with --sarif-per-account, or {_ONLY_NEW}"


def write_sarif(report: LiveReport, path: Path, tool: str | None = None) -> None:
    """Write all accounts into one file, and warn if GitHub would not accept all of it."""
    write_log(path, build_live_log(report, tool), _SEVERAL if len(report.accounts) > 1 else _ONLY_NEW)


def write_sarif_per_account(report: LiveReport, path: Path, tool: str | None = None) -> list[Path]:
    """Write a file for each account beside `path`, which is not written itself, and return them.

    An account in which nothing could be judged has its file too. Raises UsageError if one cannot be written.
    """
    nameless = [account.id for account in report.accounts if not _ACCOUNT_ID.fullmatch(account.id)]
    if nameless:
        raise UsageError(
            f"--sarif-per-account: {nameless[0]!r} is not the id of an account, so no file can be named after it"
        )
    files = []
    for part in split_by_account(report):
        file = name_account_file(path, part.accounts[0].id)
        write_log(file, build_live_log(part, tool), _ONLY_NEW)
        files.append(file)
    for sentence in check_run_limit(str(name_account_file(path, "*")), len(files)):
        logger.warning("%s", sentence)
    return files


def write_log(path: Path, log: dict[str, Any], remedy: str) -> None:
    """Write a SARIF log, and warn with a remedy if GitHub would not accept all of it."""
    text = json.dumps(log, cls=CustomJSONEncoder)
    write_whole(path, text)
    for sentence in check_limits(str(path), len(log["runs"][0]["results"]), text, remedy):
        logger.warning("%s", sentence)


def split_by_account(report: LiveReport) -> list[LiveReport]:
    """Return what SARIF holds of a report, account by account, in its order."""
    failed, skipped = _group_by_account(report.failed_checks), _group_by_account(report.skipped_checks)
    unjudged: dict[str, list[Unjudged]] = defaultdict(list)
    for each in report.unjudged:
        unjudged[each.account].append(each)
    accounts: dict[str, list[Account]] = defaultdict(list)
    for account in report.accounts:
        accounts[account.id].append(account)
    counts = count_verdicts(report)
    return [
        report.build_part(
            accounts=same,
            failed=failed[number],
            skipped=skipped[number],
            unjudged=[*unjudged[number], *unjudged[""]],
            drift=[drift for drift in report.drift if drift.account in {number, ""}],
            counts=counts,
        )
        for number, same in accounts.items()
    ]


def _group_by_account(records: Iterable[Record]) -> dict[str, list[Record]]:
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if isinstance(record, UserRecord):
            groups[record.account].append(record)
    return groups
