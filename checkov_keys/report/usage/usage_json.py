"""Who uses the keys of a user, for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from checkov_keys.domain.text import one_line
from checkov_keys.domain.users import LastUse
from checkov_keys.report.usage.usage_report import MAIL, UsageReport

if TYPE_CHECKING:
    from datetime import datetime

    from checkov_keys.domain.usage import CallerUse, Span
    from checkov_keys.report.usage.usage_report import KeyRow


def format_json(report: UsageReport) -> str:
    """Return the report as JSON; times are ISO 8601 in UTC, null if they are not known.

    Each of `access_keys` has its `callers`, `sessions` and `sight`: seen, "used where this cannot see", or "no call
    seen". `is_exact` tells whether numbers of calls are exact; if not, they are at least that. An `address` is null if
    it is not known or left out, and then addresses within texts are left out as well. `not_read` is empty if everything
    was read.
    """
    text = json.dumps(
        {
            "account": report.account or None,
            "user": one_line(report.user) or None,
            "source": report.source,
            "since": _time(report.since),
            "until": _time(report.until),
            "access_keys": [_encode_key(report, row) for row in report.keys],
            "not_read": [{"what": one_line(gap.what), "reason": one_line(gap.reason)} for gap in report.gaps],
            "addresses_left_out": not report.shows_addresses,
            "notes": [*report.notes, MAIL],
        },
        indent=2,
    )
    return report.hide(text)


def _encode_key(report: UsageReport, row: KeyRow) -> dict[str, Any]:
    usage, key = row.usage, row.key
    last_use = key.last_use if key is not None and isinstance(key.last_use, LastUse) else None
    return {
        "id": usage.key,
        "status": key.status.value if key else None,
        "created": _time(key.created) if key else None,
        "last_used": _time(last_use.at) if last_use else None,
        "last_used_service": last_use.service if last_use else None,
        "last_used_region": last_use.region if last_use else None,
        "sight": row.use.sight.value,
        "sentence": row.use.sentence,
        "is_exact": usage.is_exact,
        "sampled_regions": list(row.sampled),
        "last_seen": _time(usage.last_seen),
        "calls": _encode_span(usage.calls),
        "denied": _encode_span(usage.denied),
        "own_calls": usage.own_calls.number,
        "callers": [_encode_caller(report, use) for use in usage.callers],
        "more_callers": usage.more_callers.number,
        "sessions": [
            {
                "action": session.kind.action,
                "target": one_line(session.kind.target) or None,
                "made": _encode_span(session.made),
                "last_end": _time(session.last_end),
            }
            for session in usage.sessions
        ],
        "more_sessions": usage.more_sessions[1].number,
    }


def _encode_caller(report: UsageReport, use: CallerUse) -> dict[str, Any]:
    return {
        "family": report.name_family(use),
        "address": (one_line(use.caller.address) or None) if report.shows_addresses else None,
        "service": one_line(use.caller.service) or None,
        "user_agents": report.list_agents(use),
        "has_more_user_agents": use.has_more_agents,
        "calls": _encode_span(use.calls),
        "denied": _encode_span(use.denied),
        "actions": [
            {
                "service": one_line(each.action.service),
                "action": one_line(each.action.name),
                "region": one_line(each.action.region) or None,
                "calls": _encode_span(each.calls),
                "denied": _encode_span(each.denied),
            }
            for each in use.actions
        ],
        "more_actions": use.more_actions.number,
    }


def _encode_span(span: Span) -> dict[str, Any]:
    return {"number": span.number, "first": _time(span.first), "last": _time(span.last)}


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
