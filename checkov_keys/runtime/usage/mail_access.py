"""Whether a user may send mail over SES: over its SMTP interface, no trail sees it."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from checkov_keys.domain.errors import AuditError
from checkov_keys.runtime.session.answers import list_entries
from checkov_keys.runtime.session.faults import CALL_FAULTS, BrokenAnswerError, explained
from checkov_keys.runtime.session.worker_threads import Patience, in_order, threads

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.runtime.session.aws_session import AwsSession

logger = logging.getLogger(__name__)

_LONGEST_ANSWER = 60  # seconds, all users together
_AT_ONCE = 10
_SES = "ses"


def read_mail_access(session: AwsSession, users: Iterable[str]) -> dict[str, bool | None]:
    """Return for each user, by its ARN, whether a policy of its own or of its groups lets it use SES; None if unknown.

    Why it is not known is logged once. Resource-based policies, which may allow more, are not asked about.
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPoliciesGrantingServiceAccess.html
    """
    faults: dict[str, None] = {}

    def ask(arn: str) -> bool | None:
        try:
            call = session.client("iam").list_policies_granting_service_access
            found = list(list_entries(call, "PoliciesGrantingServiceAccess", Arn=arn, ServiceNamespaces=[_SES]))
            return _may_use(found)
        except AuditError as error:
            faults[str(error)] = None
        except CALL_FAULTS as error:
            faults[explained("cannot tell who may send mail over SES", error)] = None
        return None

    asked = list(dict.fromkeys(users))
    with threads(_AT_ONCE) as pool:
        patience = Patience(time.monotonic() + _LONGEST_ANSWER)
        found = dict(zip(asked, in_order(pool, ask, asked, patience, lambda _: None)))
    for fault in list(faults)[:1]:
        logger.info("%s", fault)
    return found


def _may_use(entries: Iterable[dict[str, object]]) -> bool:
    """Tell whether an answer about SES names a policy; raise BrokenAnswerError if it is not about SES."""
    policies: list[object] = []
    for entry in entries:
        named = entry["Policies"]
        if entry["ServiceNamespace"] != _SES or not isinstance(named, list):
            raise BrokenAnswerError("AWS's answer is about another service than SES")
        policies += named
    return bool(policies)
