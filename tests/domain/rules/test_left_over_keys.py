"""CKV2_KEYS_7: an inactive key that nobody has used for long, in accounts and in templates; nothing is deleted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judged_users import (
    ACTIVE,
    DAY,
    INACTIVE,
    NEVER,
    NOT_READ,
    NOW,
    ODD,
    SECOND,
    ago,
    context,
    key,
    used,
    used_or_later,
    user,
)

from checkov_keys.domain.rules.left_over_keys import LEFT_OVER_KEYS, LEFT_OVER_KEYS_IN_TEMPLATES
from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.domain.users import LastUse

AHEAD = NOW + 2 * DAY


def off(name="K", created=400, last_use=NEVER, status=INACTIVE, fault=""):
    """A key that is turned off."""
    return key(name, created, last_use, status, fault)


CASES = {
    "no key": ([], Verdict.PASSED, ""),
    "an active key that was never used": ([key()], Verdict.PASSED, ""),
    "used a second less than 90 days ago": ([off(last_use=used(90, -SECOND))], Verdict.PASSED, ""),
    "never used, made a second less than 90 days ago": ([off(created=ago(90, -SECOND))], Verdict.PASSED, ""),
    "young, and nobody asked": ([off(created=89, last_use=NOT_READ)], Verdict.PASSED, ""),
    "used 89 days ago or later": ([off(last_use=used_or_later(89))], Verdict.PASSED, ""),
    "an active key of which nothing is known": ([key(created=None, last_use=NOT_READ)], Verdict.PASSED, ""),
    "used 90 days ago": ([off(last_use=used(90))], Verdict.FAILED, "K"),
    "never used, made 90 days ago": ([off(created=90)], Verdict.FAILED, "K"),
    "never used, made before AWS recorded uses": ([off(created=6000)], Verdict.FAILED, "K"),
    "made at an unknown time, used long ago": ([off(created=None, last_use=used(90))], Verdict.FAILED, "K"),
    "one beside an active one": ([off("A"), key("B")], Verdict.FAILED, "A"),
    "two": ([off("A"), off("B")], Verdict.FAILED, "AB"),
    "one beside one that is not known": ([off("A"), off("B", last_use=NOT_READ)], Verdict.FAILED, "A"),
    "one beside one in the future": ([off("A"), off("B", created=AHEAD)], Verdict.FAILED, "A"),
    "nobody asked": ([off(last_use=NOT_READ)], Verdict.UNKNOWN, "nobody asked when access key K was last used"),
    "AWS did not say": ([off(last_use=NOT_READ, fault="AccessDenied")], Verdict.UNKNOWN, "AccessDenied"),
    "an unknown status": (
        [off(status=ODD)],
        Verdict.UNKNOWN,
        "AWS gives a key a status that this program does not know",
    ),
    "made at an unknown time, never used": (
        [off(created=None)],
        Verdict.UNKNOWN,
        "access key K was never used, and when it was created is not known",
    ),
    "made in the future": ([off(created=AHEAD)], Verdict.UNKNOWN, "AWS gives access key K a date in the future"),
    "used 90 days ago or later": (
        [off(last_use=used_or_later(90))],
        Verdict.UNKNOWN,
        "nobody asked when access key K was last used",
    ),
}


@pytest.mark.parametrize(("keys", "verdict", "said"), CASES.values(), ids=CASES)
def test_cases(keys, verdict, said):
    """A verdict, with the keys that fail, or why one cannot be judged."""
    found = LEFT_OVER_KEYS.judge(user(*keys), context())
    assert (verdict, said) == (found.verdict, "".join(found.keys) if verdict is Verdict.FAILED else found.text)


THRESHOLDS = {
    "no days, made now": (0, 0, Verdict.FAILED),
    "one day": (1, 1, Verdict.FAILED),
    "a century": (36_500, 36_499, Verdict.PASSED),
    "more days than there have been": (1_000_000, 36_500, Verdict.PASSED),
}


@pytest.mark.parametrize(("days", "made", "verdict"), THRESHOLDS.values(), ids=THRESHOLDS)
def test_thresholds(days, made, verdict):
    """The flag counts, however large it is."""
    assert verdict is LEFT_OVER_KEYS.judge(user(off(created=made)), context(left_over_days=days)).verdict


def test_what_is_said():
    """IAM does not tell when a key was turned off, so it was unused for at least so long."""
    found = LEFT_OVER_KEYS.judge(user(off(last_use=used(100))), context())
    assert "K is inactive and left over: on 2026-11-14, it was unused for at least 90 days" == found.summary
    assert found.text.startswith("access key K (created 2025-10-20, 400 days ago; last used 2026-08-16 by s3 in")


def test_a_person_deletes():
    """The command is named for each key, and no key is proposed: what is deleted cannot come back."""
    judged = user(off("A"), off("B"))
    advice = LEFT_OVER_KEYS.advise(judged, context(), LEFT_OVER_KEYS.judge(judged, context()))
    assert advice.key is None
    assert "this tool deletes nothing" in advice.sentence
    assert [f"aws iam delete-access-key --access-key-id {each} --user-name alice" for each in "AB"] == [*advice.steps]


TEMPLATES = {
    "no key": ([], "PASSED", []),
    "an active key": ([ACTIVE], "PASSED", ["PASSED"]),
    "an inactive key": ([INACTIVE], "FAILED", ["FAILED"]),
    "one of each": ([ACTIVE, INACTIVE, ODD], "FAILED", ["PASSED", "FAILED", "UNKNOWN"]),
    "an unknown status": ([ODD], "PASSED", ["UNKNOWN"]),
}


@pytest.mark.parametrize(("statuses", "over_user", "over_keys"), TEMPLATES.values(), ids=TEMPLATES)
def test_templates(statuses, over_user, over_keys):
    """A declared key is judged by its status alone: it has no age yet."""
    rule = LEFT_OVER_KEYS_IN_TEMPLATES
    declared = user(*(key(status=status, created=None, last_use=NOT_READ) for status in statuses))
    assert over_user == rule.judge(declared).value
    assert over_keys == [rule.judge_key(each, rule.judge(declared)).value for each in declared.keys]


MOMENTS = st.builds(
    lambda days, seconds: ago(days, seconds * SECOND), st.sampled_from([-3, 0, 1, 89, 90, 400]), st.integers(-1, 1)
)
USES = st.sampled_from([NEVER, NOT_READ]) | st.builds(
    lambda at, least: LastUse(at, "s3", "x", at_least=least), MOMENTS, st.booleans()
)
KEYS = st.lists(st.tuples(st.sampled_from([ACTIVE, INACTIVE, ODD]), st.none() | MOMENTS, USES), max_size=4)


def is_left_over(each, limit):
    """Tell of a key by itself whether it fails, None if that is not known."""
    at = getattr(each.last_use, "at", None)
    if any(moment is not None and moment > NOW + DAY for moment in (each.created, at)):
        return None
    if each.created is not None and each.created > limit:
        return False
    if at is not None and at > limit:
        return False
    if each.last_use is NOT_READ or (each.last_use is NEVER and each.created is None):
        return None
    return None if at is not None and each.last_use.at_least else True


@given(KEYS, st.sampled_from([0, 1, 90, 36_500]))
def test_against_the_rule_as_it_is_written(described, days):
    """FAILED where an inactive key's last use, or else its creation, is so many times 24 hours ago, or more."""
    keys = [key(f"K{number}", made, last, status) for number, (status, made, last) in enumerate(described)]
    outcomes = [(each, is_left_over(each, NOW - days * DAY)) for each in keys if each.status is not ACTIVE]
    failing = {each.address for each, outcome in outcomes if outcome and each.status is INACTIVE}
    unclear = any(outcome is None or (outcome and each.status is ODD) for each, outcome in outcomes)
    found = LEFT_OVER_KEYS.judge(user(*keys), context(left_over_days=days))
    assert failing == set(found.keys)
    assert ("FAILED" if failing else "UNKNOWN" if unclear else "PASSED") == found.verdict.value
