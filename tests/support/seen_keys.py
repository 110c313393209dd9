"""Keys of which event history was read, for tests of what becomes of it."""

from datetime import datetime, timedelta, timezone

from checkov_keys.domain.callers import PROGRAM, Caller
from checkov_keys.domain.key_history import KeyHistory
from checkov_keys.domain.usage import Action, Call, CallGroups, SessionKind, UsageTally
from checkov_keys.domain.users import AccessKey, KeyStatus, LastUse, NoUse

NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
ADDRESS = "203.0.113.9"
TERRAFORM = Caller(ADDRESS, "", "Terraform")
READ_KEYS = Action("iam.amazonaws.com", "ListAccessKeys", "us-east-1")
LIST = Action("s3.amazonaws.com", "ListBuckets", "eu-west-1")
ROLE = SessionKind("AssumeRole", "arn:aws:iam::111122223333:role/deploy")


def days_ago(days):
    """So many days before NOW."""
    return NOW - timedelta(days=days)


def call(days, number=1, *, key="A", **fields):
    """A call of a key so many days ago, a call of its own for each number."""
    shown = {"caller": TERRAFORM, "agent": f"Terraform/1.9 from {ADDRESS}", "action": LIST, **fields}
    return Call(key, f"{key}-{number}-{days}", None if days is None else days_ago(days), **shown)


def own_call(days):
    """A call of this program."""
    return call(days, 99, caller=Caller(ADDRESS, "", PROGRAM), action=READ_KEYS)


def history(*calls, key="A", gaps=(), sampled=(), mail=False):
    """The history of a key with these calls, whose user may send `mail`."""
    groups, tally = CallGroups(), UsageTally([key])
    for each in calls:
        groups.add(each._replace(key=key))
    tally.add(groups)
    (usage,) = tally.sum_up()
    return KeyHistory(usage, days_ago(90), NOW, tuple(sampled), tuple(gaps), may_send_mail=mail)


def key(name, created, used, *calls, gaps=(), status="Active", service="s3", asked=True, mail=False):
    """A key that was made, and last used by IAM's account, so many days ago, and called so in event history."""
    last_use = used if isinstance(used, NoUse) else LastUse(days_ago(used), service, "eu-west-1")
    seen = history(*calls, key=name, gaps=gaps, mail=mail) if asked else None
    return AccessKey(name, KeyStatus(status), days_ago(created), last_use, history=seen)
