"""The text for a terminal: Checkov's, then what could not be judged, and the drift between templates and accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from termcolor import colored

from checkov_keys import __version__
from checkov_keys.report.live.drift import format_drift, format_drift_title
from checkov_keys.report.live.evidence import describe_unjudged
from checkov_keys.report.plain_text import account_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkov_keys.domain.users import Account
    from checkov_keys.report.live.live_report import LiveReport

# More would hide what a report is about.
_MOST_NAMED = 20


def format_heading(report: LiveReport) -> str:
    """Return the first line: the version, and what was audited."""
    return f"checkov-keys {__version__}: {name_accounts(report.accounts)}\n"


def format_console(report: LiveReport, **flags: Any) -> str:  # noqa: ANN401  # as Checkov declares them
    """Return Checkov's text, then what could not be judged, even if only failures are asked for, then the drift.

    `flags` are those of Checkov's Report.print_console.
    """
    text = str(report.print_console(**flags))
    if report.unjudged:
        count = f"Skipped checks: {len(report.skipped_checks)}"
        text = text.replace(count, f"{count}, Not judged: {len(report.unjudged)}", 1)
        text += "" if text.endswith("\n") else "\n"
        text += "".join(colored(f"Not judged: {describe_unjudged(each)}\n", "red") for each in report.unjudged)
    if report.drift_basis:
        text += "" if text.endswith("\n") else "\n"
        lines = [format_drift(drift) for drift in report.drift] or ["none"]
        text += f"{format_drift_title(report.drift_basis)}:\n" + "".join(f"\t{line}\n" for line in lines)
    return text


def name_accounts(accounts: Sequence[Account]) -> str:
    """Return the accounts in words, so many of them that the rest of the report is still seen."""
    labels = [account_label(account.id, account.name) for account in accounts]
    if len(labels) == 1:
        return f"account {labels[0]}"
    more = len(labels) - _MOST_NAMED
    named = ", ".join([*labels[:_MOST_NAMED], *([f"and {more} more"] if more > 0 else [])])
    return f"{len(labels)} accounts: {named}" if labels else "no account"
