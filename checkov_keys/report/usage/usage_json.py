"""Who uses the keys of a user, for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from checkov_keys.domain.source_addresses import leave_out_addresses
from checkov_keys.domain.text import one_line
from checkov_keys.domain.users import LastUse
from checkov_keys.report.live.key_usage import encode_time, encode_usage

if TYPE_CHECKING:
    from checkov_keys.report.usage.usage_report import KeyRow, UsageReport


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
            "since": encode_time(report.since),
            "until": encode_time(report.until),
            "access_keys": [_encode_key(report, row) for row in report.keys],
            "not_read": [{"what": one_line(gap.what), "reason": one_line(gap.reason)} for gap in report.gaps],
            "addresses_left_out": not report.shows_addresses,
            "may_send_mail": report.may_send_mail,
            "notes": list(report.all_notes),
        },
        indent=2,
    )
    return report.hide(text)


def _encode_key(report: UsageReport, row: KeyRow) -> dict[str, Any]:
    key = row.key
    usage = row.usage if report.shows_addresses else leave_out_addresses(row.usage)
    last_use = key.last_use if key is not None and isinstance(key.last_use, LastUse) else None
    return {
        "id": usage.key,
        "status": key.status.value if key else None,
        "created": encode_time(key.created) if key else None,
        "last_used": encode_time(last_use.at) if last_use else None,
        "last_used_service": last_use.service if last_use else None,
        "last_used_region": last_use.region if last_use else None,
        "sight": row.use.sight.value,
        "sentence": row.use.sentence,
        "sampled_regions": list(row.sampled),
        **encode_usage(usage),
    }
