"""Who uses a key, as JSON: of the command usage, and of an audit that asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkov_keys.domain.key_use import explain_use
from checkov_keys.domain.text import one_line

if TYPE_CHECKING:
    from datetime import datetime

    from checkov_keys.domain.usage import CallerUse, KeyUsage, Span
    from checkov_keys.domain.users import AccessKey

EVENT_HISTORY = "event history"
NO_NAME = "a program without a name"


def encode_history(key: AccessKey) -> dict[str, Any] | None:
    """Return what event history holds of a key; None if nobody asked.

    It has what `encode_usage` returns and `since`, `until`, `sight`, `sentence`, `sampled_regions`, `may_send_mail`
    (null if it is not known) and `not_read`.
    """
    history = key.history
    if history is None:
        return None
    use = explain_use(key, history.usage, history.since, EVENT_HISTORY, has_gaps=bool(history.gaps))
    return {
        "since": encode_time(history.since),
        "until": encode_time(history.until),
        "sight": use.sight.value,
        "sentence": use.sentence,
        "sampled_regions": list(history.sampled),
        **encode_usage(history.usage),
        "addresses_left_out": not history.has_addresses,
        "may_send_mail": history.may_send_mail,
        "not_read": [{"what": one_line(what), "reason": one_line(reason)} for what, reason in history.gaps],
    }


def encode_usage(usage: KeyUsage) -> dict[str, Any]:
    """Return who uses a key; times are ISO 8601 in UTC, null if they are not known.

    `is_exact` tells whether numbers of calls are exact; if not, they are at least that. An `address` is null if it is
    not known or left out.
    """
    return {
        "is_exact": usage.is_exact,
        "last_seen": encode_time(usage.last_seen),
        "calls": encode_span(usage.calls),
        "denied": encode_span(usage.denied),
        "own_calls": usage.own_calls.number,
        "callers": [_encode_caller(use) for use in usage.callers],
        "more_callers": usage.more_callers.number,
        "sessions": [
            {
                "action": one_line(session.kind.action),
                "target": one_line(session.kind.target) or None,
                "made": encode_span(session.made),
                "last_end": encode_time(session.last_end),
            }
            for session in usage.sessions
        ],
        "more_sessions": usage.more_sessions[1].number,
    }


def _encode_caller(use: CallerUse) -> dict[str, Any]:
    return {
        "family": one_line(use.caller.family) or NO_NAME,
        "address": one_line(use.caller.address) or None,
        "service": one_line(use.caller.service) or None,
        "user_agents": [one_line(agent) for agent in use.agents if agent],
        "has_more_user_agents": use.has_more_agents,
        "calls": encode_span(use.calls),
        "denied": encode_span(use.denied),
        "actions": [
            {
                "service": one_line(each.action.service),
                "action": one_line(each.action.name),
                "region": one_line(each.action.region) or None,
                "calls": encode_span(each.calls),
                "denied": encode_span(each.denied),
            }
            for each in use.actions
        ],
        "more_actions": use.more_actions.number,
    }


def encode_span(span: Span) -> dict[str, Any]:
    """Return a span as JSON."""
    return {"number": span.number, "first": encode_time(span.first), "last": encode_time(span.last)}


def encode_time(moment: datetime | None) -> str | None:
    """Return a time in ISO 8601, None if it is not known."""
    return moment.isoformat() if moment else None


def describe_caller(caller: dict[str, Any], *, is_exact: bool, addresses_left_out: bool) -> str:
    """Return a caller, from its JSON, in a line: who, from where, how often and when."""
    place = caller["service"] or caller["address"] or ("" if addresses_left_out else "unknown address")
    counts = [
        f"{'exactly' if is_exact else 'at least'} {span['number']:,} {word}{'' if span['number'] == 1 else 's'}"
        f"{_describe_days(span)}"
        for span, word in ((caller["calls"], "call"), (caller["denied"], "denied call"))
        if span["number"]
    ]
    # What a service calls itself is its name.
    who = ", ".join(dict.fromkeys(filter(None, (caller["family"], place))))
    return f"{who}: {'; '.join(counts) or 'calls'}"


def list_actions(caller: dict[str, Any]) -> list[str]:
    """Return the actions of a caller, from its JSON, as people write them: `iam:ListUsers (us-east-1)`."""
    return [
        f"{each['service'].partition('.')[0]}:{each['action']}{' (' + each['region'] + ')' if each['region'] else ''}"
        for each in caller["actions"]
    ]


def _describe_days(span: dict[str, Any]) -> str:
    if not span["first"] or not span["last"]:
        return ""
    first, last = span["first"][:10], span["last"][:10]
    return f", {first}" if first == last else f", {first} to {last}"
