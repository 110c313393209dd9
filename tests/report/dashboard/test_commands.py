"""Commands that a page offers to copy."""

import shlex

import pytest

from checkov_keys.report.dashboard.commands import build_command, find_command
from checkov_keys.report.dashboard.findings import FAILED, build_finding

KEY = "AKIAIOSFODNN7EXAMPLE"


@pytest.mark.parametrize("user", ["alice", "a.b+c=d,e@f-g_h", "u" * 64])
def test_the_command(user):
    """It turns the key off, and a shell reads the names as they are."""
    words = ["aws", "iam", "update-access-key", "--user-name", user, "--access-key-id", KEY, "--status", "Inactive"]
    assert words == shlex.split(build_command(user, KEY))


@pytest.mark.parametrize(
    ("user", "key"),
    [
        ("", KEY),
        ("alice", ""),
        ("alice; rm -rf ~", KEY),
        ("$(id)", KEY),
        ("a b", KEY),
        ("a\nb", KEY),
        ("-alice", KEY),
        ("naïve", KEY),
        ("alice", "AKIA"),
        ("alice", f"{KEY};id"),
        ("alice", f"{KEY}\n"),
        ("alice", "--status"),
    ],
)
def test_names_that_iam_does_not_give(user, key):
    """They get no command, quoted or not."""
    assert not build_command(user, key)


@pytest.mark.parametrize(
    ("command", "remedy"),
    [
        ("checkov-keys fix infra/main.tf", "Turn one off: checkov-keys fix infra/main.tf"),
        ("checkov-keys fix infra/main.tf", "Turn one off: checkov-keys fix infra/main.tf."),
        ("checkov-keys fix 'a b/main.tf' --write", "Run `checkov-keys fix 'a b/main.tf' --write`, then apply."),
        ("", "Set status to Inactive."),
        ("", ""),
        ("", "Run `checkov-keys fix main.tf; id`."),
        ("", "Run `checkov-keys fix $(id)`."),
        ("", "Run `rm -rf ~`."),
    ],
)
def test_the_command_of_a_remedy(command, remedy):
    """It is what the sentence names, if that is nothing but this project's command with paths and flags."""
    assert command == find_command(remedy)


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        ({"off": KEY, "command": build_command("alice", KEY), "declared": None}, {}),
        ({"off": KEY, "command": None, "declared": "main.tf:5-7"}, {"template": "main.tf:5-7"}),
        ({"off": None, "command": None}, {"proposal": {"key": None, "sentence": "Decide by hand."}}),
        ({"off": None, "command": None}, {"proposal": None}),
        ({"off": "7", "command": None}, {"proposal": {"key": 7}}),
        ({"command": None}, {"user": "a; id"}),
    ],
)
def test_the_command_of_a_live_user(live_record, expected, fields):
    """There is one for a key that is proposed, unless a template declares the user and would make the key again."""
    proposal = {"key": KEY, "sentence": f"Turn off {KEY}."}
    found = build_finding(live_record(**{"proposal": proposal, **fields}), FAILED, "aws_iam")
    assert expected == {name: found.get(name) for name in expected}


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        ({"user": "deployer"}, {"iam_user": "deployer"}),
        (
            {"others": ["k.b (a.tf:5)", "k.c", "d.tf"]},
            {
                "other_keys": [
                    {"address": "k.b", "file": "a.tf", "line": 5},
                    {"address": "k.c"},
                    {"file": "d.tf"},
                    {},
                ]
            },
        ),
        ({"others": ["7", "x"]}, {"other_keys": [7, "x", None]}),
        ({"others": ["x"]}, {"other_keys": "x"}),
        ({"others": None}, {"other_keys": []}),
        (
            {"remedy": "Run checkov-keys fix a.tf", "command": "checkov-keys fix a.tf"},
            {
                "remedy": "Run checkov-keys fix a.tf",
            },
        ),
        ({"remedy": '{"a": 1}', "command": None}, {"remedy": {"a": 1}}),
    ],
)
def test_a_key_in_a_template(checkov_record, expected, fields):
    """It is shown with its user, the other keys of that user, and what to do."""
    found = build_finding(checkov_record(**fields), FAILED, "terraform")
    assert expected == {name: found.get(name) for name in expected}
