"""The failed users of live accounts in GitHub's Markdown, for a pull request or a job summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabulate import tabulate

from checkov_keys.report.live.audit_facts import collect_facts, describe_counts
from checkov_keys.report.live.drift import format_drift, format_drift_title
from checkov_keys.report.live.user_record import UserRecord
from checkov_keys.report.plain_text import account_label, table_cell

if TYPE_CHECKING:
    from checkov.common.output.record import Record

    from checkov_keys.report.live.live_report import LiveReport

_COLUMNS = ("Check ID", "Check Name", "Resource", "Guideline", "File", "Account")
_UNJUDGED = ("Not judged", "Account", "Reason", "Rule")
_MOST_NAMED = 20
_NOTHING = "\n\n---\n\n"


def format_markdown(report: LiveReport) -> str:
    """Return a table with Checkov's columns and the account, then what could not be judged, then the drift."""
    text = _NOTHING
    if report.failed_checks:
        summary = report.get_summary()
        counts = ", ".join(f"{name.title()} Checks: {summary[name]}" for name in ("passed", "failed", "skipped"))
        rows = [_build_row(record) for record in report.failed_checks]
        title = report.check_type.replace("_", " ").title()
        text = f"### {title} Scan Results:\n\n```\n{counts}\n```\n\n{_format_table(_COLUMNS, rows)}\n\n---\n"
    if report.unjudged:
        rows = [
            [
                table_cell(each.address),
                table_cell(account_label(each.account, each.account_name)),
                table_cell(each.reason),
                each.rule or "every rule",
            ]
            for each in report.unjudged
        ]
        text += f"### Not judged: {len(rows)}\n\n{_format_table(_UNJUDGED, rows)}\n\n---\n"
    if report.drift and report.drift_basis:
        rows = [[table_cell(format_drift(each)), table_cell(each.account)] for each in report.drift]
        title = f"### {format_drift_title(report.drift_basis)}: {len(rows)}"
        text += f"{title}\n\n{_format_table(('Drift', 'Account'), rows)}\n\n---\n"
    return f"{text}\n{_describe_audit(report)}\n"


def _describe_audit(report: LiveReport) -> str:
    """Return in a line who audited which accounts with what, so many of them that the line stays short."""
    facts = collect_facts(report)
    counted = [f"{each.label} ({describe_counts(each)})" for each in facts.accounts[:_MOST_NAMED]]
    more = len(facts.accounts) - _MOST_NAMED
    counted += [f"and {more} more"] if more > 0 else []
    parts = (
        facts.tools,
        facts.reading,
        f"shard {facts.shard}" if facts.shard else "",
        f"accounts: {', '.join(counted)}" if counted else "no accounts",
    )
    return table_cell("; ".join(filter(None, parts)))


def _build_row(record: Record) -> list[str]:
    account = account_label(record.account, record.account_name) if isinstance(record, UserRecord) else ""
    return [
        record.check_id,
        record.check_name,
        table_cell(record.resource),
        f"[Link]({record.guideline})",
        table_cell(record.file_path),
        table_cell(account),
    ]


def _format_table(columns: tuple[str, ...], rows: list[list[str]]) -> str:
    return str(tabulate(rows, headers=columns, tablefmt="github", disable_numparse=True))
