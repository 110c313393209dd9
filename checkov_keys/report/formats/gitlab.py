"""GitLab's SAST report, made of Checkov's.

https://docs.gitlab.com/development/integrations/secure/
"""

from __future__ import annotations

import uuid
from datetime import timezone
from typing import TYPE_CHECKING, Any

from checkov_keys import __version__
from checkov_keys.domain.rules.family import RULES
from checkov_keys.report.formats.json_stream import format_json
from checkov_keys.report.live.audit_facts import TOOL, collect_facts, describe_counts
from checkov_keys.report.live.drift import format_drift
from checkov_keys.report.live.evidence import describe_unjudged
from checkov_keys.report.live.user_record import UserRecord, describe_finding

if TYPE_CHECKING:
    from datetime import datetime

    from checkov_keys.report.live.live_report import LiveReport

_REMEDIES = {rule.id: rule.remedy for rule in RULES.values()}


def format_gitlab(report: LiveReport) -> str:
    """Return the report as JSON; a scan that could not judge everything has failed, and says of what and why."""
    from checkov.common.output.gitlab_sast import GitLabSast  # noqa: PLC0415  # it imports an HTTP client

    data: dict[str, Any] = GitLabSast([report]).sast_json
    scanner = {"id": TOOL, "name": TOOL, "vendor": {"name": TOOL}, "version": __version__}
    facts = collect_facts(report)
    if facts.began and facts.last_began:
        data["scan"].update(start_time=_format_time(facts.began), end_time=_format_time(facts.last_began))
    data["scan"].update(
        analyzer=scanner,
        scanner=scanner,
        status="failure" if report.unjudged else "success",
        messages=[
            *({"level": "fatal", "value": describe_unjudged(each)} for each in report.unjudged),
            *({"level": "info", "value": f"Drift: {format_drift(drift)}"} for drift in report.drift),
            {"level": "info", "value": "; ".join(filter(None, (facts.tools, facts.reading)))},
            *({"level": "info", "value": f"account {each.label}: {describe_counts(each)}"} for each in facts.accounts),
        ],
    )
    for vulnerability, record in zip(data["vulnerabilities"], report.failed_checks):
        if isinstance(record, UserRecord):
            # Checkov's id changes with every run.
            vulnerability["id"] = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{record.resource} {record.check_id}"))
            vulnerability["description"] = describe_finding(record)
            proposed = record.proposal["sentence"] if record.proposal else ""
            vulnerability["solution"] = f"{proposed} {_REMEDIES[record.check_id]}".strip()
    return format_json(data)


def _format_time(moment: datetime) -> str:
    """Return a time as the schema wants it: in UTC, without saying so."""
    return f"{moment.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S}"
