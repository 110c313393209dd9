"""Whether a key is still used: what AWS says of its last use, beside the calls that were seen.

"Unused" is never said here. Data events, and mail over SMTP, are not in CloudTrail's event history, so a key without
calls may be used where nobody looked.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.callers import OWN_CALLS
from checkov_keys.domain.source_addresses import hide_addresses
from checkov_keys.domain.text import one_line
from checkov_keys.domain.users import AccessKey, LastUse, NoUse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from checkov_keys.domain.key_history import KeyHistory
    from checkov_keys.domain.usage import KeyUsage

# The last use may be told by the hour, and an event of the same call may bear another minute.
_SAME_USE = timedelta(hours=1)
_SAME_MINUTE = timedelta(minutes=1)
_OWN_SERVICES = frozenset(service.partition(".")[0] for service, _ in OWN_CALLS if service != "s3.amazonaws.com")
_MOST_NAMES = 4
# Services, as IAM names them in a last use, whose commonest calls are data events.
# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
DATA_SERVICES = {
    "s3": "objects of S3",
    "lambda": "invocations of Lambda",
    "dynamodb": "items of DynamoDB",
    "sqs": "messages of SQS",
    "sns": "messages of SNS",
    "kinesis": "records of Kinesis",
    "ses": "mail of SES",
    "bedrock": "calls of models in Bedrock",
}


class Sight(Enum):
    """What the calls that were seen say about a key."""

    SEEN = "seen"
    USED_UNSEEN = "used where this cannot see"
    NOT_SEEN = "no call seen"


class KeyUse(NamedTuple):
    """What is known of the use of a key, and the sentence that says so."""

    sight: Sight
    sentence: str


def explain_use(
    key: AccessKey | None, usage: KeyUsage, since: datetime | None, source: str, *, has_gaps: bool = False
) -> KeyUse:
    """Return what the calls of a key that `source` holds from `since` on (None for its beginning) say about its use.

    `key` has what IAM says of its last use, None if IAM was not asked. A key whose last use is later than its last
    call, and not before `since`, is used where the source cannot see, or in what was not read if it `has_gaps`, unless
    that use was this very program. A key with a call is never said to have none, whatever the time of the call.
    """
    last_use = key.last_use if key is not None else NoUse.NOT_READ
    seen = usage.last_seen
    is_untimed = usage.is_used and seen is None
    if isinstance(last_use, LastUse) and not is_untimed and _is_unseen(last_use, usage, since):
        later = "later than any call seen" if usage.is_used else "and no call was seen"
        where = f"where {source} cannot see{', or in what was not read' if has_gaps else ''}"
        return KeyUse(Sight.USED_UNSEEN, f"Used {where}: {_tell(last_use)}, {later}{_explain(last_use)}.")
    if usage.is_used:
        return KeyUse(Sight.SEEN, f"Seen until {seen:%Y-%m-%d}." if seen else "Seen, but when is not known.")
    own = " but those of checkov-keys itself" if usage.own_calls.number else ""
    if isinstance(last_use, LastUse):
        is_own = since is None or last_use.at >= since
        told = f"; {_tell(last_use)}, which {'may be those' if is_own else f'is before {source} begins'}"
    else:
        told = ", and AWS tells of no use" if last_use is NoUse.NEVER else "; when AWS saw it used last is not known"
    return KeyUse(Sight.NOT_SEEN, f"No call seen{own}{' in what was read' if has_gaps else ''}{told}.")


def describe_histories(keys: Iterable[AccessKey]) -> str:
    """Return what event history says of those of some keys whose history was read, in sentences; "" if none was.

    It names families of programs and AWS services, never a source address: sentences go into every report.
    """
    read = [(key, key.history) for key in keys if key.history is not None]
    if not read:
        return ""
    sentences = [f"Event history: {'; '.join(_describe_history(key, history) for key, history in read)}."]
    if any(history.gaps for _, history in read):
        sentences.append("It was not read in full.")
    # Whoever is seen is in use, whatever else it does.
    if not all(history.usage.is_used for _, history in read):
        sentences.append(describe_mail(read[0][1].may_send_mail))
    return " ".join(filter(None, sentences))


def describe_mail(may_send_mail: bool | None) -> str:  # noqa: FBT001  # a fact
    """Return what is to be known of mail of a user that may use SES, or of which that is not known (None)."""
    if may_send_mail is False:
        return ""
    who = "The user may send mail over SES" if may_send_mail else "Whether the user may send mail over SES is not known"
    return f"{who}: mail over its SMTP interface is not in CloudTrail, so ask."


def _describe_history(key: AccessKey, history: KeyHistory) -> str:
    sight = explain_use(key, history.usage, history.since, "event history", has_gaps=bool(history.gaps)).sight
    last = history.usage.last_seen
    if sight is Sight.SEEN:
        return f"{key.address} is used by {_name_callers(history.usage)}{f', until {last:%Y-%m-%d}' if last else ''}"
    if sight is Sight.USED_UNSEEN:
        assert isinstance(key.last_use, LastUse)  # noqa: S101  # or else nobody knows that it is used
        others = f", and by {_name_callers(history.usage)}" if history.usage.callers else ""
        why = _explain(key.last_use).lstrip("; ")
        return f"{key.address} is used where it cannot see{f' ({why})' if why else ''}{others}"
    return f"it shows no call of {key.address}"


def _name_callers(usage: KeyUsage) -> str:
    """Return the programs and services that called last, each once, and how many others there are."""
    found = [use.caller.service or use.caller.family for use in usage.callers]
    names = list(dict.fromkeys(hide_addresses(one_line(name)) for name in found))
    more = len(names) - _MOST_NAMES + usage.more_callers.number
    shown = names[:_MOST_NAMES] + ([f"{more} more"] if more > 0 else [])
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1]))) if shown else "a caller that is not named"


def _is_unseen(last_use: LastUse, usage: KeyUsage, since: datetime | None) -> bool:
    """Tell whether a last use should be among the calls, and is later than all of them.

    AWS tells of the last use only, so that what came before a call of this program is not known.
    """
    if (since is not None and last_use.at < since) or _is_own(last_use, usage):
        return False
    return usage.last_seen is None or last_use.at - _SAME_USE > usage.last_seen


def _is_own(last_use: LastUse, usage: KeyUsage) -> bool:
    """Tell whether a last use was a call by which this program reads.

    Its services have no data events: a call of somebody else in the same time would have been seen, if all were read.
    """
    first, last = usage.own_calls.first, usage.own_calls.last
    if first is None or last is None or last_use.service not in _OWN_SERVICES:
        return False
    earliest = first if usage.is_exact else last
    return earliest - _SAME_MINUTE <= last_use.at <= last + _SAME_MINUTE


def _tell(use: LastUse) -> str:
    return f"AWS tells of a use on {use.at:%Y-%m-%d}{_describe_service(use)}"


def _describe_service(use: LastUse) -> str:
    return f" ({', '.join(one_line(text) for text in (use.service, use.region) if text)})" if use.service else ""


def _explain(use: LastUse) -> str:
    if use.service in DATA_SERVICES:
        return f"; {DATA_SERVICES[use.service]} are data events"
    return ""
