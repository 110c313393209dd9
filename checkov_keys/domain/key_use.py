"""Whether a key is still used: what AWS says of its last use, beside the calls that were seen.

"Unused" is never said here. Data events, and mail over SMTP, are not in CloudTrail's event history, so a key without
calls may be used where nobody looked.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.text import one_line
from checkov_keys.domain.users import AccessKey, LastUse, NoUse

if TYPE_CHECKING:
    from datetime import datetime

    from checkov_keys.domain.usage import KeyUsage

# The last use may be told by the hour, and an event of the same call may bear another minute.
_SAME_USE = timedelta(hours=1)
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
    call, and not before `since`, is used where the source cannot see, or in what was not read if it `has_gaps`. A key
    with a call is never said to have none, whatever the time of the call.
    """
    last_use = key.last_use if key is not None else NoUse.NOT_READ
    seen = usage.last_seen
    is_seen = seen is not None or usage.calls.number + usage.denied.number > 0
    is_untimed = is_seen and seen is None
    if isinstance(last_use, LastUse) and not is_untimed and _is_unseen(last_use, usage, since):
        later = "later than any call seen" if is_seen else "and no call was seen"
        where = f"where {source} cannot see{', or in what was not read' if has_gaps else ''}"
        return KeyUse(Sight.USED_UNSEEN, f"Used {where}: {_tell(last_use)}, {later}{_explain(last_use)}.")
    if is_seen:
        return KeyUse(Sight.SEEN, f"Seen until {seen:%Y-%m-%d}." if seen else "Seen, but when is not known.")
    own = " but those of checkov-keys itself" if usage.own_calls.number else ""
    if isinstance(last_use, LastUse):
        is_own = since is None or last_use.at >= since
        told = f"; {_tell(last_use)}, which {'may be those' if is_own else f'is before {source} begins'}"
    else:
        told = ", and AWS tells of no use" if last_use is NoUse.NEVER else "; when AWS saw it used last is not known"
    return KeyUse(Sight.NOT_SEEN, f"No call seen{own}{' in what was read' if has_gaps else ''}{told}.")


def _is_unseen(last_use: LastUse, usage: KeyUsage, since: datetime | None) -> bool:
    """Tell whether a last use should be among the calls, and is later than all of them.

    AWS tells of the last use only, so that what came before a call of this program is not known.
    """
    if since is not None and last_use.at < since:
        return False
    known = [at for at in (usage.last_seen, usage.own_calls.last) if at is not None]
    return all(last_use.at - _SAME_USE > at for at in known)


def _tell(use: LastUse) -> str:
    return f"AWS tells of a use on {use.at:%Y-%m-%d}{_describe_service(use)}"


def _describe_service(use: LastUse) -> str:
    return f" ({', '.join(one_line(text) for text in (use.service, use.region) if text)})" if use.service else ""


def _explain(use: LastUse) -> str:
    if use.service in DATA_SERVICES:
        return f"; {DATA_SERVICES[use.service]} are data events"
    return ""
