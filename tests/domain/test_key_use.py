"""Whether a key is still used: calls that were seen, beside what AWS says of its last use."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkov_keys.domain.callers import Caller
from checkov_keys.domain.key_use import Sight, explain_use
from checkov_keys.domain.usage import Action, Call, CallGroups, UsageTally
from checkov_keys.domain.users import AccessKey, KeyStatus, LastUse, NoUse

NOW = datetime(2026, 11, 29, 12, tzinfo=timezone.utc)
SINCE = NOW - timedelta(days=90)
END = datetime.max.replace(tzinfo=timezone.utc)
START = datetime.min.replace(tzinfo=timezone.utc)
SEEN, USED_UNSEEN, NOT_SEEN = Sight.SEEN, Sight.USED_UNSEEN, Sight.NOT_SEEN


def use(*times, own=(), denied=False):
    """The usage of a key with calls at these times, None for one without a time; `own` are those of this program."""
    groups = CallGroups()
    for family, moments in (("AWS CLI v2", times), ("checkov-keys", own)):
        action = Action("iam.amazonaws.com", "ListUsers", "us-east-1") if moments is own else Action("", "", "")
        for number, at in enumerate(moments):
            groups.add(Call("K", f"{family}{number}", at, Caller("", "", family), "", action, denied))
    tally = UsageTally(["K"])
    tally.add(groups)
    (usage,) = tally.sum_up()
    return usage


def key(last_use, service="ec2"):
    told = LastUse(last_use, service, "eu-west-1") if isinstance(last_use, datetime) else last_use
    return AccessKey("K", KeyStatus.ACTIVE, None, told)


def ago(**span):
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("sight", "said", "given_key", "usage"),
    [
        (NOT_SEEN, "No call seen, and AWS tells of no use.", key(NoUse.NEVER), use()),
        (NOT_SEEN, "not known", key(NoUse.NOT_READ), use()),
        (NOT_SEEN, "not known", None, use()),
        (NOT_SEEN, "2026-06-02 (ec2, eu-west-1), which is before event history begins", key(ago(days=180)), use()),
        (SEEN, "Seen until 2026-11-28.", key(ago(days=1)), use(ago(days=1))),
        (SEEN, "Seen until 2026-11-28.", key(ago(days=1, minutes=-59)), use(ago(days=1))),
        (SEEN, "Seen until 2026-11-28.", key(ago(days=30)), use(ago(days=1))),
        (SEEN, "Seen until 2026-11-28.", key(NoUse.NEVER), use(ago(days=1))),
        (SEEN, "Seen until 2026-11-28.", None, use(ago(days=1))),
        (SEEN, "Seen until 2026-11-28.", key(ago(days=1)), use(ago(days=1), denied=True)),
        (USED_UNSEEN, "2026-11-28 (ec2, eu-west-1), and no call was seen.", key(ago(days=1)), use()),
        (USED_UNSEEN, "later than any call seen.", key(ago(days=1)), use(ago(days=2))),
        (USED_UNSEEN, "objects of S3 are data events", key(ago(days=1), "s3"), use(ago(days=2))),
        (USED_UNSEEN, "on 2026-11-28, and", key(ago(days=1), ""), use()),
        # Calls at odd times.
        (SEEN, "Seen, but when is not known.", None, use(None)),
        (SEEN, "Seen, but when is not known.", key(ago(days=1)), use(None)),
        (SEEN, "Seen, but when is not known.", key(NoUse.NEVER), use(None, denied=True)),
        (SEEN, "Seen until 2026-11-28.", key(ago(days=1)), use(None, ago(days=1))),
        (SEEN, "Seen until 9999-12-31.", key(ago(days=1)), use(END)),
        (SEEN, "Seen until ", None, use(START)),
        (SEEN, "Seen until 2026-01-03.", key(ago(days=180)), use(ago(days=330))),
        # Calls of this program.
        (NOT_SEEN, "No call seen but those of checkov-keys itself, and", key(NoUse.NEVER), use(own=[ago(days=1)])),
        (NOT_SEEN, "which may be those", key(ago(days=1), "iam"), use(own=[ago(days=1)])),
        (NOT_SEEN, "which may be those", key(ago(days=1), "iam"), use(own=[ago(days=2), ago(hours=1)])),
        (SEEN, "Seen until 2026-11-27.", key(ago(days=1), "iam"), use(ago(days=2), own=[ago(days=1)])),
        (USED_UNSEEN, "Used where", key(ago(days=1), "s3"), use(own=[ago(days=1)])),
        (USED_UNSEEN, "Used where", key(ago(days=1), "dynamodb"), use(own=[ago(days=2), ago(hours=1)])),
        (USED_UNSEEN, "Used where", key(ago(hours=1), "iam"), use(own=[ago(days=1)])),
        (USED_UNSEEN, "Used where", key(ago(days=3), "iam"), use(own=[ago(days=2)])),
        # What others wrote.
        (USED_UNSEEN, "(red, eu-west-1)", key(ago(days=1), "\x1b[31mred\n"), use()),
    ],
)
def test_what_is_said(sight, said, given_key, usage):
    """A key is seen, used where nobody can see, or not seen, which is never called unused."""
    found = explain_use(given_key, usage, SINCE, "event history")
    assert sight is found.sight
    assert said in found.sentence
    assert "unused" not in found.sentence.lower()


@pytest.mark.parametrize(("said", "has_gaps"), [("or in what was not read", True), ("cannot see: AWS", False)])
def test_what_was_not_read_may_hold_it(said, has_gaps):
    """A use that was not seen may be in a region that was not read."""
    assert said in explain_use(key(ago(days=1)), use(), SINCE, "event history", has_gaps=has_gaps).sentence


@pytest.mark.parametrize(
    ("said", "given_key", "usage"),
    [
        ("No call seen in what was read, and AWS tells of no use.", key(NoUse.NEVER), use()),
        ("No call seen in what was read; when AWS", None, use()),
        ("No call seen in what was read; AWS tells of a use on 2026-06-02", key(ago(days=180)), use()),
        ("No call seen but those of checkov-keys itself in what was read; AWS", key(NOW, "iam"), use(own=[NOW])),
        ("Seen until 2026-11-28.", key(ago(days=1)), use(ago(days=1))),
    ],
)
def test_what_is_not_seen_is_so_in_what_was_read(said, given_key, usage):
    """If something was not read, nothing is said about it."""
    assert said in explain_use(given_key, usage, SINCE, "event history", has_gaps=True).sentence


def test_a_source_without_a_beginning():
    """A use of any time should be in it."""
    assert USED_UNSEEN is explain_use(key(ago(days=3000)), use(), None, "the trail").sight


@given(
    st.lists(st.one_of(st.none(), st.datetimes(timezones=st.just(timezone.utc))), min_size=1, max_size=4),
    st.one_of(
        st.none(), st.sampled_from([key(NoUse.NEVER), key(NoUse.NOT_READ), key(ago(days=1)), key(ago(days=900))])
    ),
    st.booleans(),
)
def test_a_call_is_never_none(times, given_key, denied):
    """A key with a call, at whatever time, is never said to have none."""
    found = explain_use(given_key, use(*times, denied=denied), SINCE, "event history")
    assert found.sight is not NOT_SEEN
    assert "No call" not in found.sentence
