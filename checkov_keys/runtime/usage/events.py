"""A record of CloudTrail as JSON → the call that an access key signed.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
Nothing here raises on wrong types: a field that is not what it should be is a field that is not there.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Union

from checkov_keys.domain.callers import LONGEST_AGENT, NO_AGENT, Caller, name_family
from checkov_keys.domain.usage import Action, Call, SessionKind

if TYPE_CHECKING:
    from collections.abc import Collection

# Longer than any name that AWS gives, an ARN included, so that a record cannot take memory without end.
_LONGEST = 2048
_LONGEST_NAME = 256
_TEXTS = ("eventID", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "errorCode")
# Callers, actions and times that follow one another are mostly the same ones.
_REMEMBERED = 4096
# Both the codes of EC2 (with and without "Client.") and those of the other services.
DENIED = "AccessDenied|Unauthorized|NotAuthorized|AuthorizationError"  # whatever the case
_DENIED = re.compile(DENIED, re.IGNORECASE)
# What makes a session: the parameter that says for what. Others (SAML, web identity) are not signed with a key.
SESSION_ACTIONS = {"AssumeRole": "roleArn", "AssumeRoot": "targetPrincipal", "GetFederationToken": "name"}
SESSION_ACTIONS["GetSessionToken"] = ""
STS = "sts.amazonaws.com"
# As Java writes it: "Jul 10, 2023, 12:55:24 PM", with or without the second comma; the last space may be U+202F.
_JAVA_TIME = re.compile(r"([A-Z][a-z]{2}) (\d{1,2}), (\d{4}),? (\d{1,2}):(\d\d):(\d\d)[ \u202f]([AP]M)", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONGEST_SESSION = 129_600  # seconds, of GetSessionToken; the others allow less


class NoCall(Enum):
    """Why a record is not a call that one of some keys signed."""

    NOT_A_RECORD = "not a record of CloudTrail"
    INSIGHT = "an insight event"
    NO_KEY = "no access key"
    OTHER_KEY = "another access key"


def read_call(record: object, keys: Collection[str]) -> Union[Call, NoCall]:  # noqa: UP007  # as Python 3.9 writes it
    """Return the call that a record of CloudTrail tells of, or why it is not one that one of these keys signed.

    A record with one of the keys is always a call, whatever else is missing in it: nothing may make a used key look
    unused.
    """
    if not isinstance(record, dict):
        return NoCall.NOT_A_RECORD
    identity = _object(record, "userIdentity")
    key = identity.get("accessKeyId")
    if isinstance(key, str) and key in keys:
        return _read(record, identity, key)
    if isinstance(key, str) and key:
        return NoCall.OTHER_KEY
    if record.get("eventCategory") == "Insight" or record.get("eventType") == "AwsCloudTrailInsight":
        return NoCall.INSIGHT
    return NoCall.NO_KEY if "eventName" in record or identity else NoCall.NOT_A_RECORD


def _read(record: dict[str, object], identity: dict[str, object], key: str) -> Call:
    values = map(record.get, _TEXTS)
    texts = [value[:_LONGEST_NAME] if isinstance(value, str) else "" for value in values]
    event, source, name, region, address, error = texts
    at = read_time(record.get("eventTime"))
    action = _intern_action(source, name, region)
    agent = _text(record, "userAgent", LONGEST_AGENT)
    session, end = (None, None) if error or source != STS else _read_session(record, action, at)
    return Call(
        key,
        # One call may be told to several accounts, by an event of its own in each.
        _text(record, "sharedEventID") or event,
        at,
        name_caller(address, _text(identity, "invokedBy"), agent),
        agent,
        action,
        error != "" and bool(_DENIED.search(error)),
        session,
        end,
        record.get("eventCategory") == "Data" or record.get("managementEvent") is False,
    )


@lru_cache(maxsize=_REMEMBERED)
def name_caller(address: str, service: str, agent: str) -> Caller:
    """Return the caller that these texts of a record name."""
    # A service's name is in all three fields.
    return Caller("" if address == service else address, service, name_family(agent) if agent else NO_AGENT)


@lru_cache(maxsize=_REMEMBERED)
def _intern_action(service: str, name: str, region: str) -> Action:
    return Action(service, name, region)


def _read_session(
    record: dict[str, object], action: Action, at: datetime | None
) -> tuple[SessionKind | None, datetime | None]:
    if action.name not in SESSION_ACTIONS:
        return None, None
    asked = _object(record, "requestParameters")
    kind = SessionKind(action.name, _text(asked, SESSION_ACTIONS[action.name], _LONGEST))
    end = _read_expiration(_object(_object(record, "responseElements"), "credentials").get("expiration"))
    return kind, end or _add_duration(at, asked.get("durationSeconds"))


def read_time(text: object) -> datetime | None:
    """Return the time (UTC) that a text in ISO 8601 means, UTC if it names no zone; None for anything else."""
    return _read_time(text[:_LONGEST_NAME]) if isinstance(text, str) else None


@lru_cache(maxsize=_REMEMBERED)
def _read_time(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(f"{text[:-1]}+00:00" if text.endswith("Z") else text)
        return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def _read_expiration(text: object) -> datetime | None:
    found = _JAVA_TIME.fullmatch(text) if isinstance(text, str) else None
    if not found or found.group(1) not in _MONTHS:
        return read_time(text)
    _, day, year, hour, minute, second, half = found.groups()
    month = _MONTHS.index(found.group(1)) + 1
    try:
        hours = int(hour) % 12 + 12 * (half == "PM")
        return datetime(int(year), month, int(day), hours, int(minute), int(second), tzinfo=timezone.utc)
    except ValueError:
        return None


def _add_duration(at: datetime | None, seconds: object) -> datetime | None:
    # Numbers may have been left as texts, which keeps a number of a million digits from being read.
    text = str(seconds) if type(seconds) in (int, str) else ""
    if at is None or not re.fullmatch(r"[0-9]{1,6}", text) or int(text) > LONGEST_SESSION:
        return None
    try:
        return at + timedelta(seconds=int(text))
    except OverflowError:
        return None


def _object(record: dict[str, object], name: str) -> dict[str, object]:
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def _text(record: dict[str, object], name: str, longest: int = _LONGEST_NAME) -> str:
    value = record.get(name)
    return value[:longest] if isinstance(value, str) else ""
