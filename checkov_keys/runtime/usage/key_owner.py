"""A user, or one of its keys → all of its keys, with what IAM says of their last uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.users import AccessKey, NoUse, Unjudged, User
from checkov_keys.runtime.reading.collector import read_again
from checkov_keys.runtime.session.faults import CALL_FAULTS, error_code, explained
from checkov_keys.runtime.session.identity import caller_account
from checkov_keys.runtime.session.outage import Outage
from checkov_keys.runtime.session.worker_threads import call_in_time
from checkov_keys.runtime.usage.key_search import is_key_id
from checkov_keys.runtime.usage.mail_access import read_mail_access

if TYPE_CHECKING:
    from checkov_keys.runtime.session.aws_session import AwsSession

_LONGEST_ANSWER = 120  # seconds, all attempts together
_FAILURES = 10


class FoundKeys(NamedTuple):
    """The keys to look up, by their ids, and what IAM says of them.

    `keys` are those that IAM has told of. `gaps` are what it did not tell, and why. `user` is "" if it is not known.
    `may_send_mail` tells whether the user may use SES, None if that is not known.
    """

    account: str
    partition: str
    user: str
    ids: tuple[str, ...]
    keys: tuple[AccessKey, ...] = ()
    gaps: tuple[tuple[str, str], ...] = ()
    may_send_mail: bool | None = None


def find_keys(session: AwsSession, user: str | None, key: str | None) -> FoundKeys:
    """Return the keys of a user, or of the user of a key, in the account of the session.

    A key whose user IAM does not tell is looked up alone, which is a gap. Raises AuditError if a user is not there or
    its keys cannot be listed.
    """
    account, partition = caller_account(session, "cannot tell which account the credentials belong to")
    if user is None:
        assert key is not None  # noqa: S101  # one of them is given
        try:
            asked = session.client("iam").get_access_key_last_used
            user = str(call_in_time(lambda: asked(AccessKeyId=key), _LONGEST_ANSWER)["UserName"])
        except CALL_FAULTS as error:
            return FoundKeys(account, partition, "", (key,), (), (_explain(key, account, error),))
    name = user.rpartition("/")[2]
    address = f"arn:{partition}:iam::{account}:user/{name}"
    found = read_again(session, User(account, name, address), Outage(_FAILURES), with_tag=False)
    if found is None:
        raise AuditError(f"account {account} has no user {name!r}")
    if isinstance(found, Unjudged):
        if key is None:
            raise AuditError(f"user {name}: {found.reason}")
        return FoundKeys(account, partition, name, (key,), (), ((f"other keys of {name}", found.reason),))
    gaps = [
        (f"last use of {each.address}", each.last_use_fault or "AWS did not tell")
        for each in found.keys
        if each.last_use is NoUse.NOT_READ
    ]
    # What AWS names otherwise cannot be looked up.
    gaps += [(f"access key {each.address!r}", "it is not the id of a key") for each in found.keys if not _is_id(each)]
    ids = {each.address for each in found.keys if _is_id(each)}
    if key is not None and key not in ids:
        gaps.append((f"what IAM says of {key}", f"it is not among the keys of user {name}: it was deleted meanwhile"))
    wanted = tuple(sorted(ids | ({key} if key else set())))
    mail = read_mail_access(session, [address])[address]
    return FoundKeys(account, partition, name, wanted, tuple(found.keys), tuple(gaps), mail)


def _is_id(key: AccessKey) -> bool:
    return is_key_id(key.address)


def _explain(key: str, account: str, error: BaseException) -> tuple[str, str]:
    what = f"the user of {key}, and its other keys"
    if error_code(error) in {"NoSuchEntity", "AccessDenied"}:
        # IAM answers about keys of other accounts as about those that are not there.
        return what, explained(f"it may have been deleted, or be of another account than {account}", error)
    return what, explained("cannot read whose it is", error)
