"""Which account and partition an ARN, or the caller, belongs to."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.errors import AuditError
from checkov_keys.runtime.session.faults import CALL_FAULTS, BrokenAnswerError, explained
from checkov_keys.runtime.session.worker_threads import call_in_time

if TYPE_CHECKING:
    from checkov_keys.runtime.session.aws_session import AwsSession

logger = logging.getLogger(__name__)

# Seconds, all attempts together.
_LONGEST_ANSWER = 120
# A network may have no way to STS: nobody waits long for what is only said of an audit.
_SOON = 10


class AccountInPartition(NamedTuple):
    """An account id of twelve digits and its partition: aws, aws-us-gov, aws-cn and so on."""

    account: str
    partition: str


def account_of(arn: str) -> AccountInPartition:
    """Return the account of an ARN; raise BrokenAnswerError if it is not an ARN.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """
    parts = arn.split(":", 5)
    if len(parts) != len(("arn", "partition", "service", "region", "account", "resource")):
        raise BrokenAnswerError(f"AWS's answer holds {arn!r} instead of an ARN")
    return AccountInPartition(parts[4], parts[1])


def caller_arn(session: AwsSession, otherwise: str) -> str:
    """Return the ARN of the session's identity; raise AuditError, which begins with `otherwise`.

    It needs no permission: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    return _ask(session, otherwise, _LONGEST_ANSWER)


def find_caller(session: AwsSession) -> str:
    """Return the ARN of the session's identity for a report, "" if AWS does not tell soon; AWS is asked once."""
    if not session.caller:
        try:
            return _ask(session, "it is not known who runs this audit", _SOON)
        except AuditError as error:
            logger.info("%s", error)
    return session.caller


def _ask(session: AwsSession, otherwise: str, seconds: float) -> str:
    try:
        # A server may send its answer a byte a second, which no timeout of botocore ends.
        answer = call_in_time(session.client("sts").get_caller_identity, seconds)
        arn = str(answer["Arn"])
        if account_of(arn).account != answer["Account"]:
            raise BrokenAnswerError(f"AWS's answer names account {answer['Account']!r} and {arn!r}")
    except CALL_FAULTS as error:
        raise AuditError(explained(otherwise, error)) from error
    session.caller = arn
    return arn


def caller_account(session: AwsSession, otherwise: str) -> AccountInPartition:
    """Return the account of the session's identity; raise AuditError, which begins with `otherwise`."""
    return account_of(caller_arn(session, otherwise))
