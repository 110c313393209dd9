"""Sets the status of an access key: a line in the journal, the call, a look at what came of it, the line's end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from checkov_keys.domain.key_changes import Done, Outcome
from checkov_keys.runtime.changing.journal import JournalError
from checkov_keys.runtime.session.answers import list_entries, text_of
from checkov_keys.runtime.session.faults import CALL_FAULTS, explained

if TYPE_CHECKING:
    from checkov_keys.domain.key_changes import Change
    from checkov_keys.runtime.changing.journal import Journal

# Seconds before each look at a change that AWS may not show yet.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
_WAITS = (0, 1, 2, 4)


class _Answer(NamedTuple):
    """How the call ended. `refused` means that AWS declined it; without an answer, it is unknown what AWS did."""

    line: str = ""
    refused: bool = False
    retried: bool = False

    @property
    def accepted(self) -> bool:
        return not self.line


def set_status(iam: Any, journal: Journal, change: Change) -> Done:  # noqa: ANN401  # a client of boto3
    """Make a change and return what became of it, as AWS shows the key afterwards.

    Raises JournalError if the journal cannot be written. Makes one call of iam:UpdateAccessKey and, as a rule, one
    of iam:ListAccessKeys: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
    """
    journal.announce(change)
    answer = _ask(iam, change)
    done = _done(iam, change, answer)
    try:
        journal.end(done.outcome, done.reason)
    except JournalError as error:
        raise JournalError(f"{error}; access key {change.key} is {done.outcome.value}") from error
    return done


def _ask(iam: Any, change: Change) -> _Answer:  # noqa: ANN401
    try:
        iam.update_access_key(UserName=change.user, AccessKeyId=change.key, Status=change.after)
    except CALL_FAULTS as error:
        about = error.response.get("ResponseMetadata", {}) if isinstance(error, ClientError) else {}
        refused = 400 <= about.get("HTTPStatusCode", 0) < 500  # noqa: PLR2004  # HTTP's range of refusals
        return _Answer(explained("cannot set the status", error), refused, bool(about.get("RetryAttempts")))
    return _Answer()


def _done(iam: Any, change: Change, answer: _Answer) -> Done:  # noqa: ANN401
    wanted, seen, unseen = change.after, "", ""
    statuses: dict[str, str] = {}
    for wait in (0,) if answer.refused else _WAITS:
        time.sleep(wait)
        try:
            keys = list_entries(iam.list_access_keys, "AccessKeyMetadata", UserName=change.user)
            statuses = {text_of(key, "AccessKeyId"): text_of(key, "Status") for key in keys}
            seen, unseen = statuses.get(change.key, "no such key"), ""
        except CALL_FAULTS as error:
            seen, unseen = "", explained("cannot read it back", error)
        if seen == wanted:
            break
    if answer.refused and not (answer.retried and seen == wanted):
        return Done(change, Outcome.UNCHANGED, answer.line)
    if seen == wanted:
        return Done(change, Outcome.CHANGED, _without_key(statuses))
    if answer.accepted and unseen:
        return Done(change, Outcome.CHANGED, unseen)
    shown = unseen or f"AWS shows {seen}"
    return Done(change, Outcome.UNKNOWN, f"{answer.line or 'AWS accepted the call'}; {shown}")


def _without_key(statuses: dict[str, str]) -> str:
    """Return a warning if a user is left without an active key because somebody turned off another one meanwhile."""
    return "" if "Active" in statuses.values() else "no key of this user is active now: another one was turned off too"
