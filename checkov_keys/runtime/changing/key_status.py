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


NO_ACTIVE_KEY = "no key of this user was active any more: another one was turned off too"


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


def turn_off_one(iam: Any, journal: Journal, change: Change) -> Done:  # noqa: ANN401
    """Turn a key off, and on again if its user has no active one then; return what became of it, as AWS shows it.

    Two people may turn off different keys of one user at once, each of whom saw the other key active before the call.
    Raises JournalError if the journal cannot be written.
    """
    done = set_status(iam, journal, change)
    if done.reason != NO_ACTIVE_KEY:
        return done
    try:
        back = set_status(iam, journal, change.reversed())
    except JournalError as error:
        raise JournalError(f"{error}; {NO_ACTIVE_KEY}") from error
    if back.outcome is Outcome.CHANGED:
        return Done(change, Outcome.TAKEN_BACK, NO_ACTIVE_KEY)
    failed = "may not be on again" if back.outcome is Outcome.UNKNOWN else "could not be turned on again"
    return Done(change, done.outcome, f"{NO_ACTIVE_KEY}, and this one {failed}: {back.reason}")


def leave_alone(journal: Journal, change: Change, reason: str) -> Done:
    """Write down that a change is not needed; raise JournalError if that is not possible."""
    journal.announce(change)
    journal.end(Outcome.LEFT_ALONE, reason)
    return Done(change, Outcome.LEFT_ALONE, reason)


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
        return Done(change, Outcome.CHANGED, "" if "Active" in statuses.values() else NO_ACTIVE_KEY)
    if answer.accepted and unseen:
        return Done(change, Outcome.CHANGED, unseen)
    shown = unseen or f"AWS shows {seen}"
    return Done(change, Outcome.UNKNOWN, f"{answer.line or 'AWS accepted the call'}; {shown}")
