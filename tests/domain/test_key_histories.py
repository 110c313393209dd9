"""What event history adds to IAM's last uses: it may show that a key is used, never that it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seen_keys import LIST, NOW, call, days_ago, key, own_call

from checkov_keys.domain.assessment import assess
from checkov_keys.domain.callers import Caller
from checkov_keys.domain.key_use import describe_histories
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.rules.unused_keys import UNUSED_KEYS
from checkov_keys.domain.users import Account, LastUse, NoUse, User

NEVER, NOT_READ = NoUse.NEVER, NoUse.NOT_READ
JOB = Caller("", "lambda.amazonaws.com", "lambda.amazonaws.com")
ODD = Caller("203.0.113.9", "", "203.0.113.9")


def propose(*keys, rule=ONE_ACTIVE_KEY, signing=()):
    """What is proposed about a user with these keys."""
    user = User("1", "u", "u", keys)
    return assess(rule, user, Account("1", "aws", (user,), read_at=NOW, signing_keys=frozenset(signing))).proposal


@pytest.mark.parametrize(
    ("asked", "latest"),
    [
        (key("A", 400, NEVER, asked=False), NEVER),
        (key("A", 400, NEVER), NEVER),
        (key("A", 400, NOT_READ), NOT_READ),
        (key("A", 400, 50), LastUse(days_ago(50), "s3", "eu-west-1")),
        (key("A", 400, 50, call(60)), LastUse(days_ago(50), "s3", "eu-west-1")),
        (key("A", 400, NEVER, own_call(1)), NEVER),
        # Nobody knows when: it may have been just now.
        (key("A", 400, 50, call(None)), LastUse(NOW, "s3", "eu-west-1")),
        (key("A", 400, 50, call(2)), LastUse(days_ago(2), "s3", "eu-west-1")),
        (key("A", 400, NEVER, call(2)), LastUse(days_ago(2), "s3", "eu-west-1")),
        (key("A", 400, NEVER, call(2, is_denied=True)), LastUse(days_ago(2), "s3", "eu-west-1")),
        (key("A", 400, NOT_READ, call(2)), LastUse(days_ago(2), "", "", at_least=True)),
    ],
)
def test_latest_use(asked, latest):
    """It is IAM's, or a later one in event history; if IAM did not answer, the key was used then at least."""
    assert latest == asked.latest_use


@pytest.mark.parametrize(
    ("keys", "off", "sentence"),
    [
        (
            [key("A", 400, 1, asked=False), key("B", 400, NEVER, asked=False)],
            "B",
            "Turn off B: it was never used, A was last used on 2026-11-23 (s3).",
        ),
        (
            [key("A", 400, 1, call(1)), key("B", 400, NEVER)],
            "B",
            (
                "Turn off B: it was never used, A was last used on 2026-11-23 (s3). "
                "Event history: A is used by Terraform, until 2026-11-23; it shows no call of B."
            ),
        ),
        (
            [key("A", 400, 1, call(1)), key("B", 400, NEVER, call(3, caller=JOB))],
            None,
            (
                "Both in use since 2026-11-21: decide by hand. Event history: A is used by Terraform, until "
                "2026-11-23; B is used by lambda.amazonaws.com, until 2026-11-21."
            ),
        ),
        (
            [key("A", 400, 1, call(1)), key("B", 400, 80, call(3, is_denied=True))],
            None,
            (
                "Both in use since 2026-11-21: decide by hand. Event history: A is used by Terraform, until "
                "2026-11-23; B is used by Terraform, until 2026-11-21."
            ),
        ),
        (
            [key("A", 400, 1, call(1)), key("B", 400, 2, service="dynamodb")],
            None,
            (
                "Both in use since 2026-11-22: decide by hand. Event history: A is used by Terraform, until "
                "2026-11-23; B is used where it cannot see (items of DynamoDB are data events)."
            ),
        ),
        (
            [key("A", 400, 1, call(5), service="ec2"), key("B", 400, NEVER, gaps=[("eu-west-1", "AccessDenied")])],
            "B",
            (
                "Turn off B: it was never used, A was last used on 2026-11-23 (ec2). Event history: A is used where it "
                "cannot see, and by Terraform; it shows no call of B. It was not read in full."
            ),
        ),
        (
            [key("A", 400, 1, call(1)), key("B", 400, NOT_READ, call(50))],
            None,
            (
                "Decide by hand: when B was last used is not known. Event history: A is used by Terraform, until "
                "2026-11-23; B is used by Terraform, until 2026-10-05."
            ),
        ),
        (
            [key("A", 400, 1, call(1), call(1, 2, caller=ODD)), key("B", 400, NEVER)],
            "B",
            (
                "Turn off B: it was never used, A was last used on 2026-11-23 (s3). "
                "Event history: A is used by (address left out) and Terraform, until 2026-11-23; it shows no call of B."
            ),
        ),
    ],
)
def test_proposals(keys, off, sentence):
    """A key that was seen lately is not proposed, and the sentence says who uses which, without any address."""
    assert (off, sentence) == propose(*keys)[:2]


@pytest.mark.parametrize(
    ("only", "sentence"),
    [
        (key("A", 400, 200, asked=False), "Decide by hand: A is the user's last active key. If nothing needs it, "),
        (key("A", 400, 200), "Event history: it shows no call of A. Decide by hand: A is the user's last active key."),
    ],
)
def test_the_last_key_of_a_user(only, sentence):
    """What event history says comes before the command."""
    proposal = propose(only, rule=UNUSED_KEYS)
    assert proposal.sentence.startswith(sentence)
    assert proposal.sentence.endswith("turn it off:")


@pytest.mark.parametrize(
    ("seen", "mail", "said"),
    [
        ((), False, ""),
        ((call(2),), True, ""),
        ((call(2),), None, ""),
        ((), True, " The user may send mail over SES: mail over its SMTP interface is not in CloudTrail, so ask."),
        ((), None, " Whether the user may send mail over SES is not known: mail over its SMTP interface is not in"),
    ],
)
def test_mail(seen, mail, said):
    """If a key has no call, it is said that it may send mail, which nobody can see."""
    text = describe_histories([key("A", 400, 1, call(1), mail=mail), key("B", 400, NEVER, *seen, mail=mail)])
    assert ("SES" in text) is bool(said)
    assert said in text


def test_many_callers():
    """Four are named, the others are counted."""
    calls = [call(number, caller=Caller("", "", f"p{number}")) for number in range(1, 8)]
    assert "A is used by p1, p2, p3, p4 and 3 more, until 2026-11-23" in describe_histories([key("A", 400, 1, *calls)])


DAYS = st.integers(0, 89)


@given(st.lists(DAYS, max_size=4), st.sampled_from([NEVER, NOT_READ, 1, 40, 200]), DAYS, st.booleans())
def test_a_key_that_was_seen_lately(calls, used, last, is_denied):
    """Whatever else is known, it is not proposed if it was called within the days that count as in use."""
    seen = [call(day, number, is_denied=is_denied) for number, day in enumerate([*calls, last])]
    proposal = propose(key("A", 400, 1), key("B", 400, used, *seen))
    assert proposal.key != "B" or min([*calls, last]) > 30
    without = propose(key("A", 400, 1), key("B", 400, used))
    assert without.key == "B" or proposal.key is None


def test_an_action_without_a_name():
    """What is not told of a call is said to be not known."""
    seen = key("A", 400, NEVER, call(2, action=LIST._replace(service="", name="", region="")))
    assert seen.latest_use.at == days_ago(2)
