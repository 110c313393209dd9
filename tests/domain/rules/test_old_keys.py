"""CKV2_KEYS_3: an active key's own age, used or not; and that no key is ever turned off for it."""

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

from checkov_keys.domain.rules.judging import Fact
from checkov_keys.domain.rules.old_keys import OLD_KEYS
from checkov_keys.domain.rules.rule import Verdict

AHEAD = NOW + 2 * DAY
ODD_STATUS = "AWS gives a key a status that this program does not know"

CASES = {
    "no key": ([], Verdict.PASSED, ""),
    "an inactive old key": ([key(status=INACTIVE)], Verdict.PASSED, ""),
    "a second less than 90 days old": ([key(created=ago(90, -SECOND))], Verdict.PASSED, ""),
    "made in a moment, by another clock": ([key(created=NOW + SECOND)], Verdict.PASSED, ""),
    "young, with an unknown status": ([key(created=1, status=ODD)], Verdict.PASSED, ""),
    "an inactive key of an unknown age": ([key(created=None, status=INACTIVE)], Verdict.PASSED, ""),
    "90 days old": ([key(created=90)], Verdict.FAILED, "K"),
    "old and used now": ([key(last_use=used(0))], Verdict.FAILED, "K"),
    "old, and nobody asked when it was used": ([key(last_use=NOT_READ)], Verdict.FAILED, "K"),
    "old, and used then or later": ([key(last_use=used_or_later(3))], Verdict.FAILED, "K"),
    "made before AWS recorded uses": ([key(created=6000)], Verdict.FAILED, "K"),
    "one of two": ([key("A", 1), key("B", 91)], Verdict.FAILED, "B"),
    "several": ([key("A"), key("B"), key("C", 1)], Verdict.FAILED, "AB"),
    "one that is old beside one of an unknown age": ([key("A"), key("B", None)], Verdict.FAILED, "A"),
    "one that is old beside one in the future": ([key("A", AHEAD), key("B")], Verdict.FAILED, "B"),
    "old, with an unknown status": ([key(status=ODD)], Verdict.UNKNOWN, ODD_STATUS),
    "of an unknown age": ([key(created=None)], Verdict.UNKNOWN, "when access key K was created is not known"),
    "made in the future": (
        [key(created=AHEAD)],
        Verdict.UNKNOWN,
        "AWS says that access key K was created on 2026-11-26",
    ),
}


@pytest.mark.parametrize(("keys", "verdict", "said"), CASES.values(), ids=CASES)
def test_cases(keys, verdict, said):
    """A verdict, with the keys that fail, or why one cannot be judged."""
    found = OLD_KEYS.judge(user(*keys), context())
    assert (verdict, said) == (found.verdict, "".join(found.keys) if verdict is Verdict.FAILED else found.text)


THRESHOLDS = {
    "no days, made now": (0, 0, Verdict.FAILED),
    "one day": (1, 1, Verdict.FAILED),
    "a century": (36_500, 36_499, Verdict.PASSED),
    "a century, made a century ago": (36_500, 36_500, Verdict.FAILED),
    "more days than there have been": (1_000_000, 36_500, Verdict.PASSED),
}


@pytest.mark.parametrize(("days", "made", "verdict"), THRESHOLDS.values(), ids=THRESHOLDS)
def test_thresholds(days, made, verdict):
    """The flag counts, however large it is."""
    assert verdict is OLD_KEYS.judge(user(key(created=made)), context(max_age_days=days)).verdict


def test_what_is_said():
    """The key, its age, its last use, and the day by which it was to be replaced."""
    found = OLD_KEYS.judge(user(key(created=100, last_use=used(1))), context())
    assert found.text == (
        "access key K (created 2026-08-16, 100 days ago; last used 2026-11-23 by s3 in eu-west-1) is active and was to "
        "be rotated by 2026-11-14, after 90 days"
    )
    assert "K is active and was to be rotated by 2026-11-14, after 90 days" == found.summary


ADVICE = {
    "a key by itself": (
        [key()],
        "Rotate K: make a new key, move what uses the old one to it, and turn the old one off only then.",
        "aws iam create-access-key --user-name alice",
    ),
    "no room for a new one": (
        [key(), key("B", 1)],
        "Rotate K. The user has no room for a new key: first remove the one that is not needed.",
        "aws iam get-access-key-last-used --access-key-id K",
    ),
    "an inactive key takes room too": (
        [key(), key("OFF", status=INACTIVE)],
        "Rotate K. The user has no room for a new key: first remove the one that is not needed.",
        "aws iam get-access-key-last-used --access-key-id K",
    ),
}


@pytest.mark.parametrize(("keys", "sentence", "step"), ADVICE.values(), ids=ADVICE)
def test_no_key_is_turned_off_for_its_age(keys, sentence, step):
    """It says how to rotate, and no step turns anything off."""
    judged = user(*keys)
    advice = OLD_KEYS.advise(judged, context(), OLD_KEYS.judge(judged, context()))
    assert (None, sentence, step) == (advice.key, advice.sentence, advice.steps[0])
    assert not any("update-access-key" in each or "delete" in each for each in advice.steps)


def test_it_needs_no_call_of_its_own():
    """A last use does not matter for an age, and nobody is asked for it."""
    assert not OLD_KEYS.needs & set(Fact)


MADE = st.none() | st.builds(
    lambda days, seconds: ago(days, seconds * SECOND), st.sampled_from([-3, 0, 1, 89, 90, 91]), st.integers(-1, 1)
)
KEYS = st.lists(st.tuples(st.sampled_from([ACTIVE, INACTIVE, ODD]), MADE), max_size=4)


@given(KEYS, st.sampled_from([0, 1, 90, 36_500]))
def test_against_the_rule_as_it_is_written(described, days):
    """FAILED where an active key's date is so many times 24 hours ago, or more; a date in the future is no date."""
    keys = [key(f"K{number}", made, NEVER, status) for number, (status, made) in enumerate(described)]
    known = [each for each in keys if each.created is not None and each.created <= NOW + DAY]
    due = {each.address: each.status for each in known if each.created <= NOW - days * DAY}
    failing = {name for name, status in due.items() if status is ACTIVE}
    unclear = any(each.status is not INACTIVE and each not in known for each in keys) or ODD in due.values()
    found = OLD_KEYS.judge(user(*keys), context(max_age_days=days))
    assert failing == set(found.keys)
    assert ("FAILED" if failing else "UNKNOWN" if unclear else "PASSED") == found.verdict.value
