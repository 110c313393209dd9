"""What was not judged, by its reason."""

import pytest

from checkov_keys.report.dashboard.findings import SUPPRESSED, build_finding, build_unjudged
from checkov_keys.report.dashboard.groups import group_by_reason


def of_user(name, reason, account="111122223333"):
    return build_unjudged(f"arn:aws:iam::{account}:user/{name}", reason, account=account)


@pytest.mark.parametrize(
    ("groups", "unjudged"),
    [
        ([], []),
        ([("account", "denied", [""])], [of_user("*", "denied")]),
        ([("account", "denied", ["arn:x:user/*"])], [build_unjudged("arn:x:user/*", "denied")]),
        ([("user", "denied", ["alice"])], [of_user("alice", "denied")]),
        ([("user", "denied", ["team/alice"])], [of_user("team/alice", "denied")]),
        ([("file", "it does not parse", ["/a.tf"])], [build_unjudged("/a.tf", "it does not parse", file="/a.tf")]),
        ([("resource", "no value", ["aws_x.y"])], [build_unjudged("aws_x.y", "no value")]),
        ([("resource", "no reason is given", [""])], [build_unjudged("", "")]),
        (
            [("account", "a", [""]), ("user", "b", ["x", "y"]), ("user", "c", ["z"]), ("resource", "a", ["r"])],
            [
                build_unjudged("r", "a"),
                of_user("z", "c"),
                of_user("x", "b"),
                of_user("y", "b"),
                of_user("*", "a"),
            ],
        ),
        (
            [("account", "denied on arn:aws:iam::(account):role/r", ["", ""])],
            [of_user("*", f"denied on arn:aws:iam::{n}:role/r", n) for n in ("111111111111", "222222222222")],
        ),
        (
            [("user", "denied on resource: user (user), a policy", ["al", "alice"])],
            [of_user(name, f"denied on resource: user {name}, a policy") for name in ("al", "alice")],
        ),
        ([("user", "denied on user alice", ["alice"])], [of_user("alice", "denied on user alice")]),
        ([("user", "[", ["a[("])], [of_user("a[(", "[")]),
    ],
)
def test_the_groups(groups, unjudged):
    """Accounts come first, then users, then templates; reasons that differ in names only are one."""
    made = group_by_reason(unjudged)
    assert groups == [(each.kind, each.reason, [named.text for named in each.named]) for each in made]


def test_suppressed_findings(checkov_record, live_record):
    """They are grouped too, each with the place where it is."""
    made = group_by_reason(
        [
            build_finding(live_record("root-safe", reason="two safes"), SUPPRESSED, "aws_iam"),
            build_finding(checkov_record("two safes"), SUPPRESSED, "terraform"),
            build_finding(checkov_record(), SUPPRESSED, "terraform"),
        ]
    )
    named = [(each.kind, each.reason, *((one.text, one.account, one.place) for one in each.named)) for each in made]
    assert [
        ("user", "two safes", ("root-safe", "111122223333", "")),
        ("resource", "two safes", ("aws_x.y", "", "/infra/main.tf:6-7")),
        ("resource", "no reason is given", ("aws_x.y", "", "/infra/main.tf:6-7")),
    ] == named
