"""Reports of who uses a key."""

from datetime import datetime, timedelta, timezone

import pytest

from checkov_keys.domain.callers import Caller, name_family
from checkov_keys.domain.key_use import explain_use
from checkov_keys.domain.usage import Action, Call, CallGroups, SessionKind, UsageTally
from checkov_keys.domain.users import AccessKey, KeyStatus, NoUse
from checkov_keys.report.usage.usage_report import Gap, KeyRow, UsageReport

NOW = datetime(2026, 11, 29, 12, tzinfo=timezone.utc)
SINCE = NOW - timedelta(days=90)
FIRST, SECOND = "AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE"


@pytest.fixture
def make_report():
    """A report of calls, each a dictionary of what is not as usual, and of whatever else is given."""

    def make(*calls, sampled=(), gaps=(), user="alice", keys=(FIRST, SECOND), most_callers=1000, **settings):
        groups = CallGroups()
        for number, given in enumerate(calls):
            agent = given.get("agent", "aws-cli/2.15.30 Python/3.11.8")
            address, service = given.get("address", "203.0.113.9"), given.get("service", "")
            place = ("ec2.amazonaws.com", given.get("name", "DescribeVpcs"), given.get("region", "eu-west-1"))
            call = Call(
                given.get("key", FIRST),
                f"event{number}",
                NOW - timedelta(hours=number),
                Caller(address, service, name_family(agent)),
                agent,
                Action(*place),
                given.get("denied", False),
                SessionKind("GetFederationToken", given["session"]) if "session" in given else None,
            )
            groups.add(call)
        tally = UsageTally(keys, most_callers=most_callers)
        tally.add(groups)
        known = {key: AccessKey(key, KeyStatus.ACTIVE, SINCE, NoUse.NEVER) for key in keys}
        rows = [
            KeyRow(
                known[usage.key],
                usage._replace(is_exact=not sampled),
                explain_use(known[usage.key], usage, SINCE, "event history"),
                tuple(sampled),
            )
            for usage in tally.sum_up()
        ]
        told = tuple(Gap(*gap) for gap in gaps)
        return UsageReport(
            "111122223333", user, "CloudTrail's event history in 2 regions", SINCE, NOW, tuple(rows), told, **settings
        )

    return make
