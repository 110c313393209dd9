"""CKV2_KEYS_2: to the second, whatever AWS answers; and what is proposed, which is never a key that may be in use."""

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

from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.domain.rules.unused_keys import UNUSED_KEYS
from checkov_keys.domain.users import LastUse

AHEAD = NOW + 2 * DAY

SILENT = {
    "no key": [],
    "an inactive key that was never used": [key(status=INACTIVE)],
    "used a second less than 45 days ago": [key(last_use=used(45, -SECOND))],
    "never used, made a second less than 45 days ago": [key(created=ago(45, -SECOND))],
    "younger than 45 days, and nobody asked": [key(created=44, last_use=NOT_READ)],
    "younger than 45 days, and AWS did not say": [key(created=44, last_use=NOT_READ, fault="AccessDenied")],
    "younger than 45 days, with an unknown status": [key(created=44, status=ODD)],
    "used yesterday or later": [key(last_use=used_or_later(1))],
    "used within the skew of clocks": [key(last_use=LastUse(NOW + SECOND, "s3", "x"))],
    "made at an unknown time, used yesterday": [key(created=None, last_use=used(1))],
    "two that are in use": [key("A", last_use=used(1)), key("B", last_use=used(44))],
}
FAILING = {
    "used 45 days ago": ([key(last_use=used(45))], "K"),
    "used long ago": ([key(last_use=used(399))], "K"),
    "never used, made 45 days ago": ([key(created=45)], "K"),
    "never used, made before AWS recorded uses": ([key(created=6000)], "K"),
    "made at an unknown time, used long ago": ([key(created=None, last_use=used(46))], "K"),
    "one of two": ([key("A", last_use=used(1)), key("B")], "B"),
    "two of three": ([key("A"), key("B", last_use=used(1)), key("C")], "AC"),
    "one that fails beside one that is not known": ([key("A"), key("B", last_use=NOT_READ)], "A"),
    "one that fails beside one with an unknown status": ([key("A"), key("B", status=ODD)], "A"),
    "one that fails beside one in the future": ([key("A"), key("B", created=AHEAD)], "A"),
}
UNKNOWN = {
    "nobody asked": ([key(last_use=NOT_READ)], "nobody asked when access key K was last used"),
    "AWS did not say": ([key(last_use=NOT_READ, fault="AccessDenied")], "AccessDenied"),
    "used 45 days ago or later": ([key(last_use=used_or_later(45))], "nobody asked when access key K was last used"),
    "an unknown status, and unused": ([key(status=ODD)], "AWS gives a key a status that this program does not know"),
    "made at an unknown time, never used": (
        [key(created=None)],
        "access key K was never used, and when it was created is not known",
    ),
    "made in the future": ([key(created=AHEAD)], "AWS gives access key K a date in the future"),
    "used in the future": (
        [key(last_use=LastUse(AHEAD, "s3", "x"))],
        "AWS gives access key K a date in the future",
    ),
    "the same reason twice, which is said once": (
        [key("A", status=ODD), key("B", status=ODD)],
        "AWS gives a key a status that this program does not know",
    ),
}


@pytest.mark.parametrize("keys", SILENT.values(), ids=SILENT)
def test_silent(keys):
    """The user passes, and nothing is said."""
    assert (Verdict.PASSED, (), "", "") == UNUSED_KEYS.judge(user(*keys), context())


@pytest.mark.parametrize(("keys", "failing"), FAILING.values(), ids=FAILING)
def test_failing(keys, failing):
    """The keys that are unused are named, whatever is not known of the others."""
    found = UNUSED_KEYS.judge(user(*keys), context())
    assert (Verdict.FAILED, tuple(failing)) == (found.verdict, found.keys)


@pytest.mark.parametrize(("keys", "reason"), UNKNOWN.values(), ids=UNKNOWN)
def test_unknown(keys, reason):
    """What is not known is neither a pass nor a finding, and the reason is said."""
    assert (Verdict.UNKNOWN, (), reason, "") == UNUSED_KEYS.judge(user(*keys), context())


THRESHOLDS = {
    "no days, made now": (0, key(created=0), Verdict.FAILED),
    "no days, used now": (0, key(last_use=used(0)), Verdict.FAILED),
    "no days, made in a moment": (0, key(created=NOW + SECOND), Verdict.PASSED),
    "one day, used a second less ago": (1, key(last_use=used(1, -SECOND)), Verdict.PASSED),
    "one day, used a day ago": (1, key(last_use=used(1)), Verdict.FAILED),
    "a century, never used": (36_500, key(created=36_499), Verdict.PASSED),
    "a century, made a century ago": (36_500, key(created=36_500), Verdict.FAILED),
    "more days than there have been": (1_000_000, key(created=36_500), Verdict.PASSED),
}


@pytest.mark.parametrize(("days", "tested", "verdict"), THRESHOLDS.values(), ids=THRESHOLDS)
def test_thresholds(days, tested, verdict):
    """So many times 24 hours, and not a second less."""
    assert verdict is UNUSED_KEYS.judge(user(tested), context(unused_days=days)).verdict


def test_what_is_said():
    """The key, its age, its last use, and the day on which the threshold passed."""
    found = UNUSED_KEYS.judge(user(key("A", last_use=used(50)), key("B", created=45)), context())
    assert found.text == (
        "access key A (created 2025-10-20, 400 days ago; last used 2026-10-05 by s3 in eu-west-1) is active and "
        "unused: 45 days were over on 2026-11-19; access key B (created 2026-10-10, 45 days ago; never used) is active "
        "and unused: 45 days were over on 2026-11-24"
    )
    assert found.summary.startswith("A is active and unused: 45 days were over on 2026-11-19; B is")


IN_USE = key("IN-USE", last_use=used(1))
PROPOSALS = {
    "an unused one beside one in use": ([key(), IN_USE], {}, "K"),
    "the older of two": ([key("OLD", 400), key("NEW", 300)], {}, "OLD"),
    "the last active key": ([key()], {}, None),
    "the last active key beside an inactive one": ([key(), key("OFF", status=INACTIVE)], {}, None),
    "a key that signs": ([key(), IN_USE], {"signing": ["K"]}, None),
    "the other one if one signs": ([key(), key("B")], {"signing": ["K"]}, "B"),
    "a key younger than the days in use": ([key(created=20), IN_USE], {"unused_days": 10}, None),
    "a key that is not unused, though it may be turned off": (
        [key(last_use=used(40)), key("YOUNG", created=5, last_use=used(1))],
        {},
        None,
    ),
    "beside one whose last use is not known": ([key(), key("B", last_use=NOT_READ)], {}, None),
    "beside a young one whose last use is not known": ([key(), key("B", created=1, last_use=NOT_READ)], {}, None),
    "beside one that is in use or later": ([key(), key("B", last_use=used_or_later(1))], {}, "K"),
}


@pytest.mark.parametrize(("keys", "facts", "proposed"), PROPOSALS.values(), ids=PROPOSALS)
def test_what_is_proposed(keys, facts, proposed):
    """Only an unused key that is safe to turn off, and never the last one."""
    judged, where = user(*keys), context(**facts)
    judgement = UNUSED_KEYS.judge(judged, where)
    if judgement.verdict is Verdict.FAILED:
        assert proposed == UNUSED_KEYS.advise(judged, where, judgement).key
    else:
        assert proposed is None


def test_the_last_active_key_is_decided_by_hand():
    """The command is there for a person to run, unless the key signs the calls."""
    one = user(key())
    judgement = UNUSED_KEYS.judge(one, context())
    advice = UNUSED_KEYS.advise(one, context(), judgement)
    assert ("aws iam update-access-key --access-key-id K --status Inactive --user-name alice",) == advice.steps
    signing = UNUSED_KEYS.advise(one, context(signing=["K"]), judgement)
    assert (None, "Decide by hand: K signs these calls, or may.", ()) == signing


# Days around the thresholds, and a second before and after; some are in the future.
MOMENTS = st.builds(
    lambda days, seconds: ago(days, seconds * SECOND),
    st.sampled_from([-3, 0, 1, 29, 30, 31, 44, 45, 46, 400]),
    st.integers(-1, 1),
)
USES = st.one_of(
    st.sampled_from([NEVER, NOT_READ]),
    st.builds(lambda at, least: LastUse(at, "s3", "x", at_least=least), MOMENTS, st.booleans()),
)
KEYS = st.lists(st.tuples(st.sampled_from([ACTIVE, INACTIVE, ODD]), st.none() | MOMENTS, USES), max_size=4)
DAYS = st.sampled_from([0, 1, 30, 45, 46, 36_500])


def restate(keys, days):
    """The rule as it is written, key by key: fails, not known, or neither."""
    limit, outcomes = NOW - days * DAY, {"fails": set(), "not known": set()}
    for each in keys:
        moments = [each.created, getattr(each.last_use, "at", None)]
        if each.status is INACTIVE:
            continue
        if any(moment is not None and moment > NOW + DAY for moment in moments):
            outcome = "not known"
        elif each.created is not None and each.created > limit:
            continue
        elif each.last_use is NOT_READ:
            outcome = "not known"
        elif each.last_use is NEVER:
            outcome = "not known" if each.created is None else "fails"
        elif each.last_use.at > limit:
            continue
        else:
            outcome = "not known" if each.last_use.at_least else "fails"
        outcomes["not known" if each.status is ODD else outcome].add(each.address)
    return outcomes


@given(KEYS, DAYS)
def test_against_the_rule_as_it_is_written(described, days):
    """Whatever the keys are, the verdict is that of the rule read aloud."""
    keys = [key(f"K{number}", made, last, status) for number, (status, made, last) in enumerate(described)]
    outcomes = restate(keys, days)
    found = UNUSED_KEYS.judge(user(*keys), context(unused_days=days))
    assert outcomes["fails"] == set(found.keys)
    expected = "FAILED" if outcomes["fails"] else "UNKNOWN" if outcomes["not known"] else "PASSED"
    assert expected == found.verdict.value
    assert bool(found.text) is (expected != "PASSED")


@given(KEYS, DAYS, DAYS, st.sets(st.sampled_from(["K0", "K1", "K2"])))
def test_no_proposal_is_unsafe(described, days, in_use_days, signing):
    """Never the last active key, one that signs, a young one, one in use, or any if a last use is not known."""
    keys = [key(f"K{number}", made, last, status) for number, (status, made, last) in enumerate(described)]
    judged, where = user(*keys), context(signing, in_use_days, unused_days=days)
    judgement = UNUSED_KEYS.judge(judged, where)
    if judgement.verdict is not Verdict.FAILED:
        return
    advice, recent = UNUSED_KEYS.advise(judged, where, judgement), NOW - in_use_days * DAY
    active = [each for each in keys if each.status is ACTIVE]
    if advice.key is None:
        assert "ecide by hand" in advice.sentence
        return
    (proposed,) = [each for each in active if each.address == advice.key]
    assert len(active) > 1
    assert advice.key in set(judgement.keys) - signing
    assert proposed.created is None or proposed.created <= recent
    assert proposed.last_use is NEVER or (not proposed.last_use.at_least and proposed.last_use.at < recent)
    assert NOT_READ not in [each.last_use for each in active]
