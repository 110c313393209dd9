"""What event history holds of a key, as a part of a snapshot.

    {"since", "until", "sampled": [region], "gaps": [[what, reason]], "has_addresses", "may_send_mail", "is_exact",
     "has_data_events", "own_calls": span, "callers": [caller], "others": [span, span], "more_callers": count,
     "sessions": [[action, target, span, last end | null]], "more_sessions": [span, count]}

A caller is {"address", "service", "family", "agents": [text], "has_more_agents", "actions": [[service, name, region,
span, span]], "more_actions": count, "calls": span, "denied": span}, a span [number, first | null, last | null], a count
[number, whether it is exact].
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from checkov_keys.domain.bounded_table import Count
from checkov_keys.domain.callers import Caller
from checkov_keys.domain.key_history import KeyHistory
from checkov_keys.domain.usage import Action, ActionUse, CallerUse, KeyUsage, SessionKind, SessionUse, Span

if TYPE_CHECKING:
    from collections.abc import Callable


def encode_history(history: KeyHistory) -> dict[str, Any]:
    """Return a history as JSON."""
    usage = history.usage
    return {
        "since": history.since.isoformat(),
        "until": history.until.isoformat(),
        "sampled": list(history.sampled),
        "gaps": [list(gap) for gap in history.gaps],
        "has_addresses": history.has_addresses,
        "may_send_mail": history.may_send_mail,
        "is_exact": usage.is_exact,
        "has_data_events": usage.has_data_events,
        "own_calls": _encode_span(usage.own_calls),
        "callers": [_encode_caller(use) for use in usage.callers],
        "others": [_encode_span(span) for span in usage.others],
        "more_callers": list(usage.more_callers),
        "sessions": [
            [*use.kind, _encode_span(use.made), use.last_end.isoformat() if use.last_end else None]
            for use in usage.sessions
        ],
        "more_sessions": [_encode_span(usage.more_sessions[0]), list(usage.more_sessions[1])],
    }


def read_history(data: dict[str, Any], key: str) -> KeyHistory:
    """Return the history of a key; raise KeyError, TypeError or ValueError if it is damaged."""
    calls, denied = (_read_span(span) for span in _pair(data["others"]))
    made, more = _pair(data["more_sessions"])
    usage = KeyUsage(
        key,
        tuple(_read_caller(each) for each in _list(data["callers"])),
        (calls, denied),
        _read_count(data["more_callers"]),
        tuple(_read_session(each) for each in _list(data["sessions"])),
        (_read_span(made), _read_count(more)),
        is_exact=_flag(data["is_exact"]),
        has_data_events=_flag(data["has_data_events"]),
        own_calls=_read_span(data["own_calls"]),
    )
    return KeyHistory(
        usage,
        _read_time(data["since"]),
        _read_time(data["until"]),
        tuple(map(_text, _list(data["sampled"]))),
        tuple((_text(what), _text(reason)) for what, reason in map(_pair, _list(data["gaps"]))),
        _flag(data["has_addresses"]),
        None if data["may_send_mail"] is None else _flag(data["may_send_mail"]),
    )


def _encode_span(span: Span) -> list[Any]:
    return [span.number, *(moment.isoformat() if moment else None for moment in (span.first, span.last))]


def _encode_caller(use: CallerUse) -> dict[str, Any]:
    return {
        **use.caller._asdict(),
        "agents": list(use.agents),
        "has_more_agents": use.has_more_agents,
        "actions": [[*each.action, _encode_span(each.calls), _encode_span(each.denied)] for each in use.actions],
        "more_actions": list(use.more_actions),
        "calls": _encode_span(use.calls),
        "denied": _encode_span(use.denied),
    }


def _read_caller(data: dict[str, Any]) -> CallerUse:
    return CallerUse(
        Caller(_text(data["address"]), _text(data["service"]), _text(data["family"])),
        tuple(map(_text, _list(data["agents"]))),
        _flag(data["has_more_agents"]),
        tuple(map(_read_action, _list(data["actions"]))),
        _read_count(data["more_actions"]),
        _read_span(data["calls"]),
        _read_span(data["denied"]),
    )


def _read_action(data: object) -> ActionUse:
    service, name, region, calls, denied = _list(data)
    return ActionUse(Action(_text(service), _text(name), _text(region)), _read_span(calls), _read_span(denied))


def _read_session(data: object) -> SessionUse:
    action, target, made, end = _list(data)
    return SessionUse(SessionKind(_text(action), _text(target)), _read_span(made), _or_none(_read_time, end))


def _read_span(data: object) -> Span:
    number, first, last = _list(data)
    return Span(_number(number), _or_none(_read_time, first), _or_none(_read_time, last))


def _read_count(data: object) -> Count:
    number, is_exact = _pair(data)
    return Count(_number(number), _flag(is_exact))


def _or_none(read: Callable[[object], datetime], value: object) -> datetime | None:
    return None if value is None else read(value)


def _read_time(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return moment.astimezone(timezone.utc)


def _pair(value: object) -> tuple[Any, Any]:
    one, other = _list(value)
    return one, other


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{value!r} is not a number of calls")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value
