"""Who is exempted, until when, and what is said about it."""

from datetime import date

import pytest

from checkov_keys.domain.exemptions import (
    Exemption,
    Ruling,
    TagReading,
    exemption_sentence,
    expiry_sentence,
    idle_exemptions,
    idle_sentence,
    read_skip_tag,
    rule_on,
)
from checkov_keys.domain.rules.one_active_key import judge_user
from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.domain.users import AccessKey, KeyStatus, User

A, OFF, U = KeyStatus.ACTIVE, KeyStatus.INACTIVE, KeyStatus.UNKNOWN
PASSED, FAILED, SKIPPED, UNKNOWN = Verdict.PASSED, Verdict.FAILED, Verdict.SKIPPED, Verdict.UNKNOWN
ARN = "arn:aws:iam::111122223333:user/ops"
TODAY = date(2026, 6, 15)
FOR_EVER = Exemption("arn:aws:iam::*:user/ops", "two sites", "platform")
UNTIL_TODAY = Exemption(ARN, "move to roles", "platform", TODAY)
UNTIL_YESTERDAY = Exemption(ARN, "old reason", "", date(2026, 6, 14))
LONG_EXPIRED = Exemption("arn:*:iam::*:*", "older reason", "ann", date(2020, 1, 2))
OTHERS = Exemption("arn:aws:iam::111122223333:user/other", "not ours")
OLD_NOTE = f"exemption of {ARN} expired on 2026-06-14: old reason"
OLDER_NOTE = "exemption of arn:*:iam::*:* expired on 2020-01-02: older reason (owner: ann)"
NO_REASON = "the user's tag checkov:skip gives no reason for CKV2_KEYS_1"


def user_with(statuses, tag=None):
    return User("111122223333", "ops", ARN, tuple(AccessKey(str(n), s) for n, s in enumerate(statuses)), skip_tag=tag)


def _rule_on(user, exemptions):
    return rule_on(judge_user(user), "CKV2_KEYS_1", user, exemptions, TODAY)


@pytest.mark.parametrize(
    ("verdict", "note", "exemptions", "tag"),
    [
        (FAILED, "", [], None),
        (FAILED, "", [OTHERS], None),
        (SKIPPED, "exempted by platform without expiry: two sites", [FOR_EVER], None),
        (SKIPPED, "exempted by platform until 2026-06-15: move to roles", [UNTIL_TODAY], None),
        # The first that holds.
        (SKIPPED, "exempted by platform until 2026-06-15: move to roles", [OTHERS, UNTIL_TODAY, FOR_EVER], None),
        (SKIPPED, "exempted by platform without expiry: two sites", [UNTIL_YESTERDAY, FOR_EVER, UNTIL_TODAY], None),
        (FAILED, OLD_NOTE, [UNTIL_YESTERDAY], None),
        (FAILED, f"{OLD_NOTE}; {OLDER_NOTE}", [UNTIL_YESTERDAY, OTHERS, LONG_EXPIRED], None),
        # The tag.
        (SKIPPED, "exempted by the user's tag checkov:skip: legacy", [], "CKV2_KEYS_1: legacy"),
        (SKIPPED, "exempted by the user's tag checkov:skip: legacy", [UNTIL_YESTERDAY], "CKV2_KEYS_1: legacy"),
        (SKIPPED, "exempted by platform without expiry: two sites", [FOR_EVER], "CKV2_KEYS_1: legacy"),
        (FAILED, "", [], "CKV_AWS_273: legacy"),
        (FAILED, NO_REASON, [], "CKV2_KEYS_1"),
        (FAILED, f"{OLD_NOTE}; {NO_REASON}", [UNTIL_YESTERDAY], "CKV2_KEYS_1:"),
    ],
)
def test_a_user_that_would_fail(verdict, note, exemptions, tag):
    """An exemption that holds skips the user; one that has expired does not, and says so."""
    assert Ruling(verdict, note) == _rule_on(user_with([A, A], tag), exemptions)


@pytest.mark.parametrize(("verdict", "statuses"), [(PASSED, []), (PASSED, [A, OFF]), (UNKNOWN, [A, U])])
@pytest.mark.parametrize("exemptions", [[], [FOR_EVER], [UNTIL_YESTERDAY]])
@pytest.mark.parametrize("tag", [None, "CKV2_KEYS_1: legacy", "nonsense"])
def test_a_user_that_would_not_fail(verdict, statuses, exemptions, tag):
    """Nobody is exempted from what he does not violate, and what is unknown stays so."""
    assert Ruling(verdict) == _rule_on(user_with(statuses, tag), exemptions)


@pytest.mark.parametrize(
    ("expected", "expires"),
    [(False, None), (False, date(2026, 6, 16)), (False, TODAY), (True, date(2026, 6, 14)), (True, date.min)],
)
def test_the_last_day_belongs_to_an_exemption(expected, expires):
    """It holds up to the end of the day that it names."""
    assert expected is Exemption(ARN, "r", expires=expires).has_expired(TODAY)


@pytest.mark.parametrize(
    ("expected", "owner", "expires"),
    [
        ("exempted without expiry: r", "", None),
        ("exempted by ann without expiry: r", "ann", None),
        ("exempted until 2026-06-15: r", "", TODAY),
        ("exempted by ann until 2026-06-15: r", "ann", TODAY),
    ],
)
def test_the_sentence_of_an_exemption(expected, owner, expires):
    """It names the owner and the last day, where there are any."""
    assert expected == exemption_sentence(Exemption(ARN, "r", owner, expires))


@pytest.mark.parametrize("sentence", [exemption_sentence, expiry_sentence, idle_sentence])
def test_a_sentence_is_one_line(sentence):
    """Whatever the texts hold: a terminal prints it."""
    said = sentence(Exemption("arn:\x1b[1m:\n", "a\r\nb\u2028c\x1b[2J", "o\tp\x00", TODAY))
    assert said.isprintable()


@pytest.mark.parametrize(
    ("reason", "fault", "value"),
    [
        ("", "", None),
        ("legacy", "", "CKV2_KEYS_1: legacy"),
        ("legacy", "", "  CKV2_KEYS_1  :legacy  "),
        ("see https://example.com/a: b", "", "CKV2_KEYS_1: see https://example.com/a: b"),
        ("a b", "", "CKV2_KEYS_1: a\n\u2028b"),
        # Several rules.
        ("ours", "", "CKV_AWS_273: theirs / CKV2_KEYS_1: ours"),
        ("ours", "", "CKV2_KEYS_1: ours / CKV_AWS_273: theirs"),
        ("ours", "", "CKV_AWS_273 / CKV2_KEYS_1: ours / CKV2_KEYS_12: theirs"),
        ("ours", "", "CKV2_KEYS_1: / CKV2_KEYS_1: ours"),
        ("build / release", "", "CKV2_KEYS_1: build / release"),
        ("a/CKV2_KEYS_2: b", "", "CKV2_KEYS_1: a/CKV2_KEYS_2: b"),
        # Other rules.
        ("", "", "CKV_AWS_273: theirs"),
        ("", "", "CKV_AWS_273"),
        ("", "", "CKV2_KEYS_12: theirs"),
        ("", "", "CKV_AWS_273: instead of CKV2_KEYS_1: no"),
        # No reason.
        ("", NO_REASON, "CKV2_KEYS_1"),
        ("", NO_REASON, "CKV2_KEYS_1:"),
        ("", NO_REASON, "CKV2_KEYS_1: \n "),
        ("", NO_REASON, "CKV2_KEYS_1 / CKV_AWS_273: theirs"),
        # No rule.
        *(
            ("", f"the user's tag checkov:skip is not in the form 'CKV2_KEYS_1: reason': '{shown}'", value)
            for shown, value in [
                ("", ""),
                ("true", "true"),
                ("ckv2_keys_1: legacy", "ckv2_keys_1: legacy"),
                ("CKV2_KEYS_1 legacy", "CKV2_KEYS_1 legacy"),
                ("CKV2_KEYS_1=legacy", "CKV2_KEYS_1=legacy"),
                (": legacy", ": legacy"),
                ("legacy / CKV2_KEYS_1: ours", "legacy / CKV2_KEYS_1: ours"),
                ("", "\x1b[2J"),
            ]
        ),
    ],
)
def test_what_a_tag_says(reason, fault, value):
    """A reason for this rule exempts; no reason and no rule are faults; other rules are none of our business."""
    assert TagReading(reason, fault) == read_skip_tag(value, "CKV2_KEYS_1")


@pytest.mark.parametrize(
    ("expected", "exemptions", "arns"),
    [
        ([], [], [ARN]),
        ([OTHERS], [FOR_EVER, OTHERS], [ARN]),
        ([OTHERS], [OTHERS, UNTIL_YESTERDAY], ["arn:aws:iam::111122223333:user/x", ARN]),
        ([], [OTHERS, FOR_EVER], [ARN, "arn:aws:iam::111122223333:user/Other"]),
        ([FOR_EVER, OTHERS], [FOR_EVER, OTHERS], []),
    ],
)
def test_exemptions_that_mean_nobody(expected, exemptions, arns):
    """In the order of the file, expired or not."""
    assert tuple(expected) == idle_exemptions(exemptions, arns)


def test_what_is_said_of_an_exemption_that_means_nobody():
    """It is named, with what to do."""
    assert (
        "exemption of arn:aws:iam::111122223333:user/other matches no user: correct its arn or remove it"
        == idle_sentence(OTHERS)
    )


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [
        ({"CKV2_KEYS_2"}, Verdict.FAILED),
        ({"CKV2_KEYS_1"}, Verdict.SKIPPED),
        ({"CKV2_KEYS_2", "CKV2_KEYS_1"}, Verdict.SKIPPED),
        (None, Verdict.SKIPPED),
    ],
    ids=["another rule", "this rule", "both", "no rule"],
)
def test_the_rules_of_an_entry(rules, verdict):
    """An entry exempts from the rules that it names, and from the first one if it names none."""
    entry = Exemption("arn:*:iam::*:*", "why", **({} if rules is None else {"rules": frozenset(rules)}))
    assert verdict is _rule_on(user_with([A, A], None), [entry]).verdict
    other = rule_on(Verdict.FAILED, "CKV2_KEYS_3", user_with([A], None), [entry], TODAY)
    assert Verdict.FAILED is other.verdict
