"""Accounts to report."""

from datetime import datetime, timezone

import pytest

from checkov_keys.domain.users import AccessKey, Account, KeyStatus, LastUse, NoUse, Unjudged, User
from checkov_keys.report.live_report import LiveReport

CREATED = datetime(2026, 1, 2, tzinfo=timezone.utc)
USED = LastUse(datetime(2026, 3, 4, tzinfo=timezone.utc), "s3", "us-east-1")
UNREAD = (Unjudged("arn:aws:iam::123456789012:user/lost", "\x1b[31mAccessDenied\x1b[0m\nallow iam:ListAccessKeys"),)


@pytest.fixture
def live_report():
    """A report of an account whose users {name: number of active keys} each have an inactive key too."""

    def make(users, unread=(), partition="aws"):
        account = "123456789012"
        read = []
        for name, count in users.items():
            keys = [
                AccessKey(f"AKIA{name[:1]}{n}", KeyStatus.ACTIVE, CREATED, NoUse.NEVER if n else USED)
                for n in range(count)
            ]
            keys.append(AccessKey("AKIAOFF", KeyStatus.INACTIVE, CREATED))
            read.append(User(account, name, f"arn:{partition}:iam::{account}:user/{name}", tuple(keys)))
        return LiveReport(Account(account, partition, tuple(read), tuple(unread)))

    return make


@pytest.fixture
def unread():
    """A user that could not be read, with a reason that holds escapes and line breaks."""
    return UNREAD
