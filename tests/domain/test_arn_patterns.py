"""Which ARN a pattern means."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkov_keys.domain.arn_patterns import is_arn_pattern, matches_arn

OPS = "arn:aws:iam::111122223333:user/team/Ops"


@pytest.mark.parametrize(
    ("expected", "pattern", "arn"),
    [
        (True, OPS, OPS),
        (True, "arn:aws:iam::*:user/*", OPS),
        (True, "arn:aws:iam::1111????3333:user/team/O?s", OPS),
        (True, "arn:*:*:*:*:*", OPS),
        (True, "arn:aws:iam::111122223333:**Ops**", OPS),
        # A wildcard reaches across slashes.
        (True, "arn:aws:iam::111122223333:user/*s", OPS),
        (True, "arn:aws:iam::111122223333:user?team?Ops", OPS),
        (True, "arn:aws:iam::111122223333:user/*/a*b*c", "arn:aws:iam::111122223333:user/a/b/c/abxbc"),
        (False, "arn:aws:iam::111122223333:user/*/a*b*c", "arn:aws:iam::111122223333:user/a/b/c/abxbcx"),
        (False, "arn:aws:iam::111122223333:user/?", "arn:aws:iam::111122223333:user/"),
        (False, "arn:aws:iam::111122223333:user/team/Op", OPS),
        (False, "arn:aws:iam::111122223333:user/team/Ops?", OPS),
        (False, "arn:aws:iam::111122223333:user/Ops", OPS),
        (False, "arn:aws:iam::444455556666:user/team/Ops", OPS),
        (False, "arn:aws-cn:iam::*:user/*", OPS),
        # Names are not told apart by case, everything else is.
        (True, "arn:aws:iam::111122223333:user/team/oPS", OPS),
        (True, "arn:aws:iam::111122223333:user/*OPS", OPS),
        (True, "arn:aws:iam::111122223333:*M/OPS", "arn:aws:iam::111122223333:user/teaM/Ops"),
        (False, "arn:aws:iam::111122223333:user/Team/Ops", OPS),
        (False, "arn:aws:iam::111122223333:user/TEAM*", OPS),
        (True, "arn:aws:iam::111122223333:user/TEAM*", "arn:aws:iam::111122223333:user/team-x"),
        (False, "ARN:aws:iam::111122223333:user/team/Ops", OPS),
        (False, "arn:aws:IAM::111122223333:user/team/Ops", OPS),
        # A path may hold colons: no wildcard takes the end of an account for the middle of a path.
        (False, "arn:aws:iam::*:user/Ops", "arn:aws:iam::444455556666:user/x:user/Ops"),
        (True, "arn:aws:iam::*:user/x:user/Ops", "arn:aws:iam::444455556666:user/x:user/Ops"),
        # What means something in a regular expression or in fnmatch is itself.
        (True, "arn:aws:iam::1:user/a.b+c=d@e", "arn:aws:iam::1:user/a.b+c=d@e"),
        (False, "arn:aws:iam::1:user/a.b", "arn:aws:iam::1:user/axb"),
        (False, "arn:aws:iam::1:user/[ab]", "arn:aws:iam::1:user/a"),
        (True, "arn:aws:iam::1:user/[ab]/u", "arn:aws:iam::1:user/[ab]/u"),
        (True, "arn:aws:iam::1:user/" + "*1" * 200, "arn:aws:iam::1:user/" + "21" * 200),
        (False, "arn:aws:iam::1:user/" + "*1" * 200, "arn:aws:iam::1:user/" + "21" * 199),
        (True, "arn:a*w*s:*i*a*m*::*1*2*:*/*O*P*s", "arn:aws:iam::112:user/x/Ops"),
        # No ARN, no match.
        (False, "*", OPS),
        (False, "", OPS),
        (False, "user/*", OPS),
        (False, "arn:*", OPS),
        (False, "arn:*:*:*:*:*", "aws_iam_user.ops"),
        (False, "arn:*:*:*:*:*", ""),
    ],
)
def test_matching(expected, pattern, arn):
    """Part by part, wildcards within a part, case but for the name."""
    assert expected is matches_arn(pattern, arn)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (True, OPS),
        (True, "arn:*:*:*:*:*"),
        (True, "arn:aws:iam::1:user/x:y"),
        (False, "arn:aws:iam::1:"),
        (False, "arn:aws:iam::1"),
        (False, "*:aws:iam::1:user/x"),
        (False, "*"),
        (False, "ops"),
        (False, ""),
    ],
)
def test_what_a_pattern_is(expected, text):
    """Six parts, the first of which is arn."""
    assert expected is is_arn_pattern(text)


@pytest.mark.parametrize("pattern", ["*a" * 20 + "*b", "*a?" * 20 + "*b", "*A" * 20 + "b", "**" * 500 + "b"])
def test_no_pattern_takes_long(pattern):
    """Many wildcards against the longest path that IAM allows; a backtracking matcher would not end."""
    start = time.perf_counter()
    assert not matches_arn(f"arn:aws:iam::1:user/{pattern}", "arn:aws:iam::1:user/" + "a" * 510 + "/a")
    assert 10 > time.perf_counter() - start


def by_definition(pattern, text):
    """The definition of a wildcard, as slow as it is short; text is (character, whether case counts) pairs."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return by_definition(pattern[1:], text) or bool(text and by_definition(pattern, text[1:]))
    if not text:
        return False
    char, case_counts = text[0]
    same = pattern[0] in {"?", char} or (not case_counts and pattern[0].lower() == char.lower())
    return same and by_definition(pattern[1:], text[1:])


@settings(deadline=None)
@given(
    pattern=st.text("aAb/*?:", min_size=1, max_size=8),
    name=st.text("aAb", max_size=4),
    path=st.text("aA/:", max_size=4),
)
def test_any_pattern_of_a_resource_means_what_the_definition_says(pattern, name, path):
    """For random patterns and names the matcher agrees with a plain reading of the definition."""
    text = [(char, True) for char in f"{path}/"] + [(char, False) for char in name]
    arn = f"arn:aws:iam::1:{path}/{name}"
    assert by_definition(pattern, text) is matches_arn(f"arn:aws:iam::1:{pattern}", arn)
