"""Users of one live account as the rules judge them: keys by their age and their last use, as of one moment."""

from datetime import datetime, timedelta, timezone

from checkov_keys.domain.rules.judging import Context, Thresholds
from checkov_keys.domain.users import AccessKey, Account, KeyStatus, LastUse, NotRead, NoUse, User

NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
NEVER, NOT_READ = NoUse.NEVER, NoUse.NOT_READ
ACTIVE, INACTIVE, ODD = KeyStatus.ACTIVE, KeyStatus.INACTIVE, KeyStatus.UNKNOWN
UNASKED, DENIED = NotRead(), NotRead("cannot tell: AccessDenied")
ACCOUNT = "123456789012"


def ago(days, more=timedelta(0)):
    """The moment so many days, and `more`, before now."""
    return NOW - timedelta(days=days) - more


def used(days, more=timedelta(0)):
    """A last use so many days, and `more`, before now."""
    return LastUse(ago(days, more), "s3", "eu-west-1")


def used_or_later(days, more=timedelta(0)):
    """A last use of which a credential report knows only that it was no earlier."""
    return LastUse(ago(days, more), "", "", at_least=True)


def key(name="K", created=400, last_use=NEVER, status=ACTIVE, fault=""):
    """A key that was made so many days ago, or at a moment; None if that is not known."""
    made = ago(created) if isinstance(created, int) else created
    return AccessKey(name, status, made, last_use, fault)


def user(*keys, name="alice", **facts):
    """A user with these keys; the facts that nobody asked for are not known."""
    return User(ACCOUNT, name, f"arn:aws:iam::{ACCOUNT}:user/{name}", tuple(keys), **facts)


def context(signing=(), in_use_days=30, root_has_key=UNASKED, partition="aws", **thresholds):
    """What the user is judged in."""
    account = Account(ACCOUNT, partition, signing_keys=frozenset(signing), root_has_key=root_has_key, read_at=NOW)
    return Context(account, NOW, Thresholds(**thresholds), in_use_days)
