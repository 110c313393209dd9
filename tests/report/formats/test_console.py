"""The text for people: short, no wider than the terminal, with the key to turn off marked and a summary at the end."""

import re
from datetime import datetime, timezone

import pytest

from checkov_keys import __version__
from checkov_keys.domain.assessment import Policy
from checkov_keys.domain.exemptions import Exemption
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.users import AccessKey, Account, KeyStatus, LastUse, NoUse, Unjudged, UnjudgedAccount, User
from checkov_keys.report.destinations import Style
from checkov_keys.report.formats.console import stream_console
from checkov_keys.report.live.live_report import LiveReport
from checkov_keys.report.live.user_record import Review
from checkov_keys.report.terminal_text import FILE, Screen

CALLER = "arn:aws:sts::111111111111:assumed-role/Auditor/checkov-keys"
CREATED = datetime(2026, 1, 2, tzinfo=timezone.utc)
READ = datetime(2026, 11, 24, 1, 2, tzinfo=timezone.utc)
USED = LastUse(datetime(2026, 3, 4, tzinfo=timezone.utc), "s3", "us-east-1")
KEYS = tuple(
    AccessKey(f"AKIAIOSFODNN7EXAMPL{n}", KeyStatus.ACTIVE, CREATED, NoUse.NEVER if n else USED) for n in range(2)
)
DENIED = "cannot list the access keys: AccessDenied (allow iam:ListAccessKeys for it)"
REVIEW = Review(Policy(exemptions=(Exemption("arn:aws:iam::*:user/skipped", "two safes"),)))


def account(number, name="", lost=()):
    """An account with a user of every verdict."""
    users = tuple(
        User(number, user, f"arn:aws:iam::{number}:user/{user}", KEYS[:count])
        for user, count in (("deployer", 2), ("passed", 1), ("skipped", 2))
    )
    unjudged = tuple(Unjudged(f"arn:aws:iam::{number}:user/{user}", DENIED) for user in lost)
    return Account(number, "aws", users, unjudged, READ, name=name, caller=CALLER)


ONE = [account("111111111111", "prod")]
SEVERAL = [
    account("111111111111", "prod", ("lost",)),
    Account("222222222222", "aws", read_at=READ, name="a name that takes more room than there is in a table"),
    UnjudgedAccount("333333333333", "aws", "vault", "no entry").as_account(),
]


def shown(accounts, screen=FILE, **style):
    return "".join(stream_console(LiveReport(accounts, (ONE_ACTIVE_KEY,), review=REVIEW), Style(**style), screen))


def test_a_violation():
    """User, account, each key with age and last use, the one to turn off marked, what to do: no more."""
    _, _, rest = shown(ONE).partition("(MEDIUM)\n")
    assert [
        "FAILED for resource: arn:aws:iam::111111111111:user/deployer",
        "  Account: 111111111111 (prod)",
        "    AKIAIOSFODNN7EXAMPL0 Active 326 days old, used 2026-03-04 by s3",
        "  > AKIAIOSFODNN7EXAMPL1 Active 326 days old, never used",
        (
            "  Proposal: Turn off AKIAIOSFODNN7EXAMPL1: it was never used, "
            "AKIAIOSFODNN7EXAMPL0 was last used on 2026-03-04 (s3)."
        ),
        "SKIPPED for resource: arn:aws:iam::111111111111:user/skipped",
    ] == rest.splitlines()[:6]


def test_a_violation_at_a_terminal():
    """It takes at most eight lines of eighty characters, with a long name and keys used for other services."""
    used = LastUse(USED.at, "secretsmanager", "ap-southeast-2")
    keys = [AccessKey(f"AKIAIOSFODNN7EXAMPL{n}", KeyStatus.ACTIVE, CREATED, used) for n in range(2)]
    user = User("111111111111", "a" * 64, f"arn:aws:iam::111111111111:user/{'a' * 64}", tuple(keys))
    _, _, rest = shown([Account("111111111111", "aws", (user,), read_at=READ)], Screen(80)).partition("(MEDIUM)\n")
    lines = rest[: rest.index("\n\n")].splitlines()
    assert len(lines) <= 8
    assert ["FAILED for resource:", f"  {user.address}"] == lines[:2]


@pytest.mark.parametrize("width", [20, 40, 80, 100, 200])
@pytest.mark.parametrize("accounts", [ONE, SEVERAL, []], ids=["one", "several", "none"])
def test_nothing_is_wider_than_the_terminal(accounts, width):
    """Whatever is, is one word: an ARN, a link, an id."""
    text = shown(accounts, Screen(width), show_passed=True, created_baseline=".checkov.baseline")
    wide = [line.strip() for line in text.splitlines() if len(line) > width]
    assert [] == [line for line in wide if " " in line.removeprefix("> ")]
    narrow = re.sub(r"\s+", " ", text)
    for word in ("111111111111", "Guide:", DENIED) if accounts == SEVERAL else ():
        assert word in narrow


def test_colours():
    """There are some on a screen that has them, none elsewhere, and none splits a line from its end."""
    coloured = shown(SEVERAL, Screen(60, coloured=True))
    assert re.search("\x1b\\[31mFAILED for resource:", coloured)
    assert all(line.count("\x1b[0m") == (line.count("\x1b[") / 2) for line in coloured.splitlines())
    plain = shown(SEVERAL, Screen(60))
    assert plain == re.sub("\x1b\\[\\d+m", "", coloured)


def test_passed_users_are_counted():
    """They are listed only if somebody wants them, and not if the text is to be quiet."""
    assert "PASSED" not in shown(ONE)
    assert "PASSED for resource: arn:aws:iam::111111111111:user/passed\n" in shown(ONE, show_passed=True)
    quiet = shown(ONE, show_passed=True, quiet=True)
    assert "PASSED" not in quiet
    assert "SKIPPED" not in quiet
    assert "Passed checks: 1, Failed checks: 1, Skipped checks: 1\n" in quiet


def test_compact():
    """The keys are left out, what to do is not."""
    text = shown(ONE, compact=True)
    assert "days old" not in text
    assert "Proposal: Turn off AKIAIOSFODNN7EXAMPL1" in text


def test_the_beginning_and_the_end():
    """They say what was audited with what, when and by whom, and where the rule comes from, each once."""
    text = shown(ONE)
    assert text.startswith(f"checkov-keys {__version__} with Checkov ")
    assert text.splitlines()[0].endswith(": account 111111111111 (prod)")
    for said in (
        f"Read 2026-11-24 01:02 UTC by {CALLER}\n",
        "Benchmarks of CKV2_KEYS_1: CIS",
        "Guide: https",
        "Check: ",
    ):
        assert 1 == text.count(said)
    assert text.endswith("checkov-keys remediate\n")


def test_several_accounts_are_a_table():
    """It has all that were audited, also those without users, and their sums; its width is the screen's."""
    rows = [line for line in shown(SEVERAL, Screen(80)).splitlines() if re.search(r" (\d+|-)  .*\d$", line)]
    assert [
        ["111111111111", "(prod)", "4", "1", "1", "1", "1"],
        ["222222222222", "(a", "name", "that", "takes", "mor…", "0", "0", "0", "0", "0"],
        ["333333333333", "(vault)", "-", "0", "0", "0", "1"],
        ["all", "4", "1", "1", "1", "2"],
    ] == [row.split() for row in rows]
    assert {80} == set(map(len, rows))
    assert "222222222222 (a name that takes more room than there is in a table)" in shown(SEVERAL)


def test_nothing_found():
    """It says what was judged, and does not if something was not."""
    fine = Account("111111111111", "aws", ONE[0].users[1:2], read_at=READ)
    assert "No findings: 1 access key of 1 user in 1 account judged\n" in shown([fine])
    assert "No findings" not in shown([fine, SEVERAL[2]])
    assert "No findings" not in shown([])


def test_what_could_not_be_judged():
    """It is counted and named, also where only failures are asked for; if all was judged, nothing is said of it."""
    text = shown(SEVERAL, quiet=True)
    assert "Passed checks: 1, Failed checks: 1, Skipped checks: 1, Not judged: 2\n" in text
    assert f"Not judged: arn:aws:iam::111111111111:user/lost in account 111111111111 (prod): {DENIED}\n" in text
    assert "Not judged" not in shown(ONE)


def test_commands_stay_commands():
    """A command that is too long for a line goes on in the next as a shell reads it."""
    words = ["aws", "iam", "update-access-key", "--user-name", "'a b'", "--status", "Inactive"]
    lines = Screen(30).wrap_command(words, "  ")
    assert all(len(line) <= 30 for line in lines)
    assert words == "\n".join(lines).replace("\\\n", "").replace("'a b'", "'a_b'").split()[:4] + words[4:]
    assert [f"  {' '.join(words)}"] == FILE.wrap_command(words, "  ")
