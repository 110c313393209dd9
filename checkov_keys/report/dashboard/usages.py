"""Who uses the keys of a live user, from the JSON of an audit that asked, as texts for the page."""

from __future__ import annotations

from typing import Any

from checkov_keys.report.dashboard.texts import clean_text
from checkov_keys.report.live.key_usage import describe_caller, list_actions

_MOST_CALLERS, _MOST_ACTIONS, _MOST_OTHERS = 20, 8, 20


def read_usages(record: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Return of each key, about which event history was asked, its id and what is said of its use, in lines."""
    keys = record.get("access_keys")
    found = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
    return [
        (clean_text(key.get("id")), list(map(clean_text, _list_lines(key["usage"]))))
        for key in found
        if isinstance(key.get("usage"), dict)
    ]


def _list_lines(usage: dict[str, Any]) -> list[object]:
    callers, sessions, gaps = (_to_list(usage.get(name)) for name in ("callers", "sessions", "not_read"))
    lines: list[object] = [usage.get("sentence")]
    lines += [_describe_caller(caller, usage) for caller in callers[:_MOST_CALLERS]]
    more = len(callers) - _MOST_CALLERS
    lines += [f"and {more} more callers"] if more > 0 else []
    lines += [_describe_session(session) for session in sessions[:_MOST_OTHERS]]
    lines += [f"Not read: {clean_text(gap.get('what'))}: {clean_text(gap.get('reason'))}" for gap in gaps]
    return lines


def _describe_caller(caller: dict[str, Any], usage: dict[str, Any]) -> str:
    hidden = usage.get("addresses_left_out") is True
    try:
        who = describe_caller(caller, is_exact=usage["is_exact"] is True, addresses_left_out=hidden)
        actions = list_actions(caller)
    except (AttributeError, KeyError, TypeError, ValueError):
        # The page is made of any file that somebody calls a result.
        return f"a caller that cannot be read: {clean_text(caller)}"
    more = len(actions) - _MOST_ACTIONS
    named = [*actions[:_MOST_ACTIONS], *([f"and {more} more"] if more > 0 else [])]
    return f"{who}. {', '.join(named)}"


def _describe_session(session: dict[str, Any]) -> str:
    target = clean_text(session.get("target"))
    made = f"Sessions by {clean_text(session.get('action'))}{f' of {target}' if target else ''}"
    end = clean_text(session.get("last_end"))[:16].replace("T", " ")
    return f"{made} outlive the key{f'; the last ends {end} UTC' if end else ''}"


def _to_list(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
